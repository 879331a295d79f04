/** Values that may be null, undefined or something else, told apart and taken as they are. */

export interface Weight {
  x?: number | null;
  y: number;
}

export function defaultWeight(w: Weight): number {
  return (w.x ?? 2) * w.y;
}

export function threeWays(w: Weight): number {
  if (w.x === undefined) return w.y;
  if (w.x === null) return 2 * w.y * w.y;
  return w.x * w.y;
}

export function byTypeof(w: Weight): number {
  if (typeof w.x === "number") return w.x ** 2 * w.y;
  return typeof w.x === "object" ? 2 * w.y : 3 * w.y ** 2;
}

export function optionalParameter(x: number, scale?: number | null): number {
  return x * (scale ?? 0.5);
}

export function defaultParameter(x: number, scale: number | null | undefined = 3): number {
  return x * (scale ?? 0.5);
}

export function patternDefault({ x = 4, y }: Weight): number {
  return (x ?? 7) * y;
}

const half = (v: number | null): number => (v === null ? 0.5 : v * v);
const either = (v?: number | null): number => v ?? 0.25;

/** Narrowed to what may be null, and widened from what may be undefined. */
export function handedOn(w: Weight, b: number | undefined): number {
  const known = w.x === undefined ? 3 * w.y : half(w.x) * w.y;
  return known + either(b) * w.y + either() + either(null) * b!;
}

export function rewritten(w: Weight): number {
  const was = w.x;
  w.x = null;
  const a = w.x === null ? w.y : 5;
  w.x = undefined;
  const b = w.x === undefined ? 10 * w.y : 50;
  w.x = w.y * 2;
  return a + b + w.x * w.x + (was ?? 0);
}

export function gapsOf(list: (number | null | undefined)[]): number {
  const there = list.filter((v): v is number => v != null);
  return there.reduce((sum, v) => sum + v * v, 0) * list.filter((v) => v === null).length;
}

export interface Branch {
  v: number;
  left?: Branch | null;
  right?: Branch | null;
}

export function treeOfBoth(b: Branch): number {
  return (
    b.v * b.v + (b.left ? treeOfBoth(b.left) : 0) + (b.right ? 2 * treeOfBoth(b.right) : b.right === null ? 3 * b.v : 0)
  );
}

export function inMaps(list: number[]): number {
  const found = new Map<number, number | null>();
  list.forEach((v, i) => {
    found.set(i, i % 2 === 1 ? null : v);
  });
  let sum = 0;
  for (let i = 0; i <= list.length; i++) {
    const v = found.get(i);
    sum += v === undefined ? 100 * list[0]! : v === null ? 10 : v * v;
  }
  return sum;
}

export function missingResult(w: Weight): number | null | undefined {
  return w.x === undefined ? undefined : w.x === null ? null : w.x * w.y;
}

export function ofKindsOrMissing(o: { v?: number | string | null; y: number }): number {
  if (o.v == null) return o.v === null ? o.y : o.y ** 2;
  return typeof o.v === "string" ? o.v.length * o.y : o.v * o.y;
}

class Part {
  weight?: number | null;
  constructor(readonly size: number) {}
  get moment(): number {
    return this.weight == null ? this.size : this.weight * this.size;
  }
}

export function inInstances(size: number, k: number): number {
  const part = new Part(size);
  if (k > 1) part.weight = null;
  if (k > 2) part.weight = size * size;
  return part.moment + (part.weight === undefined ? 100 * size : 0);
}

/** The best so far: none yet, none any more, or a number. */
export function bestOrNone(list: number[]): number {
  let best: number | null | undefined = null;
  for (const v of list) {
    if (v < 0) best = undefined;
    else if (best == null || v > best) best = v;
  }
  return best === undefined ? list[0]! : best === null ? 2 : best * best;
}

export function structures(o: { p?: number[] | null; y: number }): number {
  const { p } = o;
  if (p === null) return o.y;
  if (p === undefined) return 2 * o.y ** 2;
  p[0]! *= 2;
  return p.reduce((a, b) => a + b * b, 0) * o.y;
}

export function oneOfTwo(a: number | null, b: number | undefined, isFirst: boolean, y: number): number {
  const v = isFirst ? a : b;
  if (v === null) return y;
  return v === undefined ? 2 * y ** 2 : v * y;
}

/** Nothing yet, none, or a number; told by what was assigned last. */
export function assignedInTurn(x: number): number {
  let a: number | null | undefined;
  if (x > 1) a = null;
  if (x > 2) a = x * x;
  const told = a === null ? 3 : a === undefined ? 5 : 7;
  a ||= x;
  return a * told;
}

export function assignedInLoops(x: number): number {
  let a: number | null | undefined = undefined;
  for (let i = 0; i < 3; i++) {
    if (i === 1) a = null;
    else if (i === 2 && x > 1) a = (a ?? 2) * x;
  }
  return (a === null ? 1 : a === undefined ? 2 : a * a) * x;
}

export function exchanged(x: number): number {
  const turned = (v: number | null | undefined): number => {
    v = v === undefined ? null : v === null ? undefined : v;
    return v === undefined ? 1 : v === null ? 2 : v * v;
  };
  return turned(x) + x * turned(null) + x * x * turned(undefined);
}

/** In one list what may be missing in both ways, in one, and what is one of the two. */
export function listedTogether(x: number, list: number[]): number {
  const all: (number | null | undefined)[] = [x * x, null, list.find((v) => v > 1), undefined];
  return all.reduce<number>((sum, v) => sum + (v === null ? 10 * x : v === undefined ? x ** 3 : v * v), 0);
}

/** Null is not undefined, in whichever types they come. */
export function missingAlike(a: Weight, b: Weight, c: number | undefined): number {
  const least: number | null = b.y > 0 ? null : b.y;
  return (a.x === b.x ? a.y : b.y * 2) + (c === least ? a.y ** 2 : b.y ** 3) + (a.x == b.x ? a.y * b.y : 0);
}

export function structuresAlike(a: { p?: number[] | null }, b: { p?: number[] | null }, y: number): number {
  return a.p === b.p ? y : 3 * y * y;
}

export function filledWithNull(y: number, last: number | null): number {
  const made: (number | null | undefined)[] = new Array(3).fill(null);
  const lasts: (number | null | undefined)[] = new Array(2).fill(last);
  made[1] = y;
  return [...made, ...lasts].reduce<number>((sum, v) => sum + (v === null ? y : v === undefined ? 10 * y : v * v), 0);
}

/** What is null is given, and what is undefined is not. */
export function givenOver(w: Weight): number {
  const all: { x: number | null | undefined; y: number } = { x: 7, y: 1 };
  Object.assign(all, w);
  return ("x" in w ? 2 : 3) * (all.x === null ? all.y : all.x === undefined ? all.y ** 2 : all.x * all.y);
}
