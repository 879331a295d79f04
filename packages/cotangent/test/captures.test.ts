/**
 * Derivatives by what a function captures: arrays and objects of its module, and variables of the function around it. The
 * same numbers as by parameters in their place.
 */
import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openProgram } from "../src/api/compile.ts";
import { evaluateText } from "../src/api/evaluate.ts";
import { ensureBuilt, makeProject, runNode } from "./cli/built.ts";

const text = `
const scales = { slope: 0.5, powers: [2, 3] };
const rows = [[1, 2], [3, 4]];
const rate = 3;
function inner(x: number): number {
  return rows[1]![0]! * x + scales.slope;
}
export function f(x: number): number {
  let s = rate * x;
  for (const p of scales.powers) s += scales.slope * x ** p;
  return s * rows[0]![1]! + inner(x * x);
}
export function g(x: number, s: { slope: number; powers: number[] }, m: number[][]): number {
  let sum = rate * x;
  for (const p of s.powers) sum += s.slope * x ** p;
  return sum * m[0]![1]! + m[1]![0]! * x * x + s.slope;
}
export function withAux(x: number): [number, string] {
  return [rows[0]![0]! * x, "aux"];
}
`;
const program = openProgram({ cwd: "/captures", sources: { "/captures/model.ts": text } });
const args = [
  1.3,
  { slope: 0.5, powers: [2, 3] },
  [
    [1, 2],
    [3, 4],
  ],
] as const;

async function derive(name: string, request: Parameters<typeof program.derive>[1]) {
  const made = program.derive(`model.ts#${name}`, request);
  const derived = (await evaluateText(made.text)).get(made.name);
  if (!derived) throw new Error(`no ${made.name}`);
  return derived;
}

describe.each(["forward", "reverse"] as const)("%s", (mode) => {
  test("by what functions read of modules", async () => {
    const byArguments = await derive("g", { operator: "grad", argnums: [1, 2], mode });
    const byCaptures = await derive("f", { operator: "grad", captures: ["scales", "rows"], mode });
    const [scales, rows] = byArguments(...args) as [unknown, unknown];
    const found = byCaptures(1.3) as Record<string, unknown>;
    expect(Object.keys(found)).toEqual(["scales", "rows"]);
    expect(JSON.parse(JSON.stringify(found))).toEqual({ scales, rows });
  });
  test("with the value, and with aux", async () => {
    const both = await derive("f", { operator: "valueAndGrad", captures: ["rows"], mode });
    const [value, { rows }] = both(1.3) as [number, { rows: number[][] }];
    expect(value).toBeCloseTo(((await derive("g", { operator: "value" })) as (...a: unknown[]) => number)(...args), 12);
    expect(rows[1]).toEqual([1.3 * 1.3, 0]);
    const withAux = await derive("withAux", { operator: "grad", captures: ["rows"], hasAux: true, mode });
    expect(withAux(2)).toEqual([
      {
        rows: [
          [2, 0],
          [0, 0],
        ],
      },
      "aux",
    ]);
  });
});

test("a derivative by captured values is a function like any other", async () => {
  const twice = await derive("f", [
    { operator: "grad", captures: ["rows"] },
    { operator: "jacobian", argnums: 0 },
  ]);
  expect(twice(1.3)).toEqual({
    rows: [
      [0, expect.closeTo(3 + 1.3 + 0.5 * 3 * 1.69, 10)],
      [2.6, 0],
    ],
  });
});

test("what is not captured, or in the code, is refused", () => {
  for (const name of ["rate", "absent", "x"]) {
    expect(() => program.derive("model.ts#f", { operator: "grad", captures: [name] })).toThrow(
      expect.objectContaining({ code: "capture-not-found" }),
    );
  }
  for (const request of [{ operator: "jacobian" }, { operator: "grad", argnums: 0 }] as const) {
    expect(() => program.derive("model.ts#f", { ...request, captures: ["rows"] })).toThrow(
      expect.objectContaining({ code: "not-taken" }),
    );
  }
});

test("what a function with a rule reads is refused: its rule says derivatives by arguments alone", () => {
  const cwd = new URL(".", import.meta.url).pathname;
  const ruled = `
import { customVjp } from "cotangent";
const w = [2, 3];
const sq = customVjp((x: number) => w[0]! * x * x, (x) => [w[0]! * x * x, (b) => [2 * w[0]! * x * b]]);
export function f(x: number): number { return sq(x) + w[0]! * x; }
`;
  const own = openProgram({ cwd, sources: { [`${cwd}ruled.ts`]: ruled } });
  expect(() => own.derive("ruled.ts#f", { operator: "grad", captures: ["w"] })).toThrow(/by `w`, which a rule reads/);
});

describe("under the hook", () => {
  const projects: string[] = [];
  beforeAll(ensureBuilt, 120_000);
  afterAll(() => {
    for (const folder of projects) rmSync(folder, { recursive: true });
  });
  test("by variables of the function around", () => {
    const main = `
import { grad, valueAndGrad } from "cotangent";
const points = [1, 2, 4];
function fit(slope: number, shifts: { by: number[] }) {
  const helper = (p: number): number => shifts.by[0]! * p;
  const loss = (x: number): number => points.reduce((s, p) => s + (slope * p + helper(p) - x) ** 2, 0);
  return [grad(loss, { captures: { slope, shifts } })(3), valueAndGrad(loss, { captures: { points } })(3)];
}
console.log(JSON.stringify(fit(0.5, { by: [0.25, 9] })));
`;
    const folder = makeProject({ "package.json": '{ "type": "module" }', "main.ts": main });
    projects.push(folder);
    const { stdout, stderr } = runNode(folder, ["--import", "cotangent/register", "main.ts"]);
    const residuals = [1, 2, 4].map((p) => 0.75 * p - 3);
    const by = residuals.reduce((s, r, i) => s + 2 * r * ([1, 2, 4][i] as number), 0);
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual([
      { slope: by, shifts: { by: [by, 0] } },
      [residuals.reduce((s, r) => s + r * r, 0), { points: residuals.map((r) => 1.5 * r) }],
    ]);
  });
});
