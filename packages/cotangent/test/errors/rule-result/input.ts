import { customVjp } from "cotangent";

const name = customVjp(
  (x: number) => `at ${x}`,
  (x) => [`at ${x}`, () => [x]],
);

export function f(x: number): number {
  return name(x) === "at 1" ? x : 2 * x;
}
