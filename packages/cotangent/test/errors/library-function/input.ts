export function f(x: number): number {
  return x * Date.now();
}
