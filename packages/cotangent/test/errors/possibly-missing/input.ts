export function f(xs: number[], scale?: number): number {
  return xs[0] * scale!;
}
