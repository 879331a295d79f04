/**
 * The laws that every program is held to: its value and final arguments are those of a plain run, forward mode agrees
 * with extrapolated differences where the program is smooth and with reverse mode everywhere, pullbacks answer the same
 * twice though the caller has overwritten all it can reach, and code that is not optimised gives the same.
 */
import type { OperatorRequest } from "../../src/api/operators.ts";
import { applyOperator } from "../../src/api/operators.ts";
import { printTypeScript } from "../../src/backend/typescript.ts";
import { CotangentError } from "../../src/core/errors.ts";
import { lower } from "../../src/frontend/index.ts";
import type { SourceProgram } from "../../src/frontend/source.ts";
import { interpret } from "../../src/ir/interpret.ts";
import type { Module } from "../../src/ir/types.ts";
import { optimize } from "../../src/optimize/pipeline.ts";
import * as runtime from "../../src/runtime/index.ts";
import { differenceJacobian } from "../support/differences.ts";
import type { AnyFunction } from "../support/engines.ts";
import { dot, makeRandom, numbersAlong, numbersOf, scribble, withNumbers } from "../support/numbers.ts";
import { instrument, makeWay, tracers } from "./trace.ts";

/** What became of a program. */
export type Outcome =
  | { readonly kind: "accepted"; readonly compared: number; readonly passedOver: number }
  | { readonly kind: "refused"; readonly code: string; readonly message: string }
  | { readonly kind: "failed"; readonly law: string; readonly message: string };

/** A program compiled, as far as it was taken. */
export interface Compiled {
  readonly source: string;
  /** Texts of TypeScript, by the verb that they answer. */
  readonly texts: ReadonlyMap<string, string>;
  /** The same, not optimised, in the interpreter. */
  readonly interpreted: ReadonlyMap<string, AnyFunction>;
}

class Broken extends Error {
  readonly law: string;
  constructor(law: string, message: string) {
    super(message);
    this.law = law;
  }
}

/** Compiles function `f` of a file for the verbs that are checked; which engines run them besides `variant` says. */
export function compile(source: SourceProgram, file: string, text: string, variant: number): Compiled | Outcome {
  try {
    const { module, entry } = lower(source, { file, name: "f" });
    const func = module.functions.get(entry);
    const argnums = (func?.body.params ?? []).map((_, i) => i);
    const isScalar = func?.results[0]?.kind === "number";
    const simple = optimize(module, entry, "before");
    const texts = new Map<string, string>();
    const interpreted = new Map<string, AnyFunction>();
    const derive = (operator: OperatorRequest["operator"], optimized: boolean): { module: Module; name: string } => {
      const derived = applyOperator(optimized ? simple : module, entry, { operator, argnums });
      return optimized ? { ...derived, module: optimize(derived.module, derived.name, "after") } : derived;
    };
    const add = (operator: OperatorRequest["operator"]): void => {
      const { module: made, name } = derive(operator, true);
      texts.set(operator, printTypeScript(made, [{ func: name, name: "derived" }]).text);
    };
    const addInterpreted = (operator: OperatorRequest["operator"], optimized: boolean): void => {
      const { module: made, name } = derive(operator, optimized);
      interpreted.set(`${operator}, ${optimized ? "" : "not "}optimised`, interpretedAs(made, name));
    };
    // Printing costs most, so the usual verbs are printed and of the others one or two in turn.
    add("vjp");
    if (variant % 2 === 0) add("jvp");
    else addInterpreted("jvp", true);
    if (isScalar && variant % 4 < 2) add("grad");
    if (variant % 8 === 2) add("linearize");
    if (variant % 8 === 3) add("value");
    if (variant % 8 === 6) {
      const { module: made, name } = derive("vjp", false);
      texts.set("vjp, not optimised", printTypeScript(made, [{ func: name, name: "derived" }]).text);
    } else addInterpreted(isScalar && variant % 3 === 0 ? "grad" : variant % 3 === 1 ? "jvp" : "vjp", false);
    return { source: text, texts, interpreted };
  } catch (error) {
    return refusal(error) ?? { kind: "failed", law: "compiles", message: messageOf(error) };
  }
}

function interpretedAs(module: Module, name: string): AnyFunction {
  const count = module.functions.get(name)?.body.params.length ?? 0;
  return (...args) => {
    const padded = [...args, ...new Array(Math.max(0, count - args.length)).fill(undefined)];
    const results = interpret(module, name, padded, { global: ({ name: global }) => globals[global] });
    return results.length > 1 ? results : results[0];
  };
}

const globals: Readonly<Record<string, unknown>> = { WEIGHTS: [0.5, -0.25, 1.5], RATE: 0.8 };

const messageOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message).split("\n").slice(0, 6).join("\n") : String(error);

function refusal(error: unknown): Outcome | undefined {
  if (error instanceof CotangentError) return { kind: "refused", code: error.code, message: error.message };
  const { code, message } = error as { code?: unknown; message?: string };
  return typeof code === "string" && (code === "structure-mismatch" || code === "overlapping-views")
    ? { kind: "refused", code, message: String(message) }
    : undefined;
}

/** What CommonJS code exports. */
function load(code: string, extra: Readonly<Record<string, unknown>> = {}): Record<string, AnyFunction> {
  const exports: Record<string, AnyFunction> = {};
  const require = (specifier: string): unknown => {
    if (specifier === "cotangent/runtime") return runtime;
    return globals;
  };
  const module = { exports };
  new Function("require", "module", "exports", ...Object.keys(extra), code)(
    require,
    module,
    exports,
    ...Object.values(extra),
  );
  return module.exports;
}

const ROUNDING = 1e-7;

/** The largest size among numbers. */
const sizeOf = (numbers: readonly number[]): number => numbers.reduce((most, x) => Math.max(most, Math.abs(x)), 0);

function holdClose(law: string, found: readonly number[], expected: readonly number[], slack = 0): void {
  if (found.length !== expected.length) throw new Broken(law, `${found.length} numbers instead of ${expected.length}`);
  const scale = sizeOf(expected) + 1e-3;
  const off = found.some((x, i) => !(Math.abs(x - (expected[i] as number)) <= ROUNDING * scale + slack));
  if (off) throw new Broken(law, `${found.join(", ")} instead of ${expected.join(", ")}`);
}

/** The shape of a value, with its numbers left out. */
const shapeOf = (value: unknown): string =>
  JSON.stringify(
    withNumbers(
      value,
      numbersOf(value).map(() => 0),
    ),
    // A field that is there and undefined is as one that is not there.
    (_, part: unknown) => (ArrayBuffer.isView(part) ? Array.from(part as Float64Array) : part),
  );

function holdSame(law: string, found: unknown, expected: unknown): void {
  if (shapeOf(found) !== shapeOf(expected)) throw new Broken(law, `${show(found)} instead of ${show(expected)}`);
  holdClose(law, numbersOf(found), numbersOf(expected));
}

const show = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (ArrayBuffer.isView(part) ? Array.from(part as Float64Array) : part));

/** JavaScript of a program and of its derivatives, by verb. */
export interface Runnable {
  readonly source: string;
  readonly derived: ReadonlyMap<string, string>;
  readonly interpreted: ReadonlyMap<string, AnyFunction>;
}

/** Runs a program at its points and holds it to the laws. */
export function check({ source, derived, interpreted }: Runnable, points: readonly string[]): Outcome {
  try {
    const f = load(source).f as AnyFunction;
    const verbs = new Map([...derived].map(([verb, code]) => [verb, load(code).derived as AnyFunction]));
    const counts = { compared: 0, passedOver: 0 };
    points.forEach((point, p) => {
      const make = new Function(`return ${point};`) as () => unknown[];
      checkPoint({ f, source, verbs, interpreted }, make, makeRandom(p + 1), counts);
    });
    return { kind: "accepted", ...counts };
  } catch (error) {
    if (error instanceof Broken) return { kind: "failed", law: error.law, message: error.message };
    return refusal(error) ?? { kind: "failed", law: "runs", message: messageOf(error) };
  }
}

interface Running {
  readonly f: AnyFunction;
  readonly source: string;
  readonly verbs: ReadonlyMap<string, AnyFunction>;
  readonly interpreted: ReadonlyMap<string, AnyFunction>;
}

/** A plain run; undefined if it throws, or gives numbers that say nothing. */
function runPlainly(f: AnyFunction, make: () => unknown[]): { value: unknown; args: unknown[] } | undefined {
  try {
    const args = make();
    const value = structuredClone(f(...args));
    const tame = [...numbersOf(value), ...numbersOf(args)].every((x) => Math.abs(x) < 1e6);
    return tame ? { value, args } : undefined;
  } catch {
    return undefined;
  }
}

type Jvp = (primals: unknown[], tangents: unknown[]) => [unknown, unknown];
type Vjp = (...args: unknown[]) => [unknown, (w: unknown) => unknown[]];

function checkPoint(
  { f, source, verbs, interpreted }: Running,
  make: () => unknown[],
  random: () => number,
  counts: { compared: number; passedOver: number },
): void {
  const plain = runPlainly(f, make);
  if (!plain) {
    counts.passedOver++;
    return;
  }
  const x = numbersOf(make());
  const v = x.map(random);
  const w = numbersOf(plain.value).map(random);
  const tangents = (): unknown[] => withNumbers(make(), v, true) as unknown[];
  const cotangent = (): unknown => withNumbers(plain.value, w, true);
  const after = (verb: string, value: unknown, args: unknown[]): void => {
    holdSame(`value of ${verb}`, value, plain.value);
    holdSame(`arguments after ${verb}`, args, plain.args);
  };

  const forward = (verb: string, jvp: Jvp): number[] => {
    const args = make();
    const [value, tangent] = jvp(args, tangents());
    after(verb, value, args);
    return numbersAlong(tangent, plain.value);
  };
  const backward = (verb: string, vjp: Vjp): number[] => {
    const args = make();
    const [value, pullback] = vjp(...args);
    after(verb, value, args);
    scribble(args);
    scribble(value);
    const wj = numbersAlong(pullback(cotangent()), make());
    const again = numbersAlong(pullback(cotangent()), make());
    holdClose(`second pullback of ${verb}`, again, wj);
    return wj;
  };

  const value = verbs.get("value");
  if (value) {
    const args = make();
    after("value", value(...args), args);
  }
  const taken = (name: string): AnyFunction =>
    (verbs.get(name) ?? interpreted.get(`${name}, optimised`)) as AnyFunction;
  const jv = forward("jvp", taken("jvp") as unknown as Jvp);
  const wj = backward("vjp", verbs.get("vjp") as unknown as Vjp);
  const gap = Math.abs(dot(w, jv) - dot(wj, v));
  const size = dot(w.map(Math.abs), jv.map(Math.abs)) + dot(wj.map(Math.abs), v.map(Math.abs)) + 1e-3;
  if (![...jv, ...wj].every(Number.isFinite)) throw new Broken("finite", `jvp ${jv.join(", ")}; vjp ${wj.join(", ")}`);
  checkDifferences(source, f, make, v, jv, counts);
  if (!(gap <= ROUNDING * size)) throw new Broken("dot product", `<w, J v> = ${dot(w, jv)}, <J' w, v> = ${dot(wj, v)}`);

  const linearize = verbs.get("linearize") as unknown as
    | ((...args: unknown[]) => [unknown, (t: unknown) => unknown])
    | undefined;
  if (linearize) {
    const args = make();
    const [linear, pushforward] = linearize(...args);
    after("linearize", linear, args);
    scribble(args);
    scribble(linear);
    holdClose("linearize as jvp", numbersAlong(pushforward(tangents()), plain.value), jv);
    holdClose("second pushforward", numbersAlong(pushforward(tangents()), plain.value), jv);
  }
  const plainVjp = verbs.get("vjp, not optimised") as unknown as Vjp | undefined;
  if (plainVjp) holdClose("optimised as not optimised", wj, backward("vjp, not optimised", plainVjp));
  const gradient = (verb: string, grad: AnyFunction): void => {
    const args = make();
    const found = numbersAlong(grad(...args), make());
    holdSame(`arguments after ${verb}`, args, plain.args);
    const [unit] = w as [number];
    holdClose(
      `${verb} as vjp`,
      found,
      wj.map((bar) => bar / unit),
    );
  };
  const grad = verbs.get("grad");
  if (grad) gradient("grad", grad);
  for (const [name, run] of interpreted) {
    const verb = `interpreted ${name}`;
    if (name.startsWith("jvp")) holdClose(`${verb} as jvp`, forward(verb, run as unknown as Jvp), jv);
    else if (name.startsWith("vjp")) holdClose(`${verb} as vjp`, backward(verb, run as unknown as Vjp), wj);
    else gradient(verb, run);
  }
}

/** Forward mode against differences along `v`, where the program goes the same way at all points that they use. */
function checkDifferences(
  source: string,
  f: AnyFunction,
  make: () => unknown[],
  v: readonly number[],
  jv: readonly number[],
  counts: { compared: number; passedOver: number },
): void {
  const x = numbersOf(make());
  const along = (t: number): unknown[] =>
    withNumbers(
      make(),
      x.map((xi, i) => xi + t * (v[i] as number)),
    );
  for (const scale of [1 / 4, 1 / 64]) {
    const run = ([t = 0]: readonly number[]): number[] => numbersOf(f(...along(t * scale)));
    let estimates: ReturnType<typeof differenceJacobian>[number];
    try {
      estimates = differenceJacobian(run, [0], true)[0] ?? [];
    } catch {
      continue;
    }
    if (estimates.length !== jv.length) continue;
    const size = sizeOf(jv) + 1e-2;
    const precise = estimates.every(({ error }) => error / scale < 1e-3 * size);
    const agrees = estimates.every(
      ({ value, error }, i) => Math.abs(value / scale - (jv[i] as number)) <= 1e-5 * size + (10 * error) / scale,
    );
    if (agrees && precise) {
      counts.compared++;
      return;
    }
    if (!precise || !goesOneWay(source, along, scale)) continue;
    const list = estimates.map(({ value }) => (value / scale).toPrecision(9)).join(", ");
    throw new Broken(
      "forward mode as differences",
      `${jv.map((d) => d.toPrecision(9)).join(", ")}, and differences ${list}`,
    );
  }
  counts.passedOver++;
}

/** Do all runs from `-scale` to `scale` along the line decide the same? */
function goesOneWay(source: string, along: (t: number) => unknown[], scale: number): boolean {
  const way = makeWay();
  const f = load(instrument(source), tracers(way)).f as AnyFunction;
  const hashes = [-8, -4, -2, -1, -0.5, -0.1, 0, 0.1, 0.5, 1, 2, 4, 8].map((k) => {
    way.hash = 0;
    f(...along((k * scale) / 1024));
    return way.hash;
  });
  return hashes.every((hash) => hash === hashes[0]);
}
