/** A few random programs of a fixed seed, as `npm run fuzz` makes them by the thousand; and what the fuzzer itself must do. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Outcome } from "./fuzz/derive.ts";
import { plantedBugs } from "./fuzz/planted-bugs.ts";
import { type Program, programOf } from "./fuzz/program.ts";
import { reductions } from "./fuzz/reduce.ts";
import { Batches, checkBatch } from "./fuzz/run.ts";
import { instrument, makeWay, tracers } from "./fuzz/trace.ts";

describe("random programs", () => {
  test("hold the laws of derivatives", { timeout: 240_000 }, async () => {
    const results = await checkBatch(new Batches(), 1, 0, 24);
    const failures = results.flatMap(({ n, outcome }) => (outcome.kind === "failed" ? [{ n, ...outcome }] : []));
    expect(failures).toEqual([]);
    expect(results.filter(({ outcome }) => outcome.kind === "accepted").length).toBeGreaterThan(18);
  });

  test("are the same for the same seed", () => {
    expect(programOf(7, 3)).toEqual(programOf(7, 3));
    expect(programOf(7, 3)).not.toEqual(programOf(7, 4));
  });
});

describe("the check", () => {
  const outcomeOf = async (text: string, points: readonly string[]): Promise<Outcome | undefined> => {
    const program: Program = { text, points, used: new Set(), mutatesInLoop: false };
    return (await new Batches().check([program], [0]))[0];
  };

  test("passes over a jump, and compares beside it", async () => {
    const jump = "export function f(x: number): number { return Math.abs(x) + Math.floor(x + 0.5); }";
    expect(await outcomeOf(jump, ["[0.5]", "[0.2]"])).toMatchObject({ kind: "accepted", compared: 1, passedOver: 1 });
  });

  test("passes over a set whose entries meet at one point only", async () => {
    const set = "export function f(x: number): number { return x * new Set([1.3, 2]).add(2 - x).size; }";
    expect(await outcomeOf(set, ["[0.7]", "[0.2]"])).toMatchObject({ kind: "accepted", compared: 1, passedOver: 1 });
  });

  test("says what is refused", async () => {
    const text = "export function f(x: number): number { return x * Math.random(); }";
    expect(await outcomeOf(text, ["[1]"])).toMatchObject({ kind: "refused", code: "math-random" });
  });
});

test("runs by another way are told apart", () => {
  const way = makeWay();
  const code = instrument("return xs.map((v) => (v % 2 > 1 || v < -3 ? Math.max(v, 0) : v ?? 1));");
  const run = (xs: readonly number[]): number => {
    way.hash = 0;
    new Function("xs", ...Object.keys(tracers(way)), code)(xs, ...Object.values(tracers(way)));
    return way.hash;
  };
  expect(run([0.5, 1.5])).toBe(run([0.6, 1.4]));
  expect(run([0.5, 1.5])).not.toBe(run([1.5, 0.5]));
  expect(run([-3.1])).not.toBe(run([-2.9]));
});

test.each(plantedBugs)("there is one place to plant: $name", ({ file, from }) => {
  const text = readFileSync(new URL(`../src/${file}`, import.meta.url), "utf8");
  expect(text.split(from)).toHaveLength(2);
});

test("smaller programs leave out statements, loops and parts of expressions", () => {
  const text =
    "export function f(x: number): number {\nfor (let i = 0; i < 2; i++) { x += i; }\nreturn Math.sin(x);\n}\n";
  const smaller = [...reductions(text)];
  expect(smaller).toContain("export function f(x: number): number {\nreturn Math.sin(x);\n}\n");
  expect(smaller).toContain("export function f(x: number): number {\nlet i = 0;\nx += i;\nreturn Math.sin(x);\n}\n");
  expect(smaller).toContain(text.replace("Math.sin(x)", "x"));
});
