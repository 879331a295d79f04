/**
 * Linearization: forward mode in split motion. The first sweep runs the primal once and records every number that the
 * tangents depend on: partial derivatives, indices, lengths, which branches were taken and how often loops ran. The
 * second sweep, `dy = J dx`, is linear in the tangents, reads nothing but the tape, and may run any number of times:
 *
 *     f(x, n) { s = for i from 0 to n with s = x { yield sin(s) }; yield s }
 *
 *     first(x, n, tape) { record n; s = for … { y = sin(s); record cos(s); yield y }; yield s }
 *     second(dx, slots, at) { n = slots[at]; ds = for … with ds = dx, at = at + 1 { yield slots[at] * ds, at + 1 }; yield ds }
 *
 * Both sweeps are built together, region by region, so that they record and read in the same order. What the second
 * sweep can compute by itself (constants, loop counters, cheap formulas over them) is not recorded. (Griewank and
 * Walther, 3.1; JAX's `linearize`.)
 */
import { analyzeActivity } from "../analysis/activity.ts";
import { BlockBuilder, IrError } from "../ir/build.ts";
import { holdsNumbers, number } from "../ir/type.ts";
import type { Func, Module, Value } from "../ir/types.ts";
import {
  FunctionLinearization,
  type LinearizationContext,
  type Signature,
  type Sweeps,
  slotsType,
} from "./linearize-sweeps.ts";
import { derivedName } from "./names.ts";
import { refuseReadText } from "./no-derivative.ts";
import { rotateLoops } from "./rotate.ts";

export interface LinearizeOptions {
  /** For each parameter: will its tangent be given? Ignored for parameters that hold no numbers. */
  readonly active: readonly boolean[];
}

/**
 * Adds two functions to `module`. `first` takes the parameters of `entry`, yields its results, then the numbers recorded
 * (a Float64Array). `second` takes the tangents of the active parameters in order (a number, or a shadow), then those
 * numbers; it yields the tangents of the results that hold numbers. Throws CotangentError as `forward` does, and
 * `not-taken` where a recursive structure without tangents stands in the place of one that has them.
 */
export function linearize(
  module: Module,
  entry: string,
  options: LinearizeOptions,
): { module: Module; first: string; second: string } {
  const rotated = rotateLoops(module, entry);
  const activity = analyzeActivity(rotated, entry, options.active);
  refuseReadText(rotated, entry, activity.holdsActiveText);
  const transform = new Linearization(rotated, activity.isActive);
  const source = transform.source(entry);
  const sweeps = transform.derive(entry, {
    params: source.body.params.map((p, i) => options.active[i] === true && holdsNumbers(p.type)),
    results: source.results.map((type) => holdsNumbers(type)),
  });
  const names = wrapEntry(transform, entry, source, sweeps);
  return { module: { ...module, functions: new Map([...transform.functions, ...module.functions]) }, ...names };
}

/** Puts the tape around the sweeps of the entry: made by the first, read from its beginning by the second. */
function wrapEntry(transform: Linearization, entry: string, source: Func, sweeps: Sweeps): Sweeps {
  const firstFunc = transform.functions.get(sweeps.first) as Func;
  const secondFunc = transform.functions.get(sweeps.second) as Func;
  const first = transform.fresh(entry, "linearized");
  const second = transform.fresh(entry, "pushforward");

  const a = new BlockBuilder(
    source.body.params.map((p) => ({ type: p.type, hint: p.hint })),
    source.span,
  );
  const recorded = a.tape(number, false);
  const results = a.call(sweeps.first, [...a.params, recorded], firstFunc.results);
  const body = a.finish([...results, a.slots(recorded, "residuals")]);
  transform.functions.set(first, { name: first, body, results: [...source.results, slotsType], span: source.span });

  const tangents = secondFunc.body.params.slice(0, -1);
  const b = new BlockBuilder(
    tangents.map((p) => ({ type: p.type, hint: p.hint })),
    source.span,
  );
  const all = b.call(sweeps.second, [...b.params, b.constant(0)], secondFunc.results);
  const kept = all.slice(0, -1);
  transform.functions.set(second, {
    name: second,
    body: b.finish(kept),
    results: kept.map((v) => v.type),
    span: source.span,
  });
  return { first, second };
}

class Linearization implements LinearizationContext {
  readonly functions: Map<string, Func>;
  readonly #module: Module;
  readonly #isActive: (value: Value) => boolean;
  readonly #sweeps = new Map<string, Sweeps>();
  readonly #taken: Set<string>;

  constructor(module: Module, isActive: (value: Value) => boolean) {
    this.#module = module;
    this.#isActive = isActive;
    this.functions = new Map(module.functions);
    this.#taken = new Set(module.functions.keys());
  }

  source(name: string): Func {
    const func = this.#module.functions.get(name);
    if (!func) throw new IrError(`no function ${name}`);
    return func;
  }

  fresh(base: string, role: string): string {
    const name = derivedName(this.#taken, base, role);
    this.#taken.add(name);
    return name;
  }

  isActive(value: Value): boolean {
    return value.type.kind === "snapshot" || (holdsNumbers(value.type) && this.#isActive(value));
  }

  derive(name: string, signature: Signature): Sweeps {
    const flags = [signature.params, signature.results].map((fs) => fs.map((f) => (f ? "1" : "0")).join("")).join("|");
    const key = `${name}|${flags}`;
    const known = this.#sweeps.get(key);
    if (known) return known;
    const sweeps = { first: this.fresh(name, "recorded"), second: this.fresh(name, "replayed") };
    // Named before they are built, for recursion.
    this.#sweeps.set(key, sweeps);
    const built = new FunctionLinearization(this).build(sweeps, this.source(name), signature);
    for (const func of built) this.functions.set(func.name, func);
    return sweeps;
  }

  signatureOf(name: string): Signature {
    const { body, results } = this.source(name);
    return {
      params: body.params.map((p) => this.isActive(p)),
      results: results.map((_, i) => body.end.kind === "yield" && this.isActive(body.end.values[i] as Value)),
    };
  }
}
