export function f(p: { a: number; b: number }, key: "a" | "b"): number {
  return p[key] * 2;
}
