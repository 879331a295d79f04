export function f(x: number): number {
  const p: { a: number; b?: number } = { a: x, b: x > 1 ? x : undefined };
  return "b" in p ? p.a * 2 : p.a;
}
