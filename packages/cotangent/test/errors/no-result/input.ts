export function f(x: number[]): void {
  x[0] *= 2;
}
