import { customVjp } from "cotangent";

/** The value as it is, the gradient cut off. */
const clipped = customVjp(
  (x: number[]) => x,
  (x) => [x, (bar) => [bar.map((v) => Math.max(-1, Math.min(1, v)))]],
);

export function f(x: number[]): number {
  const y = clipped(x);
  y[0] = 3 * y[1]!;
  return y[0] * x[0]!;
}
