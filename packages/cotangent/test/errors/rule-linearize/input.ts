// @request {"operator":"linearize"}
import { customJvp } from "cotangent";

const scaled = customJvp(
  (x: number, unit: string) => (unit === "km" ? 1000 : 1) * x,
  ([x, unit], [dx]) => [(unit === "km" ? 1000 : 1) * x, (unit === "km" ? 1000 : 1) * dx],
);

export function f(x: number): number {
  return scaled(x, "km") ** 2;
}
