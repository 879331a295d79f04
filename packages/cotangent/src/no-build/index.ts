/**
 * The route without a build step, in Node: the compiler that verbs find when they run. A function is found in its file,
 * its parameters have the types of the values that it is called with, what it captures is read from its scopes.
 */
import type { Operator, OperatorRequest } from "../api/compile.ts";
import type { AnyFunction } from "../api/types.ts";
import { CotangentError, report } from "../core/errors.ts";
import { derive } from "./derive.ts";
import { requestOf } from "./request.ts";
import { showInStack } from "./show.ts";

interface Derivation {
  readonly f: AnyFunction;
  readonly requests: readonly OperatorRequest[];
}

/** What the derivatives that were given out are of. */
const derivations = new WeakMap<object, Derivation>();
/** What has been given out for a function, by what was asked. */
const given = new WeakMap<object, Map<string, AnyFunction>>();

/** The derivative that `verb(f, options)` asks for: compiled when it is called. Throws `CotangentError`. */
export function compileAtRunTime(verb: Operator, f: AnyFunction, options: unknown): AnyFunction {
  return shown(() => {
    if (typeof f !== "function") report("value-not-taken", undefined, `what \`${verb}\` is given is not a function`);
    const request = requestOf(verb, options);
    const { f: of, requests } = derivations.get(f) ?? { f, requests: [] };
    const all = [...requests, request];
    const key = JSON.stringify(all);
    const known = given.get(of) ?? new Map<string, AnyFunction>();
    given.set(of, known);
    const found = known.get(key);
    if (found) return found;
    const derived = derive(of, `\`${of.name || "the function"}\``, all, (g) => derivations.has(g)) as (
      ...args: unknown[]
    ) => unknown;
    const made = ((...args: unknown[]) => shown(() => derived(...args))) as AnyFunction;
    Object.defineProperty(made, "name", { value: `${verb}(${f.name})` });
    derivations.set(made, { f: of, requests: all });
    known.set(key, made);
    return made;
  });
}

/** Diagnostics are shown where Node shows errors. */
function shown<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw error instanceof CotangentError ? showInStack(error) : error;
  }
}
