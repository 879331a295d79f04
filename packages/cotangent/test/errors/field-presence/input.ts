export function f(p: { a: number; b?: number }): number {
  return "b" in p ? p.a * 2 : p.a;
}
