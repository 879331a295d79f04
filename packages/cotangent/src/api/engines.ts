/**
 * The engines that have names, besides the compiler. Each is made for one function, which is compiled and not
 * differentiated: some take the function alone, some its program. What is entered here `--engine` knows, and the
 * comparison of engines.
 */

import type { Global } from "../ir/types.ts";
import { complexStep } from "../numerical/complex-step.ts";
import { numerical } from "../numerical/engine.ts";
import type { Engine } from "../runtime/registry.ts";
import { makeSymbolic } from "../symbolic/derivatives.ts";
import type { Derivative } from "./compile.ts";
import { formulasOf } from "./symbolic.ts";

/** A function that is compiled and not differentiated, and what its program reads from modules. */
export interface Plain {
  readonly derivative: Derivative;
  readonly global: (global: Global) => unknown;
}

/** An engine by its name: one for any function that can be called, or one that is made from the function's program. */
export type NamedEngine =
  | {
      readonly engine: Engine;
      /** Gives in the place of each number of a derivative its estimated absolute error. */
      readonly errors?: Engine;
      readonly make?: never;
    }
  | {
      readonly make: (plain: Plain) => Engine;
      /** The TypeScript that it can write for the derivative by these arguments. Throws CotangentError. */
      readonly code?: (plain: Plain, args: readonly unknown[], argnums: number | readonly number[]) => string;
      readonly engine?: never;
    };

function symbolic({ derivative: { module, entry }, global }: Plain): Engine {
  const names = (module.functions.get(entry)?.body.params ?? []).map(({ hint }, i) => hint ?? `x${i + 1}`);
  return makeSymbolic({ module, entry, names, global });
}

/** Every engine but the compiler. */
export const engines: Readonly<Record<string, NamedEngine>> = {
  symbolic: {
    make: symbolic,
    code: ({ derivative, global }, args, argnums) => formulasOf(derivative, { argnums, at: args }, global).typescript,
  },
  complex: { make: ({ derivative, global }) => complexStep(derivative, { global }) },
  numerical: { engine: numerical, errors: numerical.errors },
};

/** The engine for this function. */
export function engineFor(named: NamedEngine, plain: Plain): Engine {
  return named.make ? named.make(plain) : named.engine;
}
