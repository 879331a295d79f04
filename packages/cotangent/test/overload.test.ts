/**
 * The corpus by overloading: each program is rewritten, run on values, and held against differences in both modes; what has
 * no derivative that way is refused, and which files hold such programs is part of the test.
 */
import { describe, expect, test } from "vitest";
import { evaluateText } from "../src/api/evaluate.ts";
import { loadOverloaded } from "../src/api/overloaded-module.ts";
import { compileRecording } from "../src/api/recording.ts";
import { deriveFromRegistered } from "../src/api/registered.ts";
import { vjp } from "../src/api/verbs.ts";
import { CotangentError } from "../src/core/errors.ts";
import { overload, type Recording, record } from "../src/overload/index.ts";
import { argnumsOf, type CorpusFunction, corpus, corpusFolder, loadProgram } from "./support/corpus.ts";
import { makeRandom, numbersAlong, numbersOf, withNumbers } from "./support/numbers.ts";

type Callable = (...args: unknown[]) => unknown;

/** The slope of every number of `f` along `v`, by a central difference of fourth order. */
function slopes(
  f: CorpusFunction,
  make: () => unknown[],
  argnums: readonly number[],
  v: readonly number[],
  wide: boolean,
) {
  const h = wide ? 2 ** -8 : 2 ** -12;
  const at = (t: number): number[] => {
    const args = make();
    const selected = argnums.map((i) => args[i]);
    const moved = withNumbers(
      selected,
      numbersOf(selected).map((x, k) => x + t * (v[k] as number)),
    );
    argnums.forEach((i, n) => {
      args[i] = moved[n];
    });
    return numbersOf(f(...args));
  };
  const [a, b, c, d] = [at(-2 * h), at(-h), at(h), at(2 * h)];
  return a.map((x, k) => (x - 8 * b[k]! + 8 * c[k]! - d[k]!) / (12 * h));
}

/** What is refused in a file, and why. */
const refused: Readonly<Record<string, RegExp>> = {
  "exceptions.ts": /^overload-plain$/,
  "instances.ts": /^overload-plain$/,
  "maps.ts": /^overload-key$/,
  "rules-edges.ts": /^overload-(differs|memory|plain)$/,
  "rules-writing.ts": /^overload-memory$/,
  "rules.ts": /^overload-differs$/,
  "strings.ts": /^overload-plain$/,
  "views.ts": /^overload-memory$/,
};

/** Programs that are, of files that are taken otherwise. */
const refusedPrograms: Readonly<Record<string, RegExp>> = {
  // A number that is written as text ends the derivative there; overloading has no text that holds one.
  reported: /^overload-plain$/,
  digitsGiven: /^overload-plain$/,
  // A class that is not rewritten.
  settled: /^overload-plain$/,
  withDigits: /^overload-plain$/,
  // Sets of numbers that vary.
  entriesByPosition: /^overload-key$/,
  delegatedEntries: /^overload-key$/,
  // Lists of overloaded numbers stand for typed arrays, and `flatMap` takes lists apart.
  flatMapOfAll: /^overload-differs$/,
  // A typed array asks a comparator that is no order in another order than a list.
  sortedInNoOrder: /^overload-differs$/,
};

describe("the corpus", () => {
  test.each(corpus.map((program) => [`${program.file} ${program.name}`, program] as const))(
    "%s",
    async (_, program) => {
      const f = await loadProgram(program);
      const argnums = argnumsOf(program);
      const rewritten = await loadRewritten(program);
      const derive = (verb: "jvp" | "vjp"): Callable =>
        deriveFromRegistered(verb, rewritten as never, { argnums, engine: overload }) as Callable;
      for (const [p, make] of program.args.entries()) {
        const random = makeRandom(p + 1);
        const select = (args: unknown[]): unknown[] => argnums.map((i) => args[i]);
        const v = numbersOf(select(make())).map(random);
        const after = make();
        const expected = f(...after);
        const args = make();
        let pushed: [unknown, unknown];
        try {
          pushed = derive("jvp")(args, withNumbers(select(make()), v, true)) as [unknown, unknown];
        } catch (error) {
          if (!(error instanceof CotangentError)) throw error;
          expect(error.code, error.message).toMatch(
            refused[program.file] ?? refusedPrograms[program.name] ?? /^nothing is$/,
          );
          return;
        }
        expect(args).toEqual(after);
        expect(numbersOf(pushed[0])).toEqual(numbersOf(expected));
        const jv = numbersAlong(pushed[1], expected);
        const differences = slopes(f, make, argnums, v, program.tolerance !== undefined);
        const scale = Math.max(1e-3, ...differences.map(Math.abs));
        jv.forEach((x, i) => {
          expect(Math.abs(x - differences[i]!)).toBeLessThan((program.tolerance ?? 1e-5) * scale);
        });
        // <w, J v> = <J^T w, v>
        const w = numbersOf(expected).map(random);
        const [, pullback] = derive("vjp")(...make()) as [unknown, (w: unknown) => unknown[]];
        const cotangent = withNumbers(expected, w, true);
        const wj = numbersAlong(pullback(cotangent), select(make()));
        const [left, right] = [sum(w, jv), sum(wj, v)];
        const scaleOfBoth = 1 + Math.abs(left) + sum(w.map(Math.abs), jv.map(Math.abs));
        // Gradients by arrays of single precision are rounded.
        expect(Math.abs(left - right)).toBeLessThanOrEqual((program.tolerance ? 1e-6 : 1e-9) * scaleOfBoth);
        expect(numbersAlong(pullback(cotangent), select(make()))).toEqual(wj);
      }
    },
  );
});

/** Why a program of the corpus that is overloaded is not recorded. */
const notRecorded =
  /writes its arguments|a map or set|one object in two places|a function in the result|leads back to itself|array of integers|gaps|compared with what is no number|used as a plain|with a rule of its own/;
/** Longer runs are replayed and not compiled, which takes longer than all else. */
const longestCompiled = 120;

describe("the corpus, recorded", () => {
  const recorded = corpus.filter(({ file, name }) => !(file in refused || name in refusedPrograms));
  test.each(recorded.map((program) => [`${program.file} ${program.name}`, program] as const))(
    "%s",
    async (_, program) => {
      const f = await loadProgram(program);
      const rewritten = await loadRewritten(program);
      const [first] = program.args as [() => unknown[]];
      let recording: Recording<Callable>;
      try {
        recording = record(rewritten, first(), { onBranch: "record" });
      } catch (error) {
        if (!(error instanceof CotangentError)) throw error;
        expect(error.message).toMatch(notRecorded);
        return;
      }
      for (const [p, make] of program.args.entries()) {
        const random = makeRandom(p + 1);
        const expected = f(...make());
        const args = make();
        expect(numbersOf(recording.replay(...args))).toEqual(numbersOf(expected));
        expect(args).toEqual(make());
        const cotangent = withNumbers(expected, numbersOf(expected).map(random), true);
        const gradientsOf = (made: unknown): number[] => numbersOf((made as [unknown, Callable])[1](cotangent));
        const wanted = gradientsOf(overload.derivativesOf(rewritten).vjp(...make()));
        const close = wanted.map((x) => (Number.isFinite(x) ? expect.closeTo(x, 6) : x));
        expect(gradientsOf(vjp(recording.replay)(...make()))).toEqual(close);
        if (p > 0 || recording.length > longestCompiled) continue;
        // The types that the compiler has are fewer than those that are recorded.
        if (make().some((x) => isOfIntegers(x) || holdsMissing(x))) continue;
        const { text, name } = compileRecording(recording, { operator: "vjp" });
        const compiled = (await evaluateText(text)).get(name) as Callable;
        expect(gradientsOf(compiled(...make()))).toEqual(close);
      }
    },
  );
});

/** True for null, and for a list or tree in which something is missing; an argument that is undefined is left out. */
function holdsMissing(x: unknown): boolean {
  if (x === null) return true;
  if (typeof x !== "object" || ArrayBuffer.isView(x)) return false;
  return Object.values(x).some((part) => part === null || part === undefined || holdsMissing(part));
}

function isOfIntegers(x: unknown): boolean {
  return ArrayBuffer.isView(x) && !(x instanceof Float64Array) && !(x instanceof Float32Array);
}

/** What files export, each rewritten and run once: its programs are one module's, as they are in Node. */
const loaded = new Map<string, Promise<Readonly<Record<string, unknown>>>>();

async function loadRewritten({ file, name }: (typeof corpus)[number]): Promise<Callable> {
  const load = (): Promise<Readonly<Record<string, unknown>>> => {
    const names = corpus.filter((program) => program.file === file).map((program) => program.name);
    return loadOverloaded(corpusFolder + file, [...new Set(names)], (path) =>
      /cotangent.(dist|src)/.test(path) ? import("cotangent") : import(path),
    );
  };
  const module = loaded.get(file) ?? load();
  loaded.set(file, module);
  return (await module)[name] as Callable;
}

function sum(a: readonly number[], b: readonly number[]): number {
  return a.reduce((s, x, i) => s + x * b[i]!, 0);
}
