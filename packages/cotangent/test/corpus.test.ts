/**
 * Every corpus program in every engine: forward mode, reverse mode and forward over reverse against extrapolated
 * differences of the program as Node runs it; the dot-product test `<w, J v> = <J^T w, v>`; arguments that end as after
 * a plain call; pullbacks that answer the same when all that the caller can reach has been overwritten.
 */
import { describe, expect, test } from "vitest";
import { deriveFromRegistered } from "../src/api/registered.ts";
import { CotangentError } from "../src/core/errors.ts";
import type { Strategy } from "../src/core/request.ts";
import { record } from "../src/inspect/record.ts";
import { isStep, type Run, type Step } from "../src/inspect/steps.ts";
import { sweepForward, sweepReverse } from "../src/inspect/sweeps.ts";
import type { Global } from "../src/ir/types.ts";
import { complexStep } from "../src/numerical/complex-step.ts";
import { numerical } from "../src/numerical/engine.ts";
import { optimize } from "../src/optimize/pipeline.ts";
import type { Engine as RunTimeEngine } from "../src/runtime/registry.ts";
import { makeSymbolic } from "../src/symbolic/derivatives.ts";
import {
  argnumsOf,
  type CorpusFunction,
  type CorpusProgram,
  corpus,
  corpusFolder,
  importsOf,
  loadProgram,
} from "./support/corpus.ts";
import { differenceHessianProduct, differenceJacobian, type Estimate } from "./support/differences.ts";
import { type AnyFunction, engines, type Imports, type Lowered, lowerFunction, openFiles } from "./support/engines.ts";
import { dot, makeRandom, numbersAlong, numbersOf, scribble, withNumbers } from "./support/numbers.ts";

const files = [...new Set(corpus.map(({ file }) => corpusFolder + file))];
const source = openFiles(files);

/** A point of a program with what is known of it from plain calls. */
interface Point {
  readonly make: () => unknown[];
  /** The selected arguments' numbers. */
  readonly x: readonly number[];
  /** Calls `f` with other numbers in the selected arguments. */
  readonly at: (x: readonly number[]) => unknown;
  readonly value: unknown;
  readonly argsAfter: readonly unknown[];
  /** Columns of the Jacobian. */
  readonly jacobian: readonly Estimate[][];
}

interface Prepared {
  readonly f: CorpusFunction;
  readonly argnums: readonly number[];
  readonly points: readonly Point[];
  readonly imports: Imports;
  readonly lowered: () => Lowered;
}

function preparePoint(
  program: CorpusProgram,
  f: CorpusFunction,
  argnums: readonly number[],
  make: () => unknown[],
): Point {
  const select = (args: unknown[]) => argnums.map((i) => args[i]);
  const at = (x: readonly number[]): unknown => {
    const args = make();
    withNumbers(select(args), x).forEach((value, i) => {
      args[argnums[i] as number] = value;
    });
    return f(...args);
  };
  const argsAfter = make();
  const value = structuredClone(f(...argsAfter));
  const x = numbersOf(select(make()));
  const jacobian = differenceJacobian((at_) => numbersOf(at(at_)), x, program.tolerance !== undefined);
  return { make, x, at, value, argsAfter, jacobian };
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | { error: unknown } | undefined;
  return () => {
    if (!made) {
      try {
        made = { value: make() };
      } catch (error) {
        made = { error };
      }
    }
    if ("error" in made) throw made.error;
    return made.value;
  };
}

async function prepare(program: CorpusProgram): Promise<Prepared> {
  const f = await loadProgram(program);
  const argnums = argnumsOf(program);
  return {
    f,
    argnums,
    points: program.args.map((make) => preparePoint(program, f, argnums, make)),
    imports: await importsOf(program),
    lowered: once(() => lowerFunction(source, corpusFolder + program.file, program.name)),
  };
}

/** Fails unless `found` is `expected` up to what the differences are uncertain by. */
function expectClose(found: readonly number[], expected: readonly Estimate[], tolerance: number, what: string): void {
  expect(found.length, `${what}: how many numbers`).toBe(expected.length);
  const scale = expected.reduce((biggest, { value }) => Math.max(biggest, Math.abs(value)), 1e-3);
  expected.forEach(({ value, error }, i) => {
    const off = Math.abs((found[i] as number) - value);
    if (!(off <= tolerance * scale + 10 * error)) {
      const list = expected.map((e) => e.value.toPrecision(8)).join(", ");
      expect.fail(`${what}: ${found.map((v) => v.toPrecision(8)).join(", ")} where differences give ${list}`);
    }
  });
}

/** `J v` by differences. */
function timesVector(jacobian: readonly Estimate[][], v: readonly number[]): Estimate[] {
  return (jacobian[0] ?? []).map((_, k) => ({
    value: jacobian.reduce((sum, column, j) => sum + (column[k] as Estimate).value * (v[j] as number), 0),
    error: jacobian.reduce((sum, column, j) => sum + (column[k] as Estimate).error * Math.abs(v[j] as number), 0),
  }));
}

/** `J^T w` by differences. */
function timesCovector(jacobian: readonly Estimate[][], w: readonly number[]): Estimate[] {
  return jacobian.map((column) => ({
    value: column.reduce((sum, { value }, k) => sum + value * (w[k] as number), 0),
    error: column.reduce((sum, { error }, k) => sum + error * Math.abs(w[k] as number), 0),
  }));
}

/** Differences take a line for each input. */
const fewInputs = 8;
type Vjp = (...args: unknown[]) => [unknown, (w: unknown) => unknown[]];
const both: readonly Strategy[] = ["tape", "closure"];

const FIRST = 1e-7;
const SECOND = 1e-5;
/** Two modes of one engine agree to rounding, relative to the sum of sizes of what is added. */
const ROUNDING = 1e-10;

/** Values agree to rounding: optimised code may add in another order. */
function expectSame(found: unknown, expected: unknown, what: string): void {
  const [a, b] = [numbersOf(found), numbersOf(expected)];
  expect(a.length, `${what}: how many numbers`).toBe(b.length);
  const scale = b.reduce((biggest, x) => (Number.isFinite(x) ? Math.max(biggest, Math.abs(x)) : biggest), 1e-300);
  b.forEach((x, i) => {
    const y = a[i] as number;
    const same = Object.is(x, y) || x === y || Math.abs(x - y) <= 1e-12 * scale;
    if (!same) expect.fail(`${what}: ${a.join(", ")} where Node gives ${b.join(", ")}`);
  });
  const zeros = b.map(() => 0);
  expect(withNumbers(found, zeros), `${what}: structure`).toEqual(withNumbers(expected, zeros));
}

describe("the list", () => {
  test.each(corpus.map((program) => [program.name, program] as const))("%s is differentiable", async (_, program) => {
    const { points } = await prepare(program);
    for (const { jacobian, value } of points) {
      const entries = jacobian.flat();
      const scale = entries.reduce((biggest, e) => Math.max(biggest, Math.abs(e.value)), 1e-3);
      expect(entries.length).toBe(jacobian.length * numbersOf(value).length);
      for (const { error } of entries) expect(error).toBeLessThan((program.tolerance ?? 1e-6) * scale);
    }
  });
});

describe.each(corpus.map((program) => [`${program.file} ${program.name}`, program] as const))("%s", (_, program) => {
  const prepared = once(() => prepare(program));

  test.each(engines.map((engine) => [engine.name, engine] as const))("%s", async (_, engine) => {
    const { argnums, points, imports, lowered } = await prepared();
    const tolerance = program.tolerance ?? FIRST;
    const derive = (request: Parameters<typeof engine.derive>[1]) => engine.derive(lowered(), request, imports);
    const value = await derive({ operator: "value" });
    const jvp = (await derive({ operator: "jvp", argnums })) as (
      primals: unknown[],
      tangents: unknown[],
    ) => [unknown, unknown];
    const linearize = (await derive({ operator: "linearize", argnums })) as (
      ...args: unknown[]
    ) => [unknown, (tangents: unknown) => unknown];
    const isScalar = points.every((point) => typeof point.value === "number");
    // Where residuals live has nothing to do with the engine, so two of them will do for the second strategy.
    const strategies: readonly Strategy[] = engine === engines[0] || engine === engines[3] ? both : ["tape"];
    const reverse = await Promise.all(
      strategies.map(async (strategy) => ({
        strategy,
        vjp: (await derive({ operator: "vjp", argnums, strategy })) as Vjp,
        grad: isScalar ? await derive({ operator: "grad", argnums, strategy }) : undefined,
        hvp: isScalar && program.smooth ? await derive({ operator: "hvp", argnums, strategy }) : undefined,
      })),
    );

    for (const [p, point] of points.entries()) {
      const random = makeRandom(p + 1);
      const select = (args: unknown[]) => argnums.map((i) => args[i]);
      const tangentsFor = (v: number[]) => withNumbers(select(point.make()), v, true);
      const at = `point ${p}`;

      expectSame(value(...point.make()), point.value, `${at}, value`);

      const v = point.x.map(random);
      const forwardArgs = point.make();
      const [forwardValue, tangent] = jvp(forwardArgs, tangentsFor(v));
      expectSame(forwardValue, point.value, `${at}, value of jvp`);
      expectSame(forwardArgs, point.argsAfter, `${at}, arguments after jvp`);
      const jv = numbersAlong(tangent, point.value);
      expectClose(jv, timesVector(point.jacobian, v), tolerance, `${at}, jvp`);

      const linearArgs = point.make();
      const [linearValue, pushforward] = linearize(...linearArgs);
      expectSame(linearValue, point.value, `${at}, value of linearize`);
      expectSame(linearArgs, point.argsAfter, `${at}, arguments after linearize`);
      scribble(linearArgs);
      scribble(linearValue);
      const linear = numbersAlong(pushforward(tangentsFor(v)), point.value);
      expectClose(linear, timesVector(point.jacobian, v), tolerance, `${at}, linearize`);
      const linearAgain = numbersAlong(pushforward(tangentsFor(v)), point.value);
      expect(linearAgain, `${at}, second pushforward`).toEqual(linear);

      const w = numbersOf(point.value).map(random);
      const cotangent = withNumbers(point.value, w, true);
      const other = withNumbers(
        point.value,
        w.map((x) => 1 - x),
        true,
      );
      for (const { strategy, vjp, grad, hvp } of reverse) {
        const at = `point ${p}, ${strategy}`;
        const reverseArgs = point.make();
        const [reverseValue, pullback] = vjp(...reverseArgs);
        expectSame(reverseValue, point.value, `${at}, value of vjp`);
        expectSame(reverseArgs, point.argsAfter, `${at}, arguments after vjp`);
        scribble(reverseArgs);
        scribble(reverseValue);
        const wj = numbersAlong(pullback(cotangent), select(point.make()));
        expectClose(wj, timesCovector(point.jacobian, w), tolerance, `${at}, vjp`);
        pullback(other);
        const again = numbersAlong(pullback(cotangent), select(point.make()));
        expect(again, `${at}, second pullback`).toEqual(wj);

        const gap = Math.abs(dot(w, jv) - dot(wj, v));
        const scale = dot(w.map(Math.abs), jv.map(Math.abs)) + dot(wj.map(Math.abs), v.map(Math.abs)) + 1e-6;
        expect(gap, `${at}, dot product`).toBeLessThanOrEqual((program.tolerance ? 1e-6 : ROUNDING) * scale);

        if (grad) {
          const gradArgs = point.make();
          const gradient = grad(...gradArgs);
          expectSame(gradArgs, point.argsAfter, `${at}, arguments after grad`);
          const numbers = numbersAlong(gradient, select(point.make()));
          expectClose(numbers, timesCovector(point.jacobian, [1]), tolerance, `${at}, grad`);
        }
        if (hvp) {
          const hv = numbersAlong(hvp(point.make(), tangentsFor(v)), select(point.make()));
          const differences = differenceHessianProduct((x) => point.at(x) as number, point.x, v);
          expectClose(hv, differences, program.tolerance ? 1e-1 : SECOND, `${at}, hvp`);
        }
      }
    }
  });
});

/** Engines besides the compiler: how far their numbers may be off, and what they may refuse. */
interface OtherEngine {
  readonly name: string;
  readonly make: (prepared: Prepared) => RunTimeEngine;
  readonly tolerance: number;
  readonly refuses: RegExp | undefined;
}
const others: readonly OtherEngine[] = [
  { name: "numerical", make: () => numerical, tolerance: 1e-6, refuses: undefined },
  {
    name: "symbolic",
    make: ({ lowered, imports }) => {
      const { module, entry } = lowered();
      return makeSymbolic({ module: optimize(module, entry, "before"), entry, names: [], global: readerOf(imports) });
    },
    tolerance: FIRST,
    refuses: /^(symbolic-|not-taken)/,
  },
  {
    name: "complex step",
    make: ({ lowered, imports }) => {
      const { module, entry } = lowered();
      return complexStep({ module: optimize(module, entry, "before"), entry }, { global: readerOf(imports) });
    },
    tolerance: FIRST,
    refuses: /^(complex-|not-taken)/,
  },
];

function readerOf(imports: Imports): (global: Global) => unknown {
  return ({ source: from }) => (from.kind === "import" ? imports.get(from.file)?.[from.exported] : undefined);
}

describe.each(others.map((other) => [other.name, other] as const))("%s", (_name, other) => {
  test.each(corpus.map((program) => [program.name, program] as const))("%s", async (_, program) => {
    const prepared = await prepare(program);
    const { f, argnums, points } = prepared;
    const tolerance = Math.max(other.tolerance, program.tolerance ?? 0);
    const engine = other.make(prepared);
    const derive = (verb: "jvp" | "vjp"): AnyFunction =>
      deriveFromRegistered(verb, f as never, { argnums, engine }) as AnyFunction;
    for (const [p, point] of points.entries()) {
      const random = makeRandom(p + 1);
      const select = (args: unknown[]) => argnums.map((i) => args[i]);
      const v = point.x.map(random);
      const args = point.make();
      let forward: [unknown, unknown];
      try {
        forward = derive("jvp")(args, withNumbers(select(point.make()), v, true)) as [unknown, unknown];
      } catch (error) {
        if (other.refuses && error instanceof CotangentError && other.refuses.test(error.code)) return;
        throw error;
      }
      const [value, tangent] = forward;
      expectSame(value, point.value, `point ${p}, value`);
      expectSame(args, point.argsAfter, `point ${p}, arguments`);
      const jv = numbersAlong(tangent, point.value);
      expectClose(jv, timesVector(point.jacobian, v), tolerance, `point ${p}, jvp`);

      if (v.length > fewInputs) continue;
      const w = numbersOf(point.value).map(random);
      const [, pullback] = derive("vjp")(...point.make()) as [unknown, (w: unknown) => unknown];
      const back = numbersAlong(pullback(withNumbers(point.value, w, true)), select(point.make()));
      expectClose(back, timesCovector(point.jacobian, w), tolerance, `point ${p}, vjp`);
    }
  });
});

describe("a run noted step by step", () => {
  test.each(corpus.map((program) => [program.name, program] as const))("%s", async (_, program) => {
    const prepared = await prepare(program);
    const { argnums, points, imports } = prepared;
    const tolerance = Math.max(FIRST, program.tolerance ?? 0);
    const { module, entry } = prepared.lowered();
    const global = ({ source: from }: Global): unknown =>
      from.kind === "import" ? imports.get(from.file)?.[from.exported] : undefined;
    for (const [p, point] of points.entries()) {
      const args = point.make();
      let run: Run;
      try {
        run = record(module, entry, args, { names: [], global });
      } catch (error) {
        if (error instanceof CotangentError && error.code === "not-taken") return;
        throw error;
      }
      expect(args.map(numbersOf), `point ${p}, arguments`).toEqual(point.argsAfter.map(numbersOf));
      expect(
        run.outputs.map(({ value }) => value),
        `point ${p}, value`,
      ).toEqual(numbersOf(point.value));
      const random = makeRandom(p + 1);
      const owner = point.make().flatMap((arg, i) => numbersOf(arg).map(() => i));
      const chosen = argnums.flatMap((i) => run.inputs.filter((__, n) => owner[n] === i));
      const v = chosen.map(random);
      const forward = sweepForward(run, new Map(chosen.map((step, i) => [step, v[i] as number])));
      const jv = run.outputs.map(({ source: from }) => (isStep(from) ? forward.get(from) : undefined) ?? 0);
      expectClose(jv, timesVector(point.jacobian, v), tolerance, `point ${p}, tangents`);
      const w = run.outputs.map(random);
      const seeds = new Map<Step, number>();
      run.outputs.forEach(({ source: from }, i) => {
        if (isStep(from)) seeds.set(from, (seeds.get(from) ?? 0) + (w[i] as number));
      });
      const { cotangents } = sweepReverse(run, seeds);
      const back = chosen.map((step) => cotangents.get(step) ?? 0);
      expectClose(back, timesCovector(point.jacobian, w), tolerance, `point ${p}, cotangents`);
    }
  });
});

describe("one array as two arguments", () => {
  const engine = engines[3] as (typeof engines)[number];
  const derive = (file: string, name: string): Promise<AnyFunction> => {
    const lowered = lowerFunction(source, corpusFolder + file, name);
    return engine.derive(lowered, { operator: "grad", argnums: [0, 1] });
  };

  test("each gets its own partial derivative if nothing is written", async () => {
    const x = [1, 2, 3];
    const [a, b] = (await derive("arrays.ts", "dot"))(x, x) as [number[], number[]];
    expect(a).toEqual([1, 2, 3]);
    expect(b).toEqual([1, 2, 3]);
  });

  test("both get the shared total if an argument is written", async () => {
    const program = corpus.find(({ name }) => name === "sharedRows") as CorpusProgram;
    const f = await loadProgram(program);
    const x = [0.7, 1.2];
    const run = (at: number[]) => {
      const row = [...at];
      return [f(row, row) as number];
    };
    const total = differenceJacobian(run, x).map(([entry]) => entry as Estimate);
    const row = [...x];
    const [a, b] = (await derive("arrays.ts", "sharedRows"))(row, row) as [number[], number[]];
    expectClose(a, total, FIRST, "first");
    expectClose(b, total, FIRST, "second");
  });
});
