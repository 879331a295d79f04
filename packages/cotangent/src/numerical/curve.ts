/**
 * The error of a difference against its step: truncation falls with h^p, rounding grows as 1/h^n, and in between lies the
 * best that a single difference can do (Griewank and Walther, Evaluating Derivatives, section 2.1).
 */
import { type DerivativeOptions, estimateDerivative } from "./estimate.ts";
import { type Side, stencil } from "./stencil.ts";

/** One step of the curve. */
export interface CurvePoint {
  readonly step: number;
  readonly difference: number;
  /** |difference - exact|. */
  readonly error: number;
}

/** The curve, and what there is to say about it. */
export interface ErrorCurve {
  readonly points: readonly CurvePoint[];
  /** What the differences are compared with: given, or extrapolated. */
  readonly exact: number;
  /** The step at which truncation and rounding balance, as estimated from the function's values alone. */
  readonly chosen: CurvePoint;
  /** The slopes of the two regimes in doubly logarithmic scale: p, and -n. */
  readonly slopes: { readonly truncation: number; readonly rounding: number };
}

/** Options of `errorCurve`. */
export interface CurveOptions extends DerivativeOptions {
  readonly method?: Side;
  /** The true derivative, if it is known; else it is extrapolated. */
  readonly exact?: number;
  /** How many steps for each factor of ten; 4 by default. */
  readonly density?: number;
}

const decades = 16;

/** The error of single differences of `f` at `x` over steps from the size of x down to where nothing is left. */
export function errorCurve(f: (x: number) => number, x: number, options: CurveOptions = {}): ErrorCurve {
  const {
    method = "central",
    accuracy = method === "central" ? 2 : 1,
    order = 1,
    density = 4,
    noise = 2 ** -52,
  } = options;
  const { offsets, weights } = stencil(method, order, accuracy);
  const { exact = estimateDerivative(f, { order, noise })(x).value } = options;
  const size = Math.max(Math.abs(x), 2 ** -4);
  const at = (step: number): CurvePoint => {
    const sum = offsets.reduce((s, k, i) => s + weights[i]! * f(x + k * step), 0);
    const difference = sum / step ** order;
    return { step, difference, error: Math.abs(difference - exact) };
  };
  // Displaced points are exact: the step is what x really moves by.
  const exactly = (h: number): number => x + h - x;
  const points = Array.from({ length: decades * density + 1 }, (_, i) => exactly(size * 10 ** (-i / density)))
    .filter((h, i, all) => h > 0 && h !== all[i - 1])
    .map(at);
  const balanced = balance(f, x, size, { order, accuracy, method, noise });
  return { points, exact, chosen: at(exactly(balanced)), slopes: { truncation: accuracy, rounding: -order } };
}

/**
 * The step at which truncation c h^p and rounding eps |w| |f| / h^n are equal up to their slopes: their sum is least where
 * p c h^p = n r / h^n. The constant c comes from the derivative of order n + p.
 */
function balance(
  f: (x: number) => number,
  x: number,
  size: number,
  { order, accuracy, method, noise }: { order: number; accuracy: number; method: Side; noise: number },
): number {
  const { offsets, weights } = stencil(method, order, accuracy);
  const magnitude = weights.reduce((sum, w, i) => sum + Math.abs(w * f(x + offsets[i]! * 1e-3 * size)), 0);
  const next = Math.min(order + accuracy, 10);
  const moment = Math.abs(offsets.reduce((sum, k, i) => sum + weights[i]! * k ** next, 0)) / factorial(next);
  const c = moment * Math.abs(estimateDerivative(f, { order: next })(x).value);
  const rounding = noise * magnitude;
  // A polynomial has no truncation error, and the largest step is the best.
  if (!(c > 0) || !(rounding > 0)) return size / 2;
  return Math.min(size, ((order * rounding) / (accuracy * c)) ** (1 / (order + accuracy)));
}

function factorial(n: number): number {
  return n < 2 ? 1 : n * factorial(n - 1);
}
