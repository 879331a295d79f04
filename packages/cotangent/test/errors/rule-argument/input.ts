import { customVjp } from "cotangent";

const twice = customVjp(
  (g: (x: number) => number, x: number) => g(g(x)),
  (g, x) => [g(g(x)), (bar) => [null, bar]],
);

export function f(x: number): number {
  return twice((y) => y * y, x);
}
