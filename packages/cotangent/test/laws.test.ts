/**
 * Laws of derivatives on random programs, from text and from IR: values and final arguments as after a plain call,
 * `<w, J v> = <J^T w, v>`, pullbacks that answer the same twice, combined motion as split motion, optimised code as code
 * that is not. Forward and reverse mode follow the same branch, so the laws hold at kinks, too; points where a number
 * overflows say nothing and are passed over. Set SEED for other programs, RUNS for how many.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evaluateText } from "../src/api/evaluate.ts";
import type { OperatorRequest } from "../src/api/operators.ts";
import { CotangentError } from "../src/core/errors.ts";
import { type Strategy, strategies } from "../src/core/request.ts";
import { lower } from "../src/frontend/index.ts";
import { interpret } from "../src/ir/interpret.ts";
import { printModule } from "../src/ir/print.ts";
import type { Module } from "../src/ir/types.ts";
import { verifyModule } from "../src/ir/verify.ts";
import { forward } from "../src/transform/forward.ts";
import { reverse } from "../src/transform/reverse.ts";
import {
  arbitraryProgram as arbitraryIr,
  arbitraryNumbers,
  type ProgramOptions,
  type RandomProgram,
} from "./support/arbitrary-ir.ts";
import { arbitraryProgram as arbitraryText } from "./support/arbitrary-program.ts";
import { type AnyFunction, type Engine, engines, type Lowered, openFiles } from "./support/engines.ts";
import { expectClose, expectSame, expectTransposed, plainly, tally } from "./support/laws.ts";
import { makeRandom, numbersAlong, numbersOf, scribble, withNumbers } from "./support/numbers.ts";

const seed = Number(process.env.SEED ?? 20_261);
const runs = (usual: number): number => Number(process.env.RUNS ?? usual);

// ------------------------------------------------------------------------------------------------ Programs from text

const points: readonly (() => unknown[])[] = [
  () => [0.5, -1, [1, 2, 3], { u: 1, v: 2 }],
  () => [2, 3, [], { u: -1, v: 0.5, w: 2 }],
  () => [-1.5, 0, [0.25], { u: 0, v: 0 }],
];

/** Runs the laws in one engine; returns what optimised and plain code must agree on. */
async function checkText(engine: Engine, lowered: Lowered, f: AnyFunction): Promise<number[][]> {
  const strategy = engine === generated ? "closure" : "tape";
  const derive = (operator: OperatorRequest["operator"]) =>
    engine.derive(lowered, { operator, argnums: [0, 1, 2, 3], strategy });
  const jvp = (await derive("jvp")) as (primals: unknown[], tangents: unknown[]) => [unknown, unknown];
  const vjp = (await derive("vjp")) as (...args: unknown[]) => [unknown, (w: unknown) => unknown[]];
  const value = await engine.derive(lowered, { operator: "value" });
  return points.map((make, p) => {
    const plain = plainly(f, make);
    if (!plain) return [];
    const at = `${engine.name}, point ${p}`;
    const random = makeRandom(p + 1);
    const valueArgs = make();
    expectSame(value(...valueArgs), plain.value, `${at}, value`);
    expectSame(valueArgs, plain.argsAfter, `${at}, arguments`);

    const v = numbersOf(make()).map(random);
    const forwardArgs = make();
    const [forwardValue, tangent] = jvp(forwardArgs, withNumbers(make(), v, true));
    expectSame(forwardValue, plain.value, `${at}, value of jvp`);
    expectSame(forwardArgs, plain.argsAfter, `${at}, arguments after jvp`);
    const jv = numbersAlong(tangent, plain.value);

    const w = numbersOf(plain.value).map(random);
    const reverseArgs = make();
    const [reverseValue, pullback] = vjp(...reverseArgs);
    expectSame(reverseValue, plain.value, `${at}, value of vjp`);
    expectSame(reverseArgs, plain.argsAfter, `${at}, arguments after vjp`);
    scribble(reverseArgs);
    scribble(reverseValue);
    const wj = numbersAlong(pullback(withNumbers(plain.value, w, true)), make());
    const again = numbersAlong(pullback(withNumbers(plain.value, w, true)), make());
    expect(again, `${at}, second pullback`).toEqual(wj);
    expectTransposed({ v, jv, w, wj }, `${at}, dot product`);
    return [...jv, ...wj].every(Number.isFinite) ? [...jv, ...wj] : [];
  });
}

const texts = fc.sample(arbitraryText, { numRuns: runs(30), seed });
const scalarTexts = texts.map(
  (text) => `${text}
export function g(x: number, y: number, xs: number[], o: O): number {
const [p, q] = f(x, y, xs, o) as [number, number, number];
return 2 * p - 3 * q;
}`,
);
const overlay = new Map(scalarTexts.map((text, i) => [`random${i}.ts`, text]));
const source = openFiles([...overlay.keys()], overlay);
const [unoptimized, , , generated] = engines as [Engine, Engine, Engine, Engine];

/** A function of a program as JavaScript runs it. */
async function runPlainly(i: number, name: string): Promise<AnyFunction> {
  const functions = await evaluateText(scalarTexts[i] as string, () => Promise.reject(new Error("no imports")));
  return functions.get(name) as AnyFunction;
}

describe("random programs from text", () => {
  const cases = texts.map((text, i) => ({ i, text }));

  test.each(cases)("program $i", { timeout: 20_000 }, async ({ i, text }) => {
    try {
      const f = await runPlainly(i, "f");
      const lowered = lower(source, { file: `random${i}.ts`, name: "f" });
      verifyModule(lowered.module);
      const found = await checkText(generated, lowered, f);
      const plain = await checkText(unoptimized, lowered, f);
      plain.forEach((numbers, p) => {
        if (found[p]?.length && numbers.length) expectClose(found[p], numbers, `point ${p}, optimised`);
      });
    } catch (error) {
      expect.fail(`${error instanceof Error ? error.stack : error}\n${text}`);
    }
  });

  test.each(cases)("gradient of program $i", { timeout: 20_000 }, async ({ i, text }) => {
    try {
      const g = await runPlainly(i, "g");
      const lowered = lower(source, { file: `random${i}.ts`, name: "g" });
      const argnums = [0, 1, 2, 3];
      const grad = await generated.derive(lowered, { operator: "grad", argnums });
      const closureGrad = await generated.derive(lowered, { operator: "grad", argnums, strategy: "closure" });
      const vjp = (await generated.derive(lowered, { operator: "vjp", argnums })) as (
        ...args: unknown[]
      ) => [unknown, (w: number) => unknown];
      for (const [p, make] of points.entries()) {
        const plain = plainly(g, make);
        if (!plain) continue;
        const args = make();
        const gradient = numbersAlong(grad(...args), make());
        expectSame(args, plain.argsAfter, `point ${p}, arguments after grad`);
        const closureArgs = make();
        expectClose(numbersAlong(closureGrad(...closureArgs), make()), gradient, `point ${p}, closure against tape`);
        expectSame(closureArgs, plain.argsAfter, `point ${p}, arguments after grad, closure`);
        const [, pullback] = vjp(...make());
        expectClose(gradient, numbersAlong(pullback(1), make()), `point ${p}, combined against split`);
      }
    } catch (error) {
      expect.fail(`${error instanceof Error ? error.stack : error}\n${text}`);
    }
  });
});

// -------------------------------------------------------------------------------------------------- Programs from IR

/** Sets every number in arrays and objects to 0. */
function zero(value: unknown): void {
  if (value instanceof Float64Array) value.fill(0);
  else if (typeof value === "object" && value !== null) {
    const fields = value as Record<string, unknown>;
    for (const [name, field] of Object.entries(fields)) {
      if (typeof field === "number") fields[name] = 0;
      else zero(field);
    }
  }
}

/** The numbers of a shadow at the places of `like`; what the program has pushed lies behind them. */
function prefixAlong(shadow: unknown, like: unknown): number[] {
  if (typeof like === "number") return [shadow as number];
  if (typeof like !== "object" || like === null) return [];
  return Object.entries(like).flatMap(([name, part]) => prefixAlong((shadow as Record<string, unknown>)[name], part));
}

/** Reverse mode refuses programs that put other structures into an argument. */
function isTaken({ module, entry, params }: RandomProgram): boolean {
  try {
    reverse(module, entry, { active: params.map(() => true), motion: "split" });
    return true;
  } catch (error) {
    if (error instanceof CotangentError && error.code === "not-taken") return false;
    throw error;
  }
}

/** Both motions of reverse mode and forward mode of one module, and what they give at one point. */
function checkIr(
  module: Module,
  { entry, params, makeArgs }: RandomProgram,
  numbers: readonly number[],
  strategy: Strategy,
): number[] {
  const active = params.map(() => true);
  const tangentOf = forward(module, entry, { active, directions: 1 });
  const combined = reverse(module, entry, { active, motion: "combined", strategy });
  const split = reverse(module, entry, { active, motion: "split", strategy });
  for (const derived of [tangentOf, combined, split]) verifyModule(derived.module);

  const plainArgs = makeArgs(numbers);
  const [y] = interpret(module, entry, plainArgs) as [number];
  const random = makeRandom(7);
  const v = numbersOf(makeArgs(numbers)).map(random);
  const w = random();

  const forwardArgs = makeArgs(numbers);
  const tangents = withNumbers(makeArgs(numbers), v);
  const [forwardY, dy] = interpret(tangentOf.module, tangentOf.name, [...forwardArgs, ...tangents]) as [number, number];
  expect(forwardY, "value of forward").toBe(y);
  expect(forwardArgs, "arguments after forward").toEqual(plainArgs);

  const makeShadows = (): unknown[] => {
    const shadows = makeArgs(numbers).filter((arg) => typeof arg !== "number");
    zero(shadows);
    return shadows;
  };
  /** The cotangents of all arguments in order. */
  const gather = (ofNumbers: readonly unknown[], shadows: readonly unknown[]): number[] => {
    const [scalars, structures] = [ofNumbers[Symbol.iterator](), shadows[Symbol.iterator]()];
    return makeArgs(numbers).flatMap((arg) =>
      typeof arg === "number" ? [scalars.next().value as number] : prefixAlong(structures.next().value, arg),
    );
  };

  const combinedArgs = makeArgs(numbers);
  const shadows = makeShadows();
  const [combinedY, ...bars] = interpret(combined.module, combined.name, [...combinedArgs, ...shadows, w]);
  expect(combinedY, "value of combined motion").toBe(y);
  expect(numbersOf(combinedArgs), "arguments after combined motion").toEqual(numbersOf(plainArgs));
  const wj = gather(bars, shadows);
  expectTransposed({ v, jv: [dy], w: [w], wj }, "combined motion");

  const splitArgs = makeArgs(numbers);
  const kept = makeShadows();
  const [splitY, ...residuals] = interpret(split.module, `${split.name}.forward`, [...splitArgs, ...kept]);
  expect(splitY, "value of split motion").toBe(y);
  expect(splitArgs, "arguments after split motion").toEqual(plainArgs);
  const pull = (): number[] => {
    zero(kept);
    return gather(interpret(split.module, `${split.name}.reverse`, [w, ...residuals]), kept);
  };
  const first = pull();
  expectClose(first, wj, "split against combined motion");
  expect(pull(), "second pullback").toEqual(first);
  return [dy, ...wj];
}

describe("random programs from IR", () => {
  const kinds: readonly (readonly [string, ProgramOptions, number])[] = [
    ["with everything", { smooth: true }, 60],
    ["on numbers alone", { smooth: true, memory: false }, 60],
  ];
  test.each(kinds)("%s", { timeout: 60_000 }, (_, options, usual) => {
    fc.assert(
      fc.property(arbitraryIr(options), arbitraryNumbers(), (program, numbers) => {
        try {
          if (!isTaken(program)) return;
          const [tape, closure] = strategies.map((strategy) => checkIr(program.module, program, numbers, strategy));
          expectClose(closure as number[], tape as number[], "closure against tape");
        } catch (error) {
          expect.fail(`${error instanceof Error ? error.stack : error}\n${printModule(program.module)}`);
        }
      }),
      { numRuns: runs(usual), seed: seed },
    );
  });
});

test("reverse mode is finite where forward mode is, but for overflow on the way", () => {
  expect(tally.points).toBeGreaterThan(100);
  expect(tally.onlyForward / tally.points).toBeLessThan(0.03);
});
