/**
 * What a trace says in words is what its numbers are: every statement is read back as code and computed from the values of
 * the names in it, in the order in which its sweep runs.
 */
import { describe, expect, test } from "vitest";
import { openProgram } from "../api/compile.ts";
import { trace } from "../api/inspect.ts";
import { primitives } from "../elementals/index.ts";
import type { Run, Scope, Step } from "./steps.ts";
import { traceMarkdown, traceSvg, traceText } from "./table.ts";
import { type StepRow, type Trace, traceRun } from "./trace.ts";
import { cotangentName } from "./writing.ts";

const source = { textOf: () => undefined, placeOf: () => undefined };

function stepRows(made: Trace): readonly StepRow[] {
  return made.rows.filter((row): row is StepRow => !("text" in row));
}

/** The elementals by how they are written. */
const functions: Record<string, unknown> = { stopGradient: (x: number) => x };
for (const { spelling, primal } of primitives.values()) {
  if (spelling.kind === "call") functions[spelling.callee.replace(/^(Math|Number)\./, "")] ??= primal;
  if (spelling.kind === "runtime") functions[spelling.name] ??= primal;
}

/** The value of `text`, in which longer names are found first. */
function evaluate(text: string, values: ReadonlyMap<string, number>): number {
  const names = [...values.keys()].sort((a, b) => b.length - a.length);
  const escaped = names.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const pattern = new RegExp(`(?<![\\p{ID_Continue}.])(?:${escaped.join("|")})(?![\\p{ID_Continue}₀-₉[.])`, "gu");
  const code = text.replace(pattern, (name) => `(${values.get(name)})`);
  const named = Object.keys(functions).filter((name) => /^\w+$/.test(name));
  return new Function(...named, `return ${code};`)(...named.map((name) => functions[name])) as number;
}

function expectClose(actual: number, expected: number, what: string): void {
  if (Object.is(actual, expected) || (Number.isNaN(actual) && Number.isNaN(expected))) return;
  // Constants are written with six digits.
  expect(Math.abs(actual - expected), what).toBeLessThanOrEqual(1e-4 * (1e-3 + Math.abs(expected)));
}

/** Reads a trace in which no row is of another turn, all of whose rows are there. */
function expectTrue(made: Trace): void {
  const rows = stepRows(made);
  const values = new Map<string, number>();
  for (const { name, expression, value, tangent } of rows) {
    if (expression !== "") expectClose(evaluate(expression, values), value, `${name} = ${expression}`);
    values.set(name, value);
    const [, right] = tangent?.text.split(/ = (.*)/s) ?? [];
    if (tangent && right !== undefined) expectClose(evaluate(right, values), tangent.value, tangent.text);
    if (tangent) values.set(tangent.name, tangent.value);
  }
  for (const row of [...rows].reverse()) {
    for (const { name, text, value } of row.statements) {
      const [, operator, right] = /^.*? ([-+]?=) (.*)$/s.exec(text) ?? [];
      expect(operator === "=", text).toBe(!values.has(name));
      const term = evaluate(right as string, values);
      const before = values.get(name) ?? 0;
      expectClose(operator === "=" ? term : operator === "+=" ? before + term : before - term, value, text);
      values.set(name, value);
    }
  }
  rows.forEach(({ kind, name }, i) => {
    if (kind === "input") expectClose(values.get(cotangentName(name)) ?? 0, made.gradient[i]?.cotangent ?? 0, name);
  });
}

describe("each elemental's row says what it computes", () => {
  const numeric = [...primitives.values()].filter(
    (p) => p.gives === "number" && p.domain && p.takes.every((kind) => kind === "number"),
  );
  test.each(numeric.map((p) => [p.id, p] as const))("%s", (_, primitive) => {
    const count = primitive.arity === "variadic" ? 3 : primitive.arity;
    const { intervals } = primitive.domain!;
    for (const t of [0.2, 0.55, 0.8]) {
      const values = Array.from({ length: count }, (__, i) => {
        const [low, high] = intervals[Math.min(i, intervals.length - 1)] as readonly [number, number];
        return low + (high - low) * ((t + 0.31 * i) % 1);
      });
      // Each argument in turn a constant, and none.
      for (let constant = -1; constant < count; constant++) {
        if (constant === 0 && count === 1) continue;
        const items: Step[] = [];
        const root: Scope = { kind: "function", name: "f", span: undefined, items };
        const inputs = values.flatMap((value, i) =>
          i === constant ? [] : [input(value, `a${i}`, items.length, root)],
        );
        const steps = [...inputs];
        const operands = values.map((value, i) => inputs.find(({ hint }) => hint === `a${i}`) ?? { known: value });
        const value = primitive.primal(...(values as never[])) as number;
        const step: Step = {
          number: steps.length,
          operation: primitive,
          operands,
          value,
          hint: undefined,
          span: undefined,
          scope: root,
        };
        steps.push(step);
        items.push(...steps);
        const run: Run = { root, steps, inputs, outputs: [{ place: "", value, source: step }] };
        expectTrue(traceRun(run, source));
      }
    }
  });
  let number = 0;
  const input = (value: number, hint: string, _: number, scope: Scope): Step => ({
    number: number++,
    operation: undefined,
    operands: [],
    value,
    hint,
    span: undefined,
    scope,
  });
});

const program = openProgram({
  cwd: "/traces",
  sources: {
    "/traces/all.ts": `
interface Point { x: number; y: number }
function scaled(p: Point, by: number): Point { p.x = p.x * by; return { x: p.x, y: p.y - by }; }
export function moved(p: Point, k: number): number { const q = scaled(p, k); return q.x * q.y + p.x; }
export function cells(a: number[], k: number): number {
  a[0] = a[0]! * k; const b = a; b[0] = b[0]! - a[1]!; a.push(k); return b[0]! / a[2]!;
}
export function reused(x: number, y: number): number { x = x * y; x = x - y; y = -x; return y ** 3 - x; }
export function chosen(x: number, y: number): number { return x > y ? Math.max(x, 2 * y) : y / x; }
export function integers(x: number): number { const i = x | 0; return i > 1 ? x * 2 : x; }
export function bits(x: number): number { return (x | 0) * x; }
export function pair(x: number): [number, number] { return [x, x * x]; }
export function v1(v1: number, y: number): number { return v1 * y + Math.exp(v1 * y); }
export function loop(x: number, n: number): number { let s = x; for (let i = 0; i < n; i++) s = s * x; return s; }
export function text(x: number): number { const s = \`\${x}\`; return Number(s); }
export function nothing(x: number[]): void { x[0] = 1; }
`,
  },
});

describe("statements of a trace hold", () => {
  test.each([
    ["moved", [{ x: 1.5, y: 2 }, 0.7]],
    ["cells", [[1.5, 0.4], 0.7]],
    ["reused", [1.5, 0.7]],
    ["chosen", [1.5, 0.7]],
    ["chosen", [0.7, 1.5]],
    ["integers", [2.5]],
    ["v1", [0.5, 0.7]],
    ["loop", [0.5, 1]],
  ] as const)("%s", async (name, args) => {
    const made = await trace(program, `/traces/all.ts#${name}`, structuredClone([...args]));
    expectTrue(made);
    for (const table of [traceText(made), traceMarkdown(made), traceSvg(made)]) expect(table).not.toMatch(/undefined/);
  });
});

const traceOf = (name: string, args: readonly unknown[], options = {}): Promise<Trace> =>
  trace(program, `/traces/all.ts#${name}`, args, options);

test("a place written again is a row again, under one name and a subscript", async () => {
  const made = await traceOf("cells", [[1.5, 0.4], 0.7]);
  expect(stepRows(made).map(({ name, expression }) => `${name} = ${expression}`)).toEqual([
    "a[0]₁ = ",
    "a[1] = ",
    "k = ",
    "a[0]₂ = a[0]₁ * k",
    "a[0]₃ = a[0]₂ - a[1]",
    "a[2] = k",
    "v1 = a[0]₃ / a[2]",
    "y = v1",
  ]);
});

test("the turn that is asked for is shown, and what another turn computed has a row", async () => {
  for (const [iteration, shown] of [
    [0, 0],
    [2, 2],
    [9, 3],
    [undefined, 3],
  ] as const) {
    const made = await traceOf("loop", [0.5, 4], { iteration });
    expect(made.rows.find((row) => row.kind === "loop")).toMatchObject({ turns: 4, shown });
    const step = stepRows(made).find(({ kind }) => kind === "step");
    expect(step?.value).toBeCloseTo(0.5 ** (shown + 2), 12);
    expect(step?.tangent?.value).toBeCloseTo((shown + 2) * 0.5 ** (shown + 1), 12);
    const others = stepRows(made).filter(({ kind }) => kind === "elsewhere");
    expect(others).toHaveLength(Number(shown > 0) + Number(shown < 3));
  }
  const none = await traceOf("loop", [0.5, 0]);
  expect(none.gradient.map(({ cotangent }) => cotangent)).toEqual([1, 0]);
});

test("inputs and numbers of the result are chosen by name and by number", async () => {
  const made = await traceOf("moved", [{ x: 1.5, y: 2 }, 0.7], { input: "p.y" });
  expect(made.tangent).toBeCloseTo(1.05, 12);
  expect((await traceOf("moved", [{ x: 1.5, y: 2 }, 0.7], { input: 1 })).tangent).toBe(made.tangent);
  expect((await traceOf("pair", [3], { result: "[1]" })).gradient[0]?.cotangent).toBe(6);
  expect((await traceOf("pair", [3], { result: 0 })).gradient[0]?.cotangent).toBe(1);
  await expect(traceOf("pair", [3], { result: "[2]" })).rejects.toMatchObject({ code: "trace-place" });
  await expect(traceOf("pair", [3], { input: 1 })).rejects.toMatchObject({ code: "trace-place" });
});

test("what has no derivative may steer, and is refused where it counts", async () => {
  expect((await traceOf("integers", [2.5])).tangent).toBe(2);
  await expect(traceOf("bits", [2.5])).rejects.toMatchObject({ code: "not-differentiable" });
  await expect(traceOf("text", [2.5])).rejects.toMatchObject({ code: "text-read" });
  await expect(traceOf("nothing", [[2.5]])).rejects.toMatchObject({ code: "no-result" });
});

test("pictures of a trace have every statement, and colours for both schemes", async () => {
  const made = await traceOf("chosen", [0.7, 1.5]);
  const svg = traceSvg(made);
  expect(svg).toContain("prefers-color-scheme: dark");
  expect(svg).toContain("x &gt; y: false");
  expect(traceMarkdown(made)).toContain("| `result = v1` |");
  for (const { statements } of stepRows(made)) for (const { text } of statements) expect(svg).toContain(`>${text}<`);
});
