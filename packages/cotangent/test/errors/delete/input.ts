export function f(p: { a: number; b?: number }): number {
  delete p.b;
  return p.a * (p.b ?? 2);
}
