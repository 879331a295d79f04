/**
 * Differences as an engine: `grad(f, { engine: numerical })` and its like, for any function that can be called. How far
 * off the numbers may be is asked of it in the same way, `grad(f, { engine: numerical.errors })`, and has the structure of
 * the derivative.
 */
import { copyArguments } from "../core/tree.ts";
import type { Engine } from "../runtime/registry.ts";
import type { DifferenceOptions } from "./along.ts";
import { type Callable, type Estimated, multiplyHessian, pullBack, pushForward } from "./derivatives.ts";

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

function reading(what: keyof Estimated, options: DifferenceOptions): Engine {
  return {
    name: "numerical",
    derivativesOf: (f: Callable) => ({
      // The caller's arguments end as after one plain call; differences are of what they held before.
      jvp: (primals: unknown[], tangents: unknown) => {
        const entry = copyArguments(primals);
        return [f(...primals), pushForward(f, entry, tangents, options)[what]];
      },
      vjp: (...primals: unknown[]) => {
        const entry = copyArguments(primals);
        return [f(...primals), (cotangent: unknown) => pullBack(f, entry, cotangent, options)[what]];
      },
      hessianProduct: (primals: unknown[], tangents: unknown) => {
        const entry = copyArguments(primals);
        f(...primals);
        return multiplyHessian(f, entry, tangents, options)[what];
      },
    }),
  };
}
