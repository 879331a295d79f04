/** Assertions that say more than the value they stand at: what may come to be in its place. */

export function bestSoFar(x: number, y: number): number {
  const state = { best: null as number[] | null, count: 0 };
  for (let i = 0; i < 3; i++) {
    if (state.best === null || state.best[0]! < x * i) state.best = [x * i, y];
    state.count++;
  }
  return state.best![0]! * state.best![1]! * state.count;
}

export function lostAgain(x: number, y: number): number {
  const held = { value: x as number | null, other: undefined as { v: number } | undefined };
  if (y > 1) held.value = null;
  else held.other = { v: x * y };
  const copy = structuredClone(held);
  return (copy.value ?? y) * x + (copy.other?.v ?? y);
}

export function keptInList(x: number, y: number): number {
  const values = [null as number | null, y];
  values[0] = x;
  values.push(null);
  return values.reduce((sum: number, v) => sum * 2 + (v ?? 3 * x), 0);
}

export function reducedTo(x: number, y: number): number {
  const best = [1, 2, 3].reduce((b, k) => (b.at === null || x * k > b.value ? { value: x * k * y, at: k } : b), {
    value: Number.NEGATIVE_INFINITY,
    at: null as number | null,
  });
  return best.value * (best.at ?? 7);
}

export function ofAnotherKind(x: number, y: number): number {
  const cell = { value: x as number | string };
  let sum = typeof cell.value === "number" ? cell.value * 2 : 1;
  cell.value = "ab";
  if (typeof cell.value === "string") sum += y * cell.value.length;
  return sum;
}
