/**
 * Differences as an engine: `grad(f, { engine: numerical })` and its like, for any function that can be called. How far
 * off the numbers may be is asked of it in the same way, `grad(f, { engine: numerical.errors })`, and has the structure of
 * the derivative.
 */
import { reportAtRunTime } from "../core/report-at-run-time.ts";
import { agree, copyApart, copyArguments } from "../core/tree.ts";
import type { Engine } from "../runtime/registry.ts";
import type { DifferenceOptions } from "./along.ts";
import {
  type Callable,
  differentiateBy,
  type Estimated,
  expandBy,
  multiplyHessian,
  pullBack,
  pushForward,
} from "./derivatives.ts";

/** Derivatives from differences. */
export interface NumericalEngine extends Engine {
  /** Gives in the place of each number of a derivative its estimated absolute error. */
  readonly errors: Engine;
}

/** An engine that computes every derivative from differences, extrapolated unless `options` say otherwise. */
export function makeNumerical(options: DifferenceOptions = {}): NumericalEngine {
  return { ...reading("value", options), errors: reading("error", options) };
}

/** Differences with every option at its default. */
export const numerical: NumericalEngine = makeNumerical();

/** One plain call on the caller's arguments, and a point from which differences are taken. */
interface Run {
  readonly value: unknown;
  readonly point: readonly unknown[];
}

/**
 * The caller's arguments end as after one plain call; differences are of what they held before. One object in several
 * places is moved in each by itself, as long as the function does not write into its arguments: each place then has its
 * own partial derivative.
 */
function runOnce(f: Callable, args: unknown[]): Run {
  const point = copyArguments(args);
  const value = f(...args);
  const apart = copyApart(point);
  if (!apart || !agree(args, point, 0)) return { value, point };
  // A function that asks whether two are the same object is another one on objects of their own.
  return { value, point: agree(f(...copyArguments(apart)), value, 0) ? apart : point };
}

/** The highest order that there are stencils for. */
const highest = 10;

function checkOrder(verb: string, order: number): void {
  if (order > highest)
    reportAtRunTime(
      "argument-out-of-range",
      `\`${verb}\` by differences takes an order from 1 to ${highest}, not ${order}`,
    );
}

function reading(what: keyof Estimated, options: DifferenceOptions): Engine {
  return {
    name: "numerical",
    derivativesOf: (f: Callable) => ({
      jvp: (primals: unknown[], tangents: unknown) => {
        const { value, point } = runOnce(f, primals);
        return [value, pushForward(f, point, tangents, options)[what]];
      },
      vjp: (...primals: unknown[]) => {
        const { value, point } = runOnce(f, primals);
        return [value, (cotangent: unknown) => pullBack(f, point, cotangent, options)[what]];
      },
      hessianProduct: (primals: unknown[], tangents: unknown) => {
        const { point } = runOnce(f, primals);
        return multiplyHessian(f, point, tangents, options)[what];
      },
      derivative: (args: unknown[], position: number, order: number) => {
        checkOrder("derivative", order);
        return differentiateBy(f, runOnce(f, args).point, position, order, options)[what];
      },
      taylor: (args: unknown[], position: number, order: number) => {
        checkOrder("taylor", order);
        return expandBy(f, runOnce(f, args).point, position, order, options)[what];
      },
    }),
  };
}
