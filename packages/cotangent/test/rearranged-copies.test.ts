/**
 * A deep copy whose rows change places afterwards: forward mode follows, and reverse mode, whose mirror of the copy goes
 * through whole shadows, refuses what it would add to other rows.
 */
import { describe, expect, test } from "vitest";
import { openProgram } from "../src/api/compile.ts";
import { evaluateText } from "../src/api/evaluate.ts";
import { CotangentError } from "../src/core/errors.ts";

const file = "/rearranged/input.ts";
const text = `
export function ofTheOriginal(x: number[]): number {
  const rows = [[x[0]!, x[1]!], [x[1]! * 2, x[0]! ** 2]];
  const c = structuredClone(rows);
  const t = rows[0]!;
  rows[0] = rows[1]!;
  rows[1] = t;
  rows[0]![0]! *= x[0]!;
  return c[0]![0]! * c[1]![1]! * rows[0]![0]! + rows[1]![1]! * c[1]![0]!;
}
export function ofTheCopy(x: number[]): number {
  const o = { a: [x[0]!], b: [x[1]!] };
  const k = structuredClone(o);
  const t = k.a;
  k.a = k.b;
  k.b = t;
  return k.a[0]! ** 2 * k.b[0]! + o.a[0]!;
}
export function inALoop(x: number[]): number {
  let s = 0;
  const rows = [[x[0]!], [x[1]!]];
  for (let i = 0; i < 3; i++) {
    const c = structuredClone(rows);
    const t = rows[0]!;
    rows[0] = rows[1]!;
    rows[1] = t;
    rows[1]![0]! *= 1.5;
    s += c[0]![0]! * rows[0]![0]!;
  }
  return s;
}
function turned(rows: number[][], n: number): number {
  const t = rows[0]!;
  rows[0] = rows[1]!;
  rows[1] = t;
  rows[0]![0]! *= 1.5;
  const c = structuredClone(rows);
  const s = c[0]![0]! * c[0]![0]! * c[1]![0]!;
  return n > 0 ? s + turned(rows, n - 1) : s;
}
export function byRecursion(x: number[]): number {
  return turned([[x[0]!], [x[1]!]], 3);
}
export function left(x: number[]): number {
  const rows = [[x[0]!, x[1]!], [x[1]! * 2]];
  const c = structuredClone(rows);
  c[0]![0]! *= 3;
  rows[1]![0] = c[0]![0]! * x[1]!;
  return c[0]![0]! * c[1]![0]! + rows[1]![0]! * rows[0]![0]!;
}
`;
const program = openProgram({ cwd: "/rearranged", sources: { [file]: text } });

async function load(
  name: string,
  operator: "value" | "grad",
  mode: "forward" | "reverse",
): Promise<(x: number[]) => never> {
  const { text: code, name: exported } = program.derive(`${file}#${name}`, { operator, mode });
  return (await evaluateText(code, () => Promise.resolve({}))).get(exported) as never;
}

async function expectRight(name: string, mode: "forward" | "reverse"): Promise<void> {
  const value = (await load(name, "value", mode)) as (x: number[]) => number;
  const gradient = ((await load(name, "grad", mode)) as (x: number[]) => number[])([1.2, 0.7]);
  const h = 1e-6;
  [0, 1].forEach((i) => {
    const at = (t: number): number => value([1.2, 0.7].map((v, j) => (i === j ? v + t : v)));
    expect(gradient[i]).toBeCloseTo((at(h) - at(-h)) / (2 * h), 6);
  });
}

describe.each(["ofTheOriginal", "ofTheCopy", "inALoop", "byRecursion"])("%s", (name) => {
  test("forward", () => expectRight(name, "forward"));
  test("reverse", () => {
    expect(() => program.derive(`${file}#${name}`, { operator: "grad", mode: "reverse" })).toThrow(CotangentError);
  });
});

test.each(["forward", "reverse"] as const)("a copy whose rows stay where they are, %s", (mode) =>
  expectRight("left", mode),
);
