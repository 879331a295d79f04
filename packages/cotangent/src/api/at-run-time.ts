/**
 * What a verb does when it runs, which is to say: where no route has put a compiled derivative in its place. It looks
 * for derivatives that travel with the function, then for a compiler in this process, and else says what to do.
 */

import { reportAtRunTime } from "../core/report-at-run-time.ts";
import { type Derivatives, derivativesOf } from "../runtime/registry.ts";
import type { Operator } from "./operators/request.ts";
import { deriveFromRegistered } from "./registered.ts";
import { engineOf } from "./registered-options.ts";
import type { AnyFunction } from "./types.ts";

/** Compiles a derivative of a function that exists in this process. Throws CotangentError. */
export type RunTimeCompiler = (verb: Operator, f: AnyFunction, options: unknown) => AnyFunction;

/** What a verb was asked for. */
export interface RunTimeRequest {
  readonly verb: Operator;
  readonly f: AnyFunction;
  readonly options: unknown;
}

let compiler: RunTimeCompiler | undefined;

/** Puts a compiler at the disposal of verbs that run. */
export function installCompiler(found: RunTimeCompiler | undefined): void {
  compiler = found;
}

/** True if what is not compiled yet can be compiled in this process. */
export function hasCompiler(): boolean {
  return compiler !== undefined;
}

const requests = new WeakMap<AnyFunction, RunTimeRequest>();

/**
 * The request that `derivative`, made by a verb that ran, answers: what a compiler goes by where a verb is applied to a
 * derivative, `grad(grad(f))`, which has no source text of its own. Undefined for any other function.
 */
export function requestOf(derivative: AnyFunction): RunTimeRequest | undefined {
  return requests.get(derivative);
}

/** What each verb without options makes of registered derivatives: loops may ask for it again and again. */
const kept = new WeakMap<Derivatives, Partial<Record<Operator, AnyFunction>>>();

/**
 * The derivative that `verb(f, options)` asks for. Throws `not-compiled` where nothing has it, `not-registered` where
 * the function carries derivatives, and not this one.
 */
export function deriveAtRunTime(verb: Operator, f: AnyFunction, options: unknown): AnyFunction {
  const known = options === undefined ? derivativesOf(f) : undefined;
  if (!known) return derive(verb, f, options);
  let all = kept.get(known);
  if (!all) {
    all = {};
    kept.set(known, all);
  }
  const made = all[verb] ?? note(deriveFromRegistered(verb, f, options), { verb, f, options });
  if (made) all[verb] = made;
  return made ?? derive(verb, f, options);
}

function derive(verb: Operator, f: AnyFunction, options: unknown): AnyFunction {
  const made = deriveFromRegistered(verb, f, options) ?? compile(verb, f, options) ?? refuse(verb, f, options);
  return note(made, { verb, f, options });
}

function compile(verb: Operator, f: AnyFunction, options: unknown): AnyFunction | undefined {
  const engine = engineOf(options);
  if (engine)
    return reportAtRunTime("not-taken", `\`${verb}\`${withOptions(options)} by the engine \`${engine.name}\``);
  return compiler?.(verb, f, options);
}

function withOptions(options: unknown): string {
  const named = Object.keys(options as object).filter((name) => name !== "engine" && name !== "argnums");
  return named.length === 0 ? "" : ` with ${named.map((name) => `\`${name}\``).join(" and ")}`;
}

function note<D extends AnyFunction | undefined>(derivative: D, request: RunTimeRequest): D {
  if (derivative) requests.set(derivative, request);
  return derivative;
}

function refuse(verb: Operator, f: AnyFunction, options: unknown): never {
  const inner = requests.get(f);
  const known = derivativesOf(inner ? inner.f : f);
  if (!known) return reportNotCompiled(verb, f);
  const carried = Object.entries(known).flatMap(([name, derivative]) => (derivative === undefined ? [] : [name]));
  return reportAtRunTime("not-registered", describeCall(verb, f, options), carried.join(", "));
}

/** As the call might be written: `grad(hvp(loss), { argnums: 1 })`. */
function describeCall(verb: string, f: AnyFunction, options: unknown): string {
  const inner = requests.get(f);
  const of = inner ? describeCall(inner.verb, inner.f, inner.options) : f.name || "function";
  const given = Object.entries(options ?? {}).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return `${verb}(${of}${given.length > 0 ? `, { ${given.join(", ")} }` : ""})`;
}

/** Throws `not-compiled`. */
export function reportNotCompiled(verb: string, f: AnyFunction): never {
  return reportAtRunTime("not-compiled", `${verb}(${f.name || "function"})`);
}
