export function f(p: { a: number; b?: number }): number {
  return Object.values(p).reduce((sum, v) => sum + v, 0);
}
