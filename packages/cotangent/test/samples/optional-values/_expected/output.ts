export function orElse(x: number[], i: number, q: { w?: number | undefined; v: number[] | null }): number {
  const t1 = x[i] ?? 0.5;
  const w = q.w;
  const b = w !== undefined ? w * w : Math.sin(t1);
  const v = q.v;
  if (v === null) throw new RangeError(`no v at ${i}`);
  return t1 + b + v![i];
}

export function join(x: number): number | undefined {
  return x > 0 ? x : undefined;
}
