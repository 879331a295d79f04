/**
 * Every derivative from differences, in the structure that the verbs give it, each number with an estimate of its error.
 *
 *     J v        one line through the arguments
 *     J^T w      a line for each number of the arguments, through <w, f>
 *     u^T H v    two lines, (D^2 along u + v  -  D^2 along u - v) / 4, with u and v brought to the size of the arguments
 */
import { factorial, numbersAlong, withLists } from "../core/places.ts";
import { displace, innerProduct, mirror, numbersOf } from "../core/tree.ts";
import { type DifferenceOptions, differentiateAlong, sizeAlong } from "./along.ts";
import type { Estimate } from "./extrapolate.ts";

export type Callable = (...args: unknown[]) => unknown;

/** A structure of derivatives, and one of the same shape with the error of each number. */
export interface Estimated {
  readonly value: unknown;
  readonly error: unknown;
}

/** `structure` with the estimates in the places of its numbers, in order. */
function fill(structure: unknown, estimates: readonly Estimate[]): Estimated {
  const with_ = (read: (e: Estimate) => number): unknown => {
    let next = 0;
    return mirror(structure, () => read(estimates[next++]!));
  };
  return { value: with_((e) => e.value), error: with_((e) => e.error) };
}

/** The unit vectors of the space that `args` is a point of, each with the structure of `args`. */
function* basis(args: readonly unknown[]): Generator<unknown> {
  const count = numbersOf(args).length;
  for (let i = 0; i < count; i++) {
    let position = 0;
    yield mirror(args, () => (position++ === i ? 1 : 0));
  }
}

/** The derivative of `f` along `tangents`: the structure of the result. */
export function pushForward(
  f: Callable,
  primals: readonly unknown[],
  tangents: unknown,
  options: DifferenceOptions = {},
): Estimated {
  const value = f(...displace(primals, null, 0));
  return fill(value, differentiateAlong(f, primals, tangents, 1, options));
}

/** The derivative of order `order` by the number that is argument `position`: the structure of the result. */
export function differentiateBy(
  f: Callable,
  args: readonly unknown[],
  position: number,
  order: number,
  options: DifferenceOptions = {},
): Estimated {
  const value = f(...displace(args, null, 0));
  return fill(value, differentiateAlong(f, args, unitAt(args, position), order, options));
}

/** The Taylor coefficients 0 to `order` by it, a list at each number of the result. */
export function expandBy(
  f: Callable,
  args: readonly unknown[],
  position: number,
  order: number,
  options: DifferenceOptions = {},
): Estimated {
  const value = f(...displace(args, null, 0));
  const direction = unitAt(args, position);
  const lists = numbersAlong(value, value).map((x): Estimate[] => [{ value: x, error: 0, step: 0 }]);
  for (let k = 1; k <= order; k++) {
    const scale = 1 / factorial(k);
    differentiateAlong(f, args, direction, k, options).forEach((e, i) => {
      lists[i]?.push({ value: e.value * scale, error: e.error * scale, step: e.step });
    });
  }
  const with_ = (read: (e: Estimate) => number): unknown => withLists(value, lists.map((l) => l.map(read)).values());
  return { value: with_((e) => e.value), error: with_((e) => e.error) };
}

/** 1 at the argument `position`, which is a number, and 0 elsewhere. */
function unitAt(args: readonly unknown[], position: number): unknown {
  return args.map((arg, i) => (i === position ? 1 : mirror(arg, () => 0)));
}

/** The gradient of the scalar function <cotangent, f>: a tuple with the structure of the arguments. */
export function pullBack(
  f: Callable,
  primals: readonly unknown[],
  cotangent: unknown,
  options: DifferenceOptions = {},
): Estimated {
  const weighted: Callable = (...args) => innerProduct(cotangent, f(...args)).product;
  const estimates = [...basis(primals)].map((v) => differentiateAlong(weighted, primals, v, 1, options)[0]!);
  return fill(primals, estimates);
}

/** The Hessian of the scalar function `f` times `tangents`: a tuple with the structure of the arguments. */
export function multiplyHessian(
  f: Callable,
  primals: readonly unknown[],
  tangents: unknown,
  options: DifferenceOptions = {},
): Estimated {
  const second = (direction: unknown): Estimate => differentiateAlong(f, primals, direction, 2, options)[0]!;
  const b = sizeAlong(primals, tangents);
  const estimates = [...basis(primals)].map((unit) => {
    const a = sizeAlong(primals, unit);
    const along = mirror(unit, (x) => a * x);
    const sum = second(move(along, tangents, b));
    const difference = second(move(along, tangents, -b));
    const scale = 4 * a * b;
    return {
      value: (sum.value - difference.value) / scale,
      error: (sum.error + difference.error) / scale,
      step: Math.min(sum.step, difference.step),
    };
  });
  return fill(primals, estimates);
}

/** point + t direction, number by number, where what the direction lacks is 0. */
function move(point: unknown, direction: unknown, t: number): unknown {
  return displace([point], [direction], t)[0];
}
