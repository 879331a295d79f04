/**
 * Programs that ask for derivatives themselves: their values against plain runs in which the verbs answer by differences,
 * and derivatives of the whole, in every engine, against differences of those values. No number is taken from the
 * compiler to check the compiler.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { installCompiler } from "../src/api/at-run-time.ts";
import { corpusFolder, loadFile } from "./support/corpus.ts";
import { differenceVerbs } from "./support/difference-verbs.ts";
import { differenceJacobian } from "./support/differences.ts";
import { type AnyFunction, engines, lowerFunction, openFiles } from "./support/engines.ts";
import { nestedPrograms } from "./support/nested-programs.ts";
import { dot, numbersAlong, numbersOf, withNumbers } from "./support/numbers.ts";

const file = `${corpusFolder}nested.ts`;
const source = openFiles([file]);

/** Run once for each difference, what it captures would change each time. */
const countsItsRuns = "innerWrites";
const fillsABuffer = "innerAliases";
/** At a kink, where differences mean nothing. */
const atKink = "innerGuards";
/** Gradients of functions that write their arguments, which `linearize` refuses. */
const unlinearized: readonly string[] = ["innerWrites", "innerAliases"];
/** What differences have no verbs for; by formula below. */
const byFormula = "highOrders";

describe("values", () => {
  beforeAll(() => installCompiler(differenceVerbs));
  afterAll(() => installCompiler(undefined));

  test.each(nestedPrograms.filter(([name]) => ![countsItsRuns, fillsABuffer, atKink, byFormula].includes(name)))(
    "%s %j",
    async (name, args) => {
      const plain = (await loadFile("nested.ts"))[name] as AnyFunction;
      const engine = engines[0] as (typeof engines)[number];
      const value = await engine.derive(lowerFunction(source, file, name), { operator: "value" });
      const expected = plain(...structuredClone(args)) as number;
      const found = value(...structuredClone(args)) as number;
      expect(Math.abs(found - expected)).toBeLessThan(1e-4 * Math.max(1, Math.abs(expected)));
    },
  );
});

test("an inner function that writes runs once, as a plain call would", async () => {
  const engine = engines[3] as (typeof engines)[number];
  const value = await engine.derive(lowerFunction(source, file, countsItsRuns), { operator: "value" });
  const x = 1.3;
  const [slope0, slope1] = [2 * x * 2 + 2 * x, x * x];
  expect(value(x)).toBeCloseTo(slope0 * slope1 + (x * 2 + x) + x * x, 12);
  const guarded = await engine.derive(lowerFunction(source, file, atKink), { operator: "value" });
  expect(guarded(x)).toBeCloseTo(x + 0.5 / Math.sqrt(x) + x, 12);
  const filled = await engine.derive(lowerFunction(source, file, fillsABuffer), { operator: "value" });
  expect(filled(x)).toBeCloseTo(8 * x ** 3 + 3 * x + 2 * x * x, 12);
});

test("Taylor coefficients inside of a program", async () => {
  const engine = engines[3] as (typeof engines)[number];
  const value = await engine.derive(lowerFunction(source, file, byFormula), { operator: "value" });
  const x = 1.1;
  // (exp(x y) / y)'' / 2 at y = x
  const half = (Math.exp(x * x) * (x ** 2 / x - (2 * x) / x ** 2 + 2 / x ** 3)) / 2;
  expect(value(x)).toBeCloseTo(60 * x ** 2 * x + half * Math.cos(x), 10);
});

test("d/dx [x * d/dy (x + y)] is 1", async () => {
  const engine = engines[3] as (typeof engines)[number];
  const slope = await engine.derive(lowerFunction(source, file, "notConfused"), { operator: "grad" });
  expect(slope(1)).toBe(1);
});

describe.each(engines.map((engine) => [engine.name, engine] as const))("%s", (_, engine) => {
  test.each(nestedPrograms)("%s %j", async (name, args) => {
    const lowered = lowerFunction(source, file, name);
    const argnums = args.flatMap((arg, i) =>
      name === "inBranches" && i === 1 ? [] : numbersOf(arg).length > 0 ? [i] : [],
    );
    const value = await engine.derive(lowered, { operator: "value" });
    const selected = argnums.map((i) => args[i]);
    const at = (x: number[]): number[] => {
      const given = structuredClone(args) as unknown[];
      withNumbers(selected, x).forEach((v, n) => {
        given[argnums[n] as number] = v;
      });
      return [value(...given) as number];
    };
    const expected = differenceJacobian(at, numbersOf(selected)).map(([entry]) => entry?.value ?? Number.NaN);
    const scale = expected.reduce((most, x) => Math.max(most, Math.abs(x)), 1e-3);
    const check = (found: unknown, what: string): void => {
      numbersAlong(found, selected).forEach((x, i) => {
        expect(Math.abs(x - (expected[i] as number)), what).toBeLessThan(1e-7 * scale);
      });
    };
    for (const mode of ["forward", "reverse"] as const) {
      const grad = await engine.derive(lowered, { operator: "grad", argnums, mode });
      check(grad(...structuredClone(args)), mode);
    }
    const vjp = await engine.derive(lowered, { operator: "vjp", argnums });
    const [, pullback] = vjp(...structuredClone(args)) as [number, (w: number) => unknown];
    check(pullback(1), "pullback");
    check(pullback(1), "pullback, again");
    if (unlinearized.includes(name)) return;
    const linearize = await engine.derive(lowered, { operator: "linearize", argnums });
    const [, pushforward] = linearize(...structuredClone(args)) as [number, (tangents: unknown) => number];
    const along = expected.map((_, i) => Math.cos(3 * i));
    const change = pushforward(withNumbers(selected, along, true));
    expect(Math.abs(change - dot(expected, along)), "linearize").toBeLessThan(1e-7 * scale * along.length);
  });
});
