/** The page on rules says what is so: its programs are compiled and called. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type OperatorRequest, openProgram } from "../src/api/compile.ts";
import { evaluateText } from "../src/api/evaluate.ts";
import { inactive } from "../src/api/rules.ts";

const page = readFileSync(new URL("../../../docs/rules.md", import.meta.url), "utf8");
const programs = [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, text]) => text as string);

const sources = Object.fromEntries(programs.map((text, i) => [`/virtual/page-${i}.ts`, text]));
const program = openProgram({ sources });

async function derive(
  page: number,
  name: string,
  request: OperatorRequest,
  imports = {},
): Promise<(...args: unknown[]) => unknown> {
  const made = program.derive(`/virtual/page-${page}.ts#${name}`, request);
  const functions = await evaluateText(made.text, async () => imports);
  return functions.get(made.name) as (...args: unknown[]) => unknown;
}

test("the pullback of log Σ exp", async () => {
  const e = [1, 2, 3].map(Math.exp);
  const softmax = e.map((v) => v / e.reduce((a, b) => a + b));
  const gradient = (await derive(0, "loss", { operator: "grad" }))([1, 2, 3], 0) as number[];
  gradient.forEach((g, i) => {
    expect(g).toBeCloseTo((softmax[i] as number) - (i === 0 ? 1 : 0), 12);
  });
  const second = (await derive(0, "loss", { operator: "hessian" }))([1, 2, 3], 0) as number[][];
  second.forEach((row, i) => {
    row.forEach((h, j) => {
      const [p, q] = [softmax[i] as number, softmax[j] as number];
      expect(h).toBeCloseTo(i === j ? p - p * p : -p * q, 12);
    });
  });
});

test("the directional derivative of the logistic function, in both modes", async () => {
  for (const mode of ["forward", "reverse"] as const) {
    const y = 1 / (1 + Math.exp(-0.7));
    expect((await derive(1, "logistic", { operator: "grad", mode }))(0.7)).toBeCloseTo(y * (1 - y), 12);
  }
});

test("a function that writes its argument", async () => {
  const solved = (x: readonly number[]): number[] => {
    // By the inverse of a matrix of three rows.
    const [a, b, c] = x as [number, number, number];
    const det = 2.5 ** 3 - 2 * 2.5;
    const rows = [
      [5.25, 2.5, 1],
      [2.5, 6.25, 2.5],
      [1, 2.5, 5.25],
    ];
    return rows.map(([p, q, r]) => ((p as number) * a + (q as number) * b + (r as number) * c) / det);
  };
  const [start, steps] = [[1, 2, -1], 3];
  let at = start;
  for (let k = 0; k < steps; k++) at = solved(at);
  let bar = at.map((v, i) => 2 * v * i);
  for (let k = 0; k < steps; k++) bar = solved(bar);
  for (const mode of ["forward", "reverse"] as const) {
    const heat = await derive(2, "heat", { operator: "grad", mode });
    const found = heat(new Float64Array(start), steps) as Float64Array;
    bar.forEach((b, i) => {
      expect(found[i]).toBeCloseTo(b, 12);
    });
  }
});

test("what is inactive counts as constant", async () => {
  const snapped = inactive((x: number) => Math.round(x * 10) / 10);
  const text = `${programs[3]}\nexport function pulled(x: number): number { return (x - snapped(x)) ** 2; }\n`;
  const made = openProgram({ sources: { "/virtual/inactive.ts": text } }).derive("/virtual/inactive.ts#pulled", {
    operator: "grad",
  });
  const functions = await evaluateText(made.text, async () => ({ snapped }));
  expect((functions.get(made.name) as (x: number) => number)(0.32)).toBeCloseTo(0.04, 12);
});

test("a package of rules", async () => {
  for (const mode of ["forward", "reverse"] as const) {
    const found = (await derive(5, "used", { operator: "grad", mode }))(0.7);
    expect(found).toBeCloseTo((2 * Math.exp(-1 / 1.4)) / 1.96 + Math.exp(-1 / 0.7) / 0.49, 12);
  }
});

test("implicit functions", async () => {
  const kepler = (mean: number, e: number): number => {
    let at = mean;
    for (let i = 0; i < 200; i++) at = mean + e * Math.sin(at);
    return at;
  };
  const at = kepler(0.7, 0.3);
  // dE/dM = 1 / (1 - e cos E), dE/de = sin E / (1 - e cos E).
  const by = Math.cos(at) / (1 - 0.3 * Math.cos(at));
  for (const mode of ["forward", "reverse"] as const) {
    const slopes = (await derive(4, "height", { operator: "grad", argnums: [0, 1], mode }))(0.7, 0.3) as number[];
    expect(slopes[0]).toBeCloseTo(by, 12);
    expect(slopes[1]).toBeCloseTo(by * Math.sin(at), 12);
    const influence = (await derive(4, "squared", { operator: "grad", mode }))([1, 2, 0.3]) as number[];
    let a = 0;
    for (let k = 0; k < 100; k++) a -= (6 * a - 6.6 + 4 * a ** 3) / (6 + 12 * a * a);
    for (const v of influence) expect(v).toBeCloseTo((2 * a * 2) / (6 + 12 * a * a), 12);
  }
});
