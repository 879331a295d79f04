/**
 * The derivative of a function of structures along a direction: which step to begin with, on which side to stay, and what
 * to do at the border of where the function is defined.
 *
 *     d^n/dt^n f(x + t v)  at t = 0
 *
 * The direction is scaled to the size of the arguments that it moves, so that one table of steps serves angles and
 * astronomical distances alike: balance of truncation and rounding asks for steps in proportion to the scale on which the
 * function varies, for which |x| is the best guess there is (Gill, Murray, Saunders and Wright 1983).
 */
import { displace, eachPair, mirror, numbersOf } from "../core/tree.ts";
import { type Estimate, extrapolate, type Line } from "./extrapolate.ts";
import { type Side, stencil } from "./stencil.ts";

/** How derivatives are found from differences. */
export interface DifferenceOptions {
  /**
   * Where the function is read: on both sides, or on one. By default on both, and on one where the other gives no
   * numbers, as at the border of its domain.
   */
  readonly method?: Side | "auto";
  /** The order of accuracy of the difference that is extrapolated: even for a central one. 2 by default, 1 on one side. */
  readonly accuracy?: number;
  /** The largest step, relative to the size of the argument; the others are its halves. 1/2 by default, 2 for third and higher derivatives. */
  readonly step?: number;
  /** How many steps at most. 26 by default. */
  readonly steps?: number;
  /** False: no extrapolation, but the best of the single differences. */
  readonly extrapolate?: boolean;
  /** The relative error of the function's values; 2^-52 by default. `noise` measures it. */
  readonly noise?: number;
}

type Callable = (...args: unknown[]) => unknown;

/**
 * The `order`-th derivatives at t = 0 of every number of `f(x + t v)`, in the order of `numbersOf`. `f` is called with
 * copies. Where it throws, or gives a number less, it is not defined.
 */
export function differentiateAlong(
  f: Callable,
  args: readonly unknown[],
  direction: unknown,
  order: number,
  options: DifferenceOptions = {},
): Estimate[] {
  const extent = extentOf(args, direction);
  const count = numbersOf(f(...displace(args, null, 0))).length;
  if (extent.size === 0) return Array.from({ length: count }, () => ({ value: 0, error: 0, step: 0 }));
  const line: Line = (t) => {
    try {
      const numbers = numbersOf(f(...displace(args, direction, t)));
      if (numbers.length === count) return numbers;
    } catch {
      // Not defined, which is what not being a number says.
    }
    return new Float64Array(count).fill(Number.NaN);
  };
  const { method = "auto" } = options;
  if (method !== "auto") return estimate(line, method, extent, order, options);
  let best = estimate(line, "central", extent, order, options);
  for (const side of ["forward", "backward"] as const) {
    if (best.every(({ error }) => Number.isFinite(error))) break;
    const other = estimate(line, side, extent, order, options);
    best = best.map((found, i) => (Number.isFinite(found.error) ? found : other[i]!));
  }
  return best;
}

function estimate(
  line: Line,
  side: Side,
  { size, rows }: Extent,
  order: number,
  options: DifferenceOptions,
): Estimate[] {
  const { step = order < 3 ? 0.5 : 2, steps = rows, accuracy = side === "central" ? 2 : 1, ...rest } = options;
  const formula = stencil(side, order, accuracy);
  const first = 2 ** Math.round(Math.log2(step * size));
  return extrapolate(line, formula, { ...rest, first, rows: Math.min(steps, rows) });
}

/** How far along a direction it is worth going. */
interface Extent {
  /** The arguments change by about their own size: the least of |x| / |v|. 0 if nothing moves. */
  readonly size: number;
  /** How often the step may be halved: in single precision displaced numbers must remain exact. */
  readonly rows: number;
}

/** Smaller arguments than this are moved as if they were as large. */
const smallest = 2 ** -4;

/** A power of two by which `direction` becomes about as large as the arguments that it moves; 1 if it moves nothing. */
export function sizeAlong(args: readonly unknown[], direction: unknown): number {
  const { size } = extentOf(args, direction);
  return size === 0 ? 1 : 2 ** Math.round(Math.log2(size));
}

function extentOf(args: readonly unknown[], direction: unknown): Extent {
  let size = Number.POSITIVE_INFINITY;
  eachPair(direction, args, (v, x) => {
    if (v !== 0 && Number.isFinite(v)) size = Math.min(size, Math.max(Math.abs(x), smallest) / Math.abs(v));
  });
  let isSingle = false;
  mirror(args, (x, single) => {
    isSingle ||= single;
    return x;
  });
  return { size: Number.isFinite(size) ? size : 0, rows: isSingle ? 10 : 26 };
}
