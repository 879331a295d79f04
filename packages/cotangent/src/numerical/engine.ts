/** Differences as an engine: `grad(f, { engine: numerical })` and its like, for any function that can be called. */
import { copyArguments } from "../core/tree.ts";
import type { Engine } from "../runtime/registry.ts";
import type { DifferenceOptions } from "./along.ts";
import { type Callable, multiplyHessian, pullBack, pushForward } from "./derivatives.ts";

/** An engine that computes every derivative from differences, extrapolated unless `options` say otherwise. */
export function makeNumerical(options: DifferenceOptions = {}): Engine {
  return {
    name: "numerical",
    derivativesOf: (f: Callable) => ({
      // The caller's arguments end as after one plain call; differences are of what they held before.
      jvp: (primals: unknown[], tangents: unknown) => {
        const entry = copyArguments(primals);
        return [f(...primals), pushForward(f, entry, tangents, options).value];
      },
      vjp: (...primals: unknown[]) => {
        const entry = copyArguments(primals);
        return [f(...primals), (cotangent: unknown) => pullBack(f, entry, cotangent, options).value];
      },
      hessianProduct: (primals: unknown[], tangents: unknown) => {
        const entry = copyArguments(primals);
        f(...primals);
        return multiplyHessian(f, entry, tangents, options).value;
      },
    }),
  };
}

/** Differences with every option at its default. */
export const numerical: Engine = makeNumerical();
