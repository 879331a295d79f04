import { inactive } from "cotangent";

const now = inactive((x: number) => x * Date.now());

export function f(x: number): number {
  return x * now(x);
}
