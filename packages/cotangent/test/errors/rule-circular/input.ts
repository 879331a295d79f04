import { customJvp } from "cotangent";

const double: (x: number[]) => number[] = customJvp(
  (x: number[]) => x.map((v) => 2 * v),
  ([x], [dx]) => [double(x), double(dx)],
);

export function f(x: number[]): number {
  return double(x).reduce((sum, v) => sum + v * v, 0);
}
