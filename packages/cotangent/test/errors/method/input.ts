export function f(xs: number[]): number {
  return xs.toSpliced(0, 1)[0];
}
