export function f(x: number): number {
  return /a/.test("a") ? x : 2 * x;
}
