/**
 * The laws that every program is held to: its value and final arguments are those of a plain run, forward mode agrees
 * with extrapolated differences where the program is smooth and with reverse mode everywhere, pullbacks answer the same
 * twice though the caller has overwritten all it can reach, and code that is not optimised gives the same.
 */

import { installCompiler } from "../../src/api/at-run-time.ts";
import * as cotangent from "../../src/index.ts";
import * as runtime from "../../src/runtime/index.ts";
import { differenceVerbs } from "../support/difference-verbs.ts";
import { differenceJacobian } from "../support/differences.ts";
import type { AnyFunction } from "../support/engines.ts";
import { dot, makeRandom, numbersAlong, numbersOf, scribble, withNumbers } from "../support/numbers.ts";
import { type Derived, type Exports, messageOf, type Outcome, refusal, type Verb } from "./derive.ts";
import { instrument, makeWay, tracers } from "./trace.ts";

class Broken extends Error {
  readonly law: string;
  constructor(law: string, message: string) {
    super(message);
    this.law = law;
  }
}

// Verbs that a program calls are answered by differences where it is run plainly.
installCompiler(differenceVerbs);

/** What CommonJS code exports. `program`: what its program does, if it was made of one. */
function load(
  code: string,
  program: Exports = {},
  extra: Readonly<Record<string, unknown>> = {},
): Record<string, AnyFunction> {
  const exports: Record<string, AnyFunction> = {};
  const require = (specifier: string): unknown => {
    if (specifier === "cotangent/runtime") return runtime;
    return specifier === "cotangent" ? cotangent : program;
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

/** A program and its derivatives, as JavaScript or as functions. */
export interface Runnable {
  readonly source: string;
  readonly derived: readonly { readonly name: string; readonly verb: Verb; readonly made: Derived["made"] }[];
}

interface Running {
  readonly f: AnyFunction;
  readonly source: string;
  readonly derived: readonly { readonly name: string; readonly verb: Verb; readonly run: AnyFunction }[];
}

/** Runs a program at its points and holds it to the laws. */
export function check({ source, derived }: Runnable, points: readonly string[]): Outcome {
  try {
    const program = load(source);
    const running = {
      f: program.f as AnyFunction,
      source,
      derived: derived.map(({ name, verb, made }) => ({
        name,
        verb,
        run: typeof made === "string" ? (load(made, program).derived as AnyFunction) : made(program),
      })),
    };
    const counts = { compared: 0, passedOver: 0 };
    points.forEach((point, p) => {
      const make = new Function(`return ${point};`) as () => unknown[];
      checkPoint(running, make, makeRandom(p + 1), counts);
    });
    return { kind: "accepted", ...counts };
  } catch (error) {
    if (error instanceof Broken) return { kind: "failed", law: error.law, message: error.message };
    return refusal(error) ?? { kind: "failed", law: "runs", message: messageOf(error) };
  }
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
type Linearize = (...args: unknown[]) => [unknown, (tangents: unknown) => unknown];

function checkPoint(
  { f, source, derived }: Running,
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
  const after = (name: string, value: unknown, args: unknown[]): void => {
    holdSame(`value of ${name}`, value, plain.value);
    holdSame(`arguments after ${name}`, args, plain.args);
  };

  /** J v, or w J, by a verb. Whatever the caller may do between two calls it does. */
  const ways: Readonly<Record<Exclude<Verb, "value">, (name: string, run: AnyFunction) => number[]>> = {
    jvp: (name, run) => {
      const args = make();
      const [value, tangent] = (run as unknown as Jvp)(args, tangents());
      after(name, value, args);
      return numbersAlong(tangent, plain.value);
    },
    linearize: (name, run) => {
      const args = make();
      const [value, pushforward] = (run as unknown as Linearize)(...args);
      after(name, value, args);
      scribble(args);
      scribble(value);
      const jv = numbersAlong(pushforward(tangents()), plain.value);
      holdClose(`second pushforward of ${name}`, numbersAlong(pushforward(tangents()), plain.value), jv);
      return jv;
    },
    vjp: (name, run) => {
      const args = make();
      const [value, pullback] = (run as unknown as Vjp)(...args);
      after(name, value, args);
      scribble(args);
      scribble(value);
      const wj = numbersAlong(pullback(cotangent()), make());
      holdClose(`second pullback of ${name}`, numbersAlong(pullback(cotangent()), make()), wj);
      return wj;
    },
    grad: (name, run) => {
      const args = make();
      const found = numbersAlong(run(...args), make());
      holdSame(`arguments after ${name}`, args, plain.args);
      const [unit] = w as [number];
      return found.map((bar) => unit * bar);
    },
  };
  const found: Record<"forward" | "reverse", number[] | undefined> = { forward: undefined, reverse: undefined };
  for (const { name, verb, run } of derived) {
    if (verb === "value") {
      const args = make();
      after(name, run(...args), args);
      continue;
    }
    const mode = verb === "jvp" || verb === "linearize" ? "forward" : "reverse";
    const result = ways[verb](name, run);
    if (!result.every(Number.isFinite)) throw new Broken("finite", `${name} gives ${result.join(", ")}`);
    if (found[mode]) holdClose(`${name} as the other of its mode`, result, found[mode]);
    found[mode] ??= result;
  }
  const { forward: jv = [], reverse: wj = [] } = found;
  checkDifferences(source, f, make, v, jv, counts);
  const gap = Math.abs(dot(w, jv) - dot(wj, v));
  const size = dot(w.map(Math.abs), jv.map(Math.abs)) + dot(wj.map(Math.abs), v.map(Math.abs)) + 1e-3;
  if (!(gap <= ROUNDING * size)) throw new Broken("dot product", `<w, J v> = ${dot(w, jv)}, <J' w, v> = ${dot(wj, v)}`);
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
  // Numbers that oscillate within a step are sure of a wrong difference: only what two steps agree on is held against.
  let before: readonly number[] | undefined;
  for (const scale of [1 / 4, 1 / 64, 1 / 1024]) {
    const run = ([t = 0]: readonly number[]): number[] => numbersOf(f(...along(t * scale)));
    let estimates: ReturnType<typeof differenceJacobian>[number];
    try {
      estimates = differenceJacobian(run, [0], true)[0] ?? [];
    } catch {
      continue;
    }
    if (estimates.length !== jv.length) continue;
    const size = sizeOf(jv) + 1e-2;
    const values = estimates.map(({ value }) => value / scale);
    const isNear = (others: readonly number[], tolerance: number): boolean =>
      values.every((value, i) => {
        const { error } = estimates[i] as (typeof estimates)[number];
        return Math.abs(value - (others[i] as number)) <= tolerance * size + (10 * error) / scale;
      });
    const precise = estimates.every(({ error }) => error / scale < 1e-3 * size);
    if (precise && isNear(jv, 1e-5)) {
      counts.compared++;
      return;
    }
    if (!precise || !goesOneWay(source, along, scale)) continue;
    // Steps that agree do so by what they say: a derivative that is far larger would have any two of them agree.
    const said = Math.min(1, (sizeOf(values) + 1e-2) / size);
    if (before && isNear(before, 1e-3 * said)) {
      const [derivatives, differences] = [jv, values].map((list) => list.map((d) => d.toPrecision(9)).join(", "));
      throw new Broken("forward mode as differences", `${derivatives}, and differences ${differences}`);
    }
    before = values;
  }
  counts.passedOver++;
}

/** Do all runs from `-scale` to `scale` along the line decide the same? */
function goesOneWay(source: string, along: (t: number) => unknown[], scale: number): boolean {
  const way = makeWay();
  const f = load(instrument(source), {}, tracers(way)).f as AnyFunction;
  const hashes = [-8, -4, -2, -1, -0.5, -0.1, 0, 0.1, 0.5, 1, 2, 4, 8].map((k) => {
    way.hash = 0;
    f(...along((k * scale) / 1024));
    return way.hash;
  });
  return hashes.every((hash) => hash === hashes[0]);
}
