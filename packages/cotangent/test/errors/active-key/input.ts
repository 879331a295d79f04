// @request {"operator":"vjp"}
export function f(x: number, y: number): Set<number> {
  return new Set([x * y, 2, x + y]);
}
