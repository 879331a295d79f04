export function f(xs: number[]): number {
  return xs.toLocaleString() === "" ? 0 : xs[0]!;
}
