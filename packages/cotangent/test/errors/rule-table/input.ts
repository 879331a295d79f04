import { customVjp, useRules } from "cotangent";

const cube = (x: number): number => x ** 3;
function makeRules(): Record<string, unknown> {
  return { cube: customVjp(cube, (x) => [x ** 3, (bar) => [3 * x * x * bar]]) };
}
useRules(makeRules());

export function f(x: number): number {
  return cube(x) * x;
}
