export function f(g: (x: number) => number, x: number): number {
  return g(x);
}
