import { grad } from "cotangent";

export function f(x: number, n: number): number {
  return n <= 0 ? x * x : grad((y: number): number => f(y, n - 1))(x);
}
