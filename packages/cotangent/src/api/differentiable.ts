/**
 * `differentiable(f)`: the request that a function carry its derivatives, for where it goes out of the compiler's sight.
 * The routes put the registration in the place of the call; a call that runs is one that no route has seen.
 */
import { derivativesOf } from "../runtime/registry.ts";
import { hasCompiler, reportNotCompiled } from "./at-run-time.ts";
import type { AnyFunction, Order } from "./types.ts";

/** Options of `differentiable`. */
interface DifferentiableOptions {
  /** 1, the default: what first derivatives are made of. 2: Hessians and their products with vectors, too. */
  readonly order?: Order;
}

/**
 * Returns `f`, which from here on carries its derivatives to wherever it is handed. Needed only where the compiler does
 * not see `f` meet a parameter declared `Differentiable`. Throws `not-compiled` where nothing can compile them.
 */
export function differentiable<F extends AnyFunction>(f: F, { order = 1 }: DifferentiableOptions = {}): F {
  const known = derivativesOf(f);
  const isRegistered = known !== undefined && (order === 1 || known.hvp !== undefined);
  // A compiler at hand makes what a verb asks for when it asks.
  return isRegistered || hasCompiler() ? f : reportNotCompiled("differentiable", f);
}
