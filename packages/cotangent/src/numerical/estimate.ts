/** Derivatives of a function of one number, to the tenth, with their errors and steps. */
import { type DifferenceOptions, differentiateAlong } from "./along.ts";
import type { Estimate } from "./extrapolate.ts";

/** Options of `estimateDerivative`. */
export interface DerivativeOptions extends DifferenceOptions {
  /** The order of the derivative, 1 to 10; 1 by default. */
  readonly order?: number;
}

/**
 * The derivative of `f`, with its estimated absolute error and the smallest step that went into it. Throws RangeError for
 * orders that do not exist.
 */
export function estimateDerivative(f: (x: number) => number, options: DerivativeOptions = {}): (x: number) => Estimate {
  const { order = 1, ...rest } = options;
  return (x) => differentiateAlong((y) => f(y as number), [x], [1], order, rest)[0] as Estimate;
}
