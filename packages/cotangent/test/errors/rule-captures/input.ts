import { customVjp } from "cotangent";

export function f(x: number): number {
  const scaled = customVjp(
    (y: number) => x * y,
    (y) => [x * y, (bar) => [bar * x]],
  );
  return scaled(3);
}
