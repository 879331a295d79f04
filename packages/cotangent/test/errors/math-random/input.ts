export function f(x: number): number {
  return x + Math.random();
}
