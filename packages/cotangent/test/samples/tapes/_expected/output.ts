import { giveReferences, giveTape, reader, ReferenceTape, takeReferences, takeTape, Tape } from "cotangent/runtime";

export interface Point {
  x: number;
  y: number;
}

export function sumOfSines(x: Float64Array, xBar: Float64Array, yBar: number): number {
  const t = takeTape();
  const refs = takeReferences<Point>();
  const n = x.length;
  const first = t.grow(n);
  const kept = t.values;
  let y = 0;
  for (let i = 0; i < n; i++) {
    const e = x[i];
    const s = Math.sin(e);
    kept[first + i] = e;
    const k = refs.grow(1);
    refs.values[k] = { x: e, y: s };
    y += s;
  }
  const begin = t.shrink(n);
  const kept1 = t.values;
  for (let i = n - 1; i >= 0; i--) {
    const k = refs.shrink(1);
    xBar[i] += yBar * Math.cos(kept1[begin + i]) * refs.values[k].x;
  }
  giveTape(t);
  giveReferences(refs);
  return y;
}

export function keep(x: number): [Tape, ReferenceTape<number[]>] {
  const t = new Tape();
  const refs = new ReferenceTape<number[]>();
  const i = t.grow(1);
  t.values[i] = x;
  return [t, refs];
}

export function readBack(t: Tape, refs: ReferenceTape<number[]>): number {
  const r = reader(t);
  const r2 = reader(refs);
  const i = r.shrink(1);
  const t1 = r.values[i];
  return t1 + r2.shrink(1);
}
