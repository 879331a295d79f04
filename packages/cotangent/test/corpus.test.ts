/**
 * Every corpus program in every engine: forward mode, reverse mode and forward over reverse against extrapolated
 * differences of the program as Node runs it; the dot-product test `<w, J v> = <J^T w, v>`; dense Jacobians, whose columns
 * are computed several at a time, against `jvp`; derivatives by one argument against those by all; arguments that end as after a plain call; pushforwards and pullbacks that
 * answer the same when all that the caller can reach has been overwritten.
 */
import { afterAll, describe, expect, test } from "vitest";
import { readGlobals } from "../src/api/evaluate.ts";
import { deriveFromRegistered } from "../src/api/registered.ts";
import { CotangentError } from "../src/core/errors.ts";
import type { Strategy } from "../src/core/request.ts";
import { record } from "../src/inspect/record.ts";
import { isStep, type Run, type Step } from "../src/inspect/steps.ts";
import { sweepForward, sweepReverse } from "../src/inspect/sweeps.ts";
import { complexStep } from "../src/numerical/complex-step.ts";
import { numerical } from "../src/numerical/engine.ts";
import type { Engine as RunTimeEngine } from "../src/runtime/registry.ts";
import { makeSymbolic } from "../src/symbolic/derivatives.ts";
import { type CorpusProgram, corpus, corpusFolder, loadProgram } from "./support/corpus.ts";
import { differenceJacobian, type Estimate } from "./support/differences.ts";
import { type AnyFunction, type Engine, engines, lowerFunction, openFiles, preparedOnce } from "./support/engines.ts";
import { dot, makeRandom, numbersAlong, numbersOf, scribble, withNumbers } from "./support/numbers.ts";
import { expectClose, expectSame, type Prepared, prepare, timesCovector, timesVector } from "./support/prepared.ts";
import { enginesOf, everyWay, type ReverseTurn, reverseTurns, turn } from "./support/turns.ts";

const files = [...new Set(corpus.map(({ file }) => corpusFolder + file))];
const source = openFiles(files);

/** Differences take a line for each input. */
const fewInputs = 8;
type Jvp = (primals: unknown[], tangents: unknown[]) => [unknown, unknown];
type Vjp = (...args: unknown[]) => [unknown, (w: unknown) => unknown[]];
type Linearize = (...args: unknown[]) => [unknown, (tangents: unknown) => unknown];

const FIRST = 1e-7;
const SECOND = 1e-5;
/** Two modes of one engine agree to rounding, relative to the sum of sizes of what is added. */
const ROUNDING = 1e-10;

/** The Jacobian by forward mode; undefined of a recursive structure, which has no dense one, and of a map. */
async function jacobianOf(engine: Engine, { argnums, imports, lowered }: Prepared): Promise<AnyFunction | undefined> {
  try {
    return await engine.derive(lowered(), { operator: "jacobian", argnums, mode: "forward" }, imports);
  } catch (error) {
    if (error instanceof CotangentError && (error.code === "map-outside" || error.message.includes("recursive")))
      return undefined;
    throw error;
  }
}

/** Two ways of the compiler give the same but for rounding. */
function expectAgreement(found: readonly number[], expected: readonly number[], what: string, tolerance = 1e-9): void {
  expect(found.length, what).toBe(expected.length);
  const scale = expected.reduce((biggest, x) => Math.max(biggest, Math.abs(x)), 1e-3);
  expected.forEach((x, i) => {
    expect(Math.abs((found[i] as number) - x), `${what}, number ${i}`).toBeLessThanOrEqual(tolerance * scale);
  });
}

/** Holds the derivatives that `engine` gives of a program to the laws. */
async function holdToLaws(
  program: CorpusProgram,
  prepared: Prepared,
  engine: Engine,
  turns: readonly ReverseTurn[],
): Promise<void> {
  const { argnums, points, imports, lowered } = prepared;
  const tolerance = program.tolerance ?? FIRST;
  const derive = (request: Parameters<typeof engine.derive>[1]) => engine.derive(lowered(), request, imports);
  const value = await derive({ operator: "value" });
  const jvp = (await derive({ operator: "jvp", argnums })) as Jvp;
  const linearize = (await derive({ operator: "linearize", argnums })) as Linearize;
  const jacobian = everyWay || engine === engines[0] ? await jacobianOf(engine, prepared) : undefined;
  const isScalar = points.every((point) => typeof point.value === "number");
  const reverse = await Promise.all(
    turns.map(async ({ strategy, grad, hvp }) => ({
      strategy,
      vjp: (await derive({ operator: "vjp", argnums, strategy })) as Vjp,
      grad: grad && isScalar ? await derive({ operator: "grad", argnums, strategy }) : undefined,
      hvp: hvp && isScalar && program.smooth ? await derive({ operator: "hvp", argnums, strategy }) : undefined,
    })),
  );

  for (const [p, point] of points.entries()) {
    const { v } = point;
    const random = makeRandom(p + 101);
    const select = (args: unknown[]) => argnums.map((i) => args[i]);
    const tangentsFor = (v: readonly number[]) => withNumbers(select(point.make()), v, true);
    const at = `point ${p}`;

    expectSame(value(...point.make()), point.value, `${at}, value`);

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
    expectAgreement(linear, jv, `${at}, linearize`);

    if (jacobian) {
      const given = point.make();
      const entries = numbersOf(jacobian(...given));
      expectSame(given, point.argsAfter, `${at}, arguments after jacobian`);
      // A number that is missing in an argument has a column of zeros, for which v has no entry.
      if (entries.length === jv.length * v.length) {
        const products = jv.map((_, k) => dot(v, entries.slice(k * v.length, (k + 1) * v.length)));
        // Rows of a Float32Array are rounded.
        expectAgreement(products, jv, `${at}, Jacobian times vector`, program.tolerance && 1e-6);
      }
    }

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
        expectClose(hv, point.hessianProduct(), program.tolerance ? 1e-1 : SECOND, `${at}, hvp`);
      }
    }
  }
}

/** Holds derivatives by one argument, where the others are constants, to those by all: by verbs, strategies and engines in turn. */
async function holdAlone({ argnums, points, imports, lowered }: Prepared, n: number): Promise<void> {
  const engine = engines[n % 2 === 0 ? 0 : 3] as Engine;
  const alone = [turn(argnums, n, 2)];
  const chosen = argnums.indexOf(alone[0] as number);
  const isForward = n % 3 === 0;
  const operator = isForward ? (n % 2 === 0 ? "linearize" : "jvp") : "vjp";
  const strategy: Strategy = n % 3 === 1 ? "tape" : "closure";
  const derive = (by: readonly number[]): Promise<AnyFunction> =>
    engine.derive(lowered(), { operator, argnums: by, ...(isForward ? {} : { strategy }) }, imports);
  const all = await derive(argnums);
  let one: AnyFunction;
  try {
    one = await derive(alone);
  } catch (error) {
    // What is not differentiated by has a tangent of zeros, which `linearize` does not make of recursive types.
    const isRecursive = error instanceof CotangentError && error.message.includes("of the recursive type");
    if (operator === "linearize" && isRecursive) return;
    throw error;
  }
  for (const [p, { make, value }] of points.entries()) {
    const random = makeRandom(p + 301);
    const of = (run: AnyFunction, by: readonly number[], given: unknown): number[] => {
      if (operator === "jvp") return numbersAlong((run as Jvp)(make(), given as unknown[])[1], value);
      const [, second] = run(...make()) as [unknown, (given: unknown) => unknown];
      if (operator === "linearize") return numbersAlong(second(given), value);
      const args = make();
      return numbersAlong((second(given) as unknown[])[by.indexOf(alone[0] as number)], args[alone[0] as number]);
    };
    const filled = (structure: unknown, next: () => number): unknown =>
      withNumbers(structure, numbersOf(structure).map(next), true);
    const args = make();
    const cotangent = filled(value, random);
    const tangents = argnums.map((i) => filled(args[i], i === alone[0] ? random : () => 0));
    const expected = of(all, argnums, isForward ? tangents : cotangent);
    const found = of(one, alone, isForward ? [tangents[chosen]] : cotangent);
    expectAgreement(found, expected, `point ${p}, ${operator} by argument ${alone}`);
  }
}

/** Engines besides the compiler: how far their numbers may be off, and what they may refuse. */
interface OtherEngine {
  readonly name: string;
  readonly make: (prepared: Prepared) => RunTimeEngine;
  readonly tolerance: number;
  readonly refuses: RegExp | undefined;
}
const others: readonly OtherEngine[] = [
  { name: "numerical", make: () => numerical, tolerance: 1e-6, refuses: /^value-not-taken$/ },
  {
    name: "symbolic",
    make: ({ lowered, imports }) =>
      makeSymbolic({ ...preparedOnce(lowered(), true), names: [], global: readGlobals(imports) }),
    tolerance: FIRST,
    refuses: /^(symbolic-|not-taken|other-scalars|rule-engine|value-not-taken)/,
  },
  {
    name: "complex step",
    make: ({ lowered, imports }) => complexStep(preparedOnce(lowered(), true), { global: readGlobals(imports) }),
    tolerance: FIRST,
    refuses: /^(complex-|not-taken|other-scalars|rule-engine|value-not-taken)/,
  },
];

/** Holds what another engine gives to the differences. */
async function holdOther(program: CorpusProgram, prepared: Prepared, other: OtherEngine): Promise<void> {
  const { f, argnums, points } = prepared;
  const tolerance = Math.max(other.tolerance, program.tolerance ?? 0);
  const engine = other.make(prepared);
  const derive = (verb: "jvp" | "vjp"): AnyFunction =>
    deriveFromRegistered(verb, f as never, { argnums, engine }) as AnyFunction;
  for (const [p, point] of points.entries()) {
    const { v } = point;
    const select = (args: unknown[]) => argnums.map((i) => args[i]);
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
    const w = numbersOf(point.value).map(makeRandom(p + 101));
    const [, pullback] = derive("vjp")(...point.make()) as [unknown, (w: unknown) => unknown];
    const back = numbersAlong(pullback(withNumbers(point.value, w, true)), select(point.make()));
    expectClose(back, timesCovector(point.jacobian, w), tolerance, `point ${p}, vjp`);
  }
}

/** Holds a run noted step by step, swept forward and in reverse, to the differences. */
function holdNoted(program: CorpusProgram, prepared: Prepared): void {
  const { argnums, points, imports } = prepared;
  const tolerance = Math.max(FIRST, program.tolerance ?? 0);
  const { module, entry } = prepared.lowered();
  const global = readGlobals(imports);
  for (const [p, point] of points.entries()) {
    const args = point.make();
    let run: Run;
    try {
      run = record(module, entry, args, { names: [], global });
    } catch (error) {
      if (error instanceof CotangentError && /^(not-taken|other-scalars|rule-engine)$/.test(error.code)) return;
      throw error;
    }
    expect(args.map(numbersOf), `point ${p}, arguments`).toEqual(point.argsAfter.map(numbersOf));
    expect(
      run.outputs.map(({ value }) => value),
      `point ${p}, value`,
    ).toEqual(numbersOf(point.value));
    const random = makeRandom(p + 1);
    const owner = point.make().flatMap((arg, i) => numbersOf(arg).map(() => i));
    // What is given twice is one input of a run, whose derivative is the total.
    if (run.inputs.length < owner.length) return;
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
}

const numbered = corpus.map((program, n) => [`${program.file} ${program.name}`, program, n] as const);

describe.each(numbered)("%s", (_, program, n) => {
  // All tests of a program have its lowering and derived modules together; then they are given up.
  let made: Promise<Prepared> | undefined;
  const prepared = (): Promise<Prepared> => {
    made ??= prepare(program, source);
    return made;
  };
  afterAll(() => {
    made = undefined;
  });

  test("is differentiable", async () => {
    const { points } = await prepared();
    for (const { jacobian, value } of points) {
      const entries = jacobian.flat();
      const scale = entries.reduce((biggest, e) => Math.max(biggest, Math.abs(e.value)), 1e-3);
      expect(entries.length).toBe(jacobian.length * numbersOf(value).length);
      for (const { error } of entries) expect(error).toBeLessThan((program.tolerance ?? 1e-6) * scale);
    }
  });

  test.each(enginesOf(n).map((engine) => [engine.name, engine] as const))("%s", async (_, engine) => {
    await holdToLaws(program, await prepared(), engine, reverseTurns(engine, n));
  });

  test.each(others.map((other) => [other.name, other] as const))("%s", async (_, other) => {
    await holdOther(program, await prepared(), other);
  });

  test("by one argument alone", async () => {
    const made = await prepared();
    if (made.argnums.length > 1) await holdAlone(made, n);
  });

  test("a run noted step by step", async () => {
    holdNoted(program, await prepared());
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
