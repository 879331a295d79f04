export function f(p: { a: number; b: number; c: number }): number {
  const { a, ...others } = p;
  return a * others.b;
}
