export function f(p: { a: number; b: number; on: boolean }, key: "a" | "on"): number {
  return Number(p[key]) * 2;
}
