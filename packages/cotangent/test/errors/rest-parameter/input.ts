export function f(...xs: number[]): number {
  return xs[0] * 2;
}
