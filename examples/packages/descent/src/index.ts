/**
 * Minimises smooth functions. What a user hands over is the function alone: it is declared `Differentiable`, so it
 * brings its gradient along, made by the compiler where `minimize(f, x0)` is written.
 */
import { type Differentiable, valueAndGrad } from "cotangent";
import { descend, type MinimizeOptions, type Minimum } from "./lbfgs.ts";

export { descend, type MinimizeOptions, type Minimum, type Objective, type Step } from "./lbfgs.ts";

/** Minimises `f` from `x0`, which is left as it is. */
export function minimize(
  f: Differentiable<(x: number[]) => number>,
  x0: readonly number[],
  options?: MinimizeOptions,
): Minimum {
  const valueAndGradient = valueAndGrad(f);
  const objective = (gradient: Float64Array, x: Float64Array): number => {
    const [value, g] = valueAndGradient(Array.from(x));
    gradient.set(g);
    return value;
  };
  return descend(objective, Float64Array.from(x0), options);
}
