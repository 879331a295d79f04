export function f(x: number[] | Float64Array): number {
  return x[0] * 2;
}
