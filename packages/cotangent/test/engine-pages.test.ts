/** The pages on engines say what is so: their figures are computed, and their programs run. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "vitest";
import { installCompiler, requestOf } from "../src/api/at-run-time.ts";
import { openProgram } from "../src/api/compile.ts";
import { explain, graph, trace } from "../src/api/inspect.ts";
import { differentiateSymbolically } from "../src/api/symbolic.ts";
import { grad, hessian } from "../src/api/verbs.ts";
import { graphMermaid } from "../src/inspect/diagram.ts";
import { errorCurveSvg } from "../src/inspect/error-curve.ts";
import { explanationText } from "../src/inspect/explain.ts";
import { type Curve, plotSvg } from "../src/inspect/plot.ts";
import type { Colour } from "../src/inspect/svg.ts";
import { traceText } from "../src/inspect/table.ts";
import type { Block } from "../src/ir/types.ts";
import { makeCompiler } from "../src/no-build/index.ts";
import { complexStep, errorCurve, estimateDerivative, numerical } from "../src/numerical/index.ts";

const page = (name: string): URL => new URL(`../../../docs/${name}.md`, import.meta.url);

/** Compares the parts of a page between marks with what they should be; with `-u` they are written. */
async function expectParts(name: string, parts: Readonly<Record<string, readonly string[]>>): Promise<void> {
  let wanted = readFileSync(page(name), "utf8");
  for (const [mark, lines] of Object.entries(parts)) {
    const pattern = new RegExp(`(<!-- ${mark} -->\n)[\\s\\S]*?(<!-- end of ${mark} -->)`);
    expect(wanted).toMatch(pattern);
    wanted = wanted.replace(pattern, (_, open: string, close: string) => `${open}${lines.join("\n")}\n${close}`);
  }
  await expect(wanted).toMatchFileSnapshot(fileURLToPath(page(name)));
}

/** Compares a picture of the pages with what it should be; with `-u` it is drawn. */
async function expectPicture(name: string, svg: string): Promise<void> {
  await expect(svg).toMatchFileSnapshot(fileURLToPath(new URL(`../../../docs/pictures/${name}.svg`, import.meta.url)));
}

function row(...cells: readonly (string | number)[]): string {
  return `| ${cells.join(" | ")} |`;
}

test("swell", async () => {
  const file = "/pages/logistic.ts";
  const program = openProgram({
    cwd: "/pages",
    sources: {
      [file]: `export function f(x: number, n: number): number { for (let i = 0; i < n; i++) x = 4 * x * (1 - x); return x; }`,
    },
  });
  const sizes = [1, 2, 3, 4, 6, 8, 12, 16, 24].map((n) => {
    const { tree, graph } = differentiateSymbolically(program, `${file}#f`, { at: [0.3, n] }).sizes.derivatives;
    return { n, tree, graph, reverse: reverseSize(n) };
  });
  const lines = sizes.map(({ n, tree, graph, reverse }) => row(n, tree, graph, reverse));
  const curve = (label: string, colour: Colour, read: (size: (typeof sizes)[number]) => number): Curve => ({
    label,
    colour,
    drawn: "line",
    points: sizes.map((size) => [size.n, read(size)] as const),
  });
  await expectPicture(
    "swell",
    plotSvg({
      title: "the size of the derivative of the logistic map, iterated",
      x: { label: "iterations n", scale: "linear" },
      y: { label: "operations and variables", scale: "logarithmic" },
      curves: [
        curve("written out", "reverse", ({ tree }) => tree),
        curve("equal parts once", "forward", ({ graph }) => graph),
        curve("reverse mode", "text", ({ reverse }) => reverse),
      ],
    }),
  );
  await expectParts("symbolic", {
    swell: [row("n", "written out", "equal parts once", "reverse mode"), "|---|---|---|---|", ...lines],
  });
});

/** The instructions of the gradient of the map written out n times. */
function reverseSize(n: number): number {
  const steps = Array.from({ length: n }, () => "x = 4 * x * (1 - x);").join(" ");
  const file = `/pages/unrolled${n}.ts`;
  const program = openProgram({
    cwd: "/pages",
    sources: { [file]: `export function f(x: number): number { ${steps} return x; }` },
  });
  const { module, entry } = program.derive(`${file}#f`, { operator: "grad", mode: "reverse" });
  const counted = new Set<string>();
  const count = (block: Block): number =>
    block.body.reduce((sum, instr) => {
      if (instr.op === "call" && !counted.has(instr.callee)) {
        counted.add(instr.callee);
        return sum + count(module.functions.get(instr.callee)!.body);
      }
      return sum + (instr.op === "apply" ? 1 : 0);
    }, 0);
  return count(module.functions.get(entry)!.body);
}

test("accuracy", async () => {
  const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
  const functions: readonly (readonly [string, (x: number) => number, number, (x: number, n: number) => number])[] = [
    ["exp", Math.exp, 1, (x) => Math.exp(x)],
    ["sin", Math.sin, 1, (x, n) => Math.sin(x + (n * Math.PI) / 2)],
    ["log", Math.log, 0.001, (x, n) => ((-1) ** (n - 1) * factorial(n - 1)) / x ** n],
    ["1 / x", (x) => 1 / x, -3, (x, n) => ((-1) ** n * factorial(n)) / x ** (n + 1)],
    [
      "sqrt",
      Math.sqrt,
      0.1,
      (x, n) => Array.from({ length: n }, (_, k) => 0.5 - k).reduce((a, b) => a * b, 1) * x ** (0.5 - n),
    ],
  ];
  const orders = [1, 2, 4, 8];
  const lines = functions.map(([name, f, x, derivative]) => {
    const cells = orders.map((order) => {
      const exact = derivative(x, order);
      const { value, error } = estimateDerivative(f, { order })(x);
      const off = Math.abs(value - exact);
      expect(off).toBeLessThanOrEqual(error);
      return `${(off / Math.abs(exact)).toExponential(0)} (${(error / Math.abs(exact)).toExponential(0)})`;
    });
    return row(name, x, ...cells);
  });
  await expectParts("numerical", {
    accuracy: [
      row("function", "at", ...orders.map((order) => `order ${order}`)),
      "|---|---|---|---|---|---|",
      ...lines,
    ],
  });
});

test("traces", async () => {
  const text = readFileSync(page("inspect"), "utf8");
  const damped = /```ts\n(export function damped[\s\S]*?)```/.exec(text)?.[1] ?? "";
  const program = openProgram({
    cwd: "/pages",
    sources: {
      "/pages/textbook.ts": `export function f(x1: number, x2: number): number { return Math.log(x1) + x1 * x2 - Math.sin(x2); }`,
      "/pages/damped.ts": damped,
    },
  });
  const shown = (table: string): readonly string[] => ["```", ...table.trimEnd().split("\n"), "```"];
  const textbook = await trace(program, "/pages/textbook.ts#f", [2, 5]);
  expect(textbook.gradient.map(({ cotangent }) => cotangent)).toEqual([5.5, 1.7163378145367738]);
  const options = { input: "k", iteration: 1 };
  const turn = await trace(program, "/pages/damped.ts#damped", [new Float64Array([0.5, 2, 3]), 0.8], options);
  const drawn = graphMermaid(graph(program, "/pages/damped.ts#damped"), { partials: true });
  await expectParts("inspect", {
    textbook: shown(traceText(textbook)),
    damped: shown(traceText(turn)),
    explain: shown(explanationText(explain(program, "/pages/damped.ts#damped"))),
    graph: ["```mermaid", ...drawn.trimEnd().split("\n"), "```"],
  });
});

test("the textbook function by differences", () => {
  const f = (x: number, y: number): number => Math.log(x) + x * y - Math.sin(y);
  const gradient = grad(f, { argnums: [0, 1], engine: numerical })(2, 5);
  const errors = grad(f, { argnums: [0, 1], engine: numerical.errors })(2, 5);
  [5.5, 2 - Math.cos(5)].forEach((exact, i) => {
    expect(Math.abs(gradient[i]! - exact)).toBeLessThanOrEqual(errors[i]!);
    expect(errors[i]).toBeLessThan(1e-11);
  });
  expect(hessian(f, { argnums: [0, 1], engine: numerical })(2, 5)[1][1]).toBeCloseTo(Math.sin(5), 9);
});

test("complex", async () => {
  const functions: readonly (readonly [string, number, (x: number) => number])[] = [
    ["Math.exp(x) * Math.sin(x)", 1, (x) => Math.exp(x) * (Math.sin(x) + Math.cos(x))],
    [
      "Math.exp(x) / Math.sqrt(Math.sin(x) ** 3 + Math.cos(x) ** 3)",
      1.5,
      (x) =>
        (Math.exp(x) * (3 * Math.cos(x) + 5 * Math.cos(3 * x) + 9 * Math.sin(x) + Math.sin(3 * x))) /
        (8 * (Math.sin(x) ** 3 + Math.cos(x) ** 3) ** 1.5),
    ],
    ["Math.log(x)", 1e-6, (x) => 1 / x],
    ["1 / (x - 1)", 1 + 2 ** -20, (x) => -1 / (x - 1) ** 2],
    ["Math.atan(1000 * x)", 0.01, (x) => 1000 / (1 + (1000 * x) ** 2)],
    ["Math.sin(x) / x", 1e-4, (x) => (x / 3) * (x ** 2 / 10 - 1)],
  ];
  const lines = functions.map(([expression, x, derivative]) => {
    const file = "/pages/complex.ts";
    const sources = { [file]: `export function f(x: number): number { return ${expression}; }` };
    const plain = openProgram({ cwd: "/pages", sources }).derive(`${file}#f`, { operator: "value" });
    const f = new Function("x", `return ${expression};`) as (x: number) => number;
    const off = (engine: typeof numerical | ReturnType<typeof complexStep>): number =>
      Math.abs(grad(f, { engine })(x) / derivative(x) - 1);
    const complex = off(complexStep(plain));
    expect(complex).toBeLessThan(1e-7);
    const shown = (error: number): string => (error === 0 ? "0" : error.toExponential(0));
    return row(
      `\`${expression.replaceAll("Math.", "")}\``,
      x === 1 + 2 ** -20 ? "1 + 2⁻²⁰" : x,
      shown(off(numerical)),
      shown(complex),
    );
  });
  await expectParts("numerical", {
    complex: [row("function", "at", "differences", "complex step"), "|---|---|---|---|", ...lines],
  });
});
test("the programs of the page on overloading", async () => {
  const text = readFileSync(page("overload"), "utf8");
  const programs = [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, program]) => program as string);
  const [first, nested, recorded, compiled] = await Promise.all(programs.map(runProgram));
  expect(first!.gradient).toEqual([5.5, 1.7163378145367738]);
  expect(first!.second).toEqual([
    [-0.25, 1],
    [1, Math.sin(5)],
  ]);
  expect(first!.series).toEqual([1, 1, 1, 1]);
  expect(nested!.one).toBe(1);
  expect(recorded!.value).toBe(Math.log(2) + 10 - Math.sin(5));
  expect(recorded!.gradient).toEqual([5.5, 1.7163378145367738]);
  expect(recorded!.second).toBe(-0.25);
  expect(recorded!.question).toMatchObject({ question: "gt", operands: [1, 0], answer: true });
  expect(compiled!.text).toContain("t1 * yBar, (x0 * yBar) / x1]");
});

/** What a program of a page exports. */
async function runProgram(text: string): Promise<Record<string, unknown>> {
  const modules: Record<string, Record<string, unknown>> = {
    cotangent: await import("cotangent"),
    "cotangent/compiler": await import("cotangent/compiler"),
    "cotangent/elemental": await import("../src/elemental/index.ts"),
    "cotangent/numerical": await import("../src/numerical/index.ts"),
    "cotangent/overload": await import("cotangent/overload"),
    "cotangent/symbolic": await import("../src/symbolic.ts"),
  };
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS },
  });
  const exports: Record<string, unknown> = {};
  new Function("require", "exports", outputText)((name: string) => modules[name], exports);
  return exports;
}

test("the curve of the error", async () => {
  const f = (x: number): number => Math.log(2) + 2 * x - Math.sin(x);
  const curve = errorCurve(f, 5, { exact: 2 - Math.cos(5) });
  const best = Math.min(...curve.points.map(({ error }) => error));
  // What is chosen without knowing the derivative is nearly the best that a single difference can do.
  expect(curve.chosen.error).toBeLessThan(1e-9);
  expect(best).toBeGreaterThan(1e-13);
  await expectPicture("error-curve", errorCurveSvg(curve, "the error of central differences against their step"));
});

test("one function by every method", async () => {
  const text = readFileSync(page("comparing"), "utf8");
  const program = [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)]
    .map(([, each]) => each as string)
    .find((each) => each.includes("customVjp"));
  installCompiler(makeCompiler(requestOf));
  const ran = await runProgram(program as string).finally(() => installCompiler(undefined));
  const { errors, ...found } = ran as Record<string, number[]>;
  expect(Object.keys(found)).toHaveLength(10);
  for (const [name, gradient] of Object.entries(found))
    [5.5, 1.7163378145367738].forEach((exact, i) => {
      const error = name === "differences" ? errors![i]! : 1e-15;
      expect(Math.abs(gradient[i]! - exact), name).toBeLessThanOrEqual(error);
    });
  expect(errors!.every((error) => error < 1e-11)).toBe(true);
});
