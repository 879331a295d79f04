function depth(x: number, n: number): number {
  if (x > 100) throw new RangeError("too large");
  return n === 0 ? x : depth(x * x, n - 1);
}
export function f(x: number): number {
  try {
    return depth(x, 3);
  } catch {
    return x;
  }
}
