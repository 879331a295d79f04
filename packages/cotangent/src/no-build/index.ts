/**
 * The route without a build step, in Node: the compiler that verbs find when they run. A function is found in its file,
 * its parameters have the types of the values that it is called with, what it captures is read from its scopes.
 */
import { requestOf } from "../api/at-run-time.ts";
import type { Operator, OperatorRequest } from "../api/compile.ts";
import type { AnyFunction } from "../api/types.ts";
import { CotangentError, report } from "../core/errors.ts";
import { derive } from "./derive.ts";
import { readRequest } from "./request.ts";
import { showInStack } from "./show.ts";

interface Derivation {
  readonly f: AnyFunction;
  /** Innermost first. */
  readonly requests: readonly OperatorRequest[];
}

/** What has been given out for a function, by what was asked. */
const given = new WeakMap<object, Map<string, AnyFunction>>();

/** What a derivative is of; of any other function itself. */
function derivationOf(f: AnyFunction): Derivation {
  const request = requestOf(f);
  if (!request) return { f, requests: [] };
  const inner = derivationOf(request.f);
  return { f: inner.f, requests: [...inner.requests, readRequest(request.verb, request.options)] };
}

/** The derivative that `verb(f, options)` asks for: compiled when it is called. Throws `CotangentError`. */
export function compileAtRunTime(verb: Operator, f: AnyFunction, options: unknown): AnyFunction {
  return shown(() => {
    if (typeof f !== "function") report("value-not-taken", undefined, `what \`${verb}\` is given is not a function`);
    const { f: of, requests } = derivationOf(f);
    const all = [...requests, readRequest(verb, options)];
    const key = JSON.stringify(all);
    const known = given.get(of) ?? new Map<string, AnyFunction>();
    given.set(of, known);
    const found = known.get(key);
    if (found) return found;
    const derived = derive(of, `\`${of.name || "the function"}\``, all, isDerivative) as (
      ...args: unknown[]
    ) => unknown;
    const made = ((...args: unknown[]) => shown(() => derived(...args))) as AnyFunction;
    Object.defineProperty(made, "name", { value: `${verb}(${f.name})` });
    known.set(key, made);
    return made;
  });
}

function isDerivative(f: object): boolean {
  return requestOf(f as AnyFunction) !== undefined;
}

/** Diagnostics are shown where Node shows errors. */
function shown<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw error instanceof CotangentError ? showInStack(error) : error;
  }
}
