import { readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import ts from "typescript";
import { beforeAll, describe, expect, test } from "vitest";
import { ensureBuilt, makeProject, packageFolder, type Run, runNode } from "./cli/built.ts";

// Programs as people run them: no hook, no plugin, the package as it is built.

beforeAll(ensureBuilt, 300_000);

const slow = 240_000;

/** What the program prints with `JSON.stringify`, line by line. Nothing may be written to stderr. */
function valuesOf(run: Run): unknown[] {
  expect(run.stderr).toBe("");
  expect(run.status).toBe(0);
  return run.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);
}

const show = "const show = (x) => console.log(JSON.stringify(x, (_, v) => (ArrayBuffer.isView(v) ? [...v] : v)));\n";

/** TypeScript as its own compiler gives it, with a map that does not hold the source. */
function transpiled(text: string): { readonly text: string; readonly map: (file: string) => string } {
  const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, sourceMap: true };
  const { outputText, sourceMapText = "" } = ts.transpileModule(text, { compilerOptions: options });
  return {
    text: outputText.replace(/\/\/# sourceMappingURL.*\n?/, ""),
    map: (file) => JSON.stringify({ ...(JSON.parse(sourceMapText) as object), sources: [file] }),
  };
}

/** Runs JavaScript as a module in a project of these files. */
function runModule(code: string, files: Readonly<Record<string, string>> = {}): Run {
  const folder = makeProject({ "package.json": '{ "type": "module" }', ...files, "app.mjs": show + code });
  return runNode(folder, ["app.mjs"]);
}

describe("JavaScript in Node", () => {
  test(
    "every verb with its options",
    () => {
      const run = runModule(`
import * as c from "cotangent";
const f = (x) => x * x * Math.sin(x);
const g = (v, k) => v.map((x) => x * x * k).reduce((a, b) => a + b, 0);
show(c.grad(f)(2) - (4 * Math.sin(2) + 4 * Math.cos(2)));
show(c.valueAndGrad(g)([1, 2], 3));
show(c.grad(g, { argnums: [0, 1] })([1, 2], 3));
show(c.grad(g, { argnums: 1, mode: "forward" })([1, 2], 3));
show(c.grad((x) => [x * x, "aux"], { hasAux: true })(3));
show(c.jvp(g)([[1, 2], 3], [[1, 0], 1]));
show(c.jvp(g, { argnums: [0] })([[1, 2], 3], [[1, 0]]));
show(c.vjp((x, y) => [x * y, x])(2, 3)[1]([1, 10]));
show(c.linearize((x, y) => x * y)(2, 3)[1]([1, 10]));
show(c.jacobian((v) => [v[0] * v[1], v[0]])([2, 3]));
show(c.hessian((v) => v[0] * v[0] * v[1])([2, 3]));
show(c.hvp((v) => v[0] * v[0] * v[1])([[2, 3]], [1, 0]));
const out = [0, 0];
c.gradInto(g)(out, [1, 2], 3);
show(out);
const both = [0, [0, 0]];
c.valueAndGradInto(g)(both, [1, 2], 3);
show(both);
show(c.jacobian((x, ys) => { for (let i = 0; i < ys.length; i++) ys[i] = x * i; return x; }, { outputs: ["result", 1] })(2, [0, 0]));
show(c.checkDerivatives(g, [[1, 2], 3]).ok);
`);
      expect(valuesOf(run)).toEqual([
        0,
        [15, [6, 12]],
        [[6, 12], 5],
        5,
        [6, "aux"],
        [15, 11],
        [15, 6],
        [13, 2],
        23,
        [
          [3, 2],
          [1, 0],
        ],
        [
          [6, 4],
          [4, 0],
        ],
        [6, 4],
        [6, 12],
        [15, [6, 12]],
        [1, [0, 1]],
        true,
      ]);
    },
    slow,
  );

  test(
    "a derivative of a derivative",
    () => {
      const run = runModule(`
import { grad, jvp, vjp } from "cotangent";
const cube = (x) => x ** 3;
const first = grad(cube);
show([grad(first)(2), grad(grad(first))(2), jvp(first)([2], [1]), vjp(first)(2)[1](1)]);
show(grad((x) => x * jvp(cube)([x], [1])[1])(2));
`);
      expect(run.stdout).toBe("[12,6,[12,12],[12]]\n36\n");
      expect(run.stderr).toBe("");
    },
    slow,
  );

  test(
    "types are those of the values",
    () => {
      const run = runModule(`
import { grad } from "cotangent";
const total = (v) => { let s = 0; for (const x of v) s += x * x; return s; };
show(grad(total)([1, 2]));
show(grad(total)(new Float64Array([1, 2])) instanceof Float64Array);
show(grad(total)(new Float32Array([1, 2])) instanceof Float32Array);
show(grad(total)([]));
show(grad((p) => p.w.reduce((s, row) => s + row[0] * p.b, 0))({ b: 2, w: [[1, 5], [3, 6]], name: "x", on: true }));
show(grad(([x, label]) => (label === "twice" ? 2 * x : x))([3, "twice"]));
show(grad((x, k = 2, { rate = 3 } = { rate: 5 }) => x * k * rate)(1));
show(grad((x, k = 2) => x * k)(1, 7));
show(grad((x, k) => (k === undefined ? x : x * k))(3));
show(grad((x, k) => (k === undefined ? x : x * k))(3, 5));
show(grad((x, k) => (k === null ? x : x * k))(3, null));
show(grad((xs) => xs.reduce((s, x) => s + (x ?? 10) * 2, 0))([1, undefined, 3]));
show(grad((rows) => { let s = 0; for (const row of rows) for (const x of row) s += x * x; return s; })([[], [1, 2]]));
/** @param {number[]} v  @param {{ rate?: number }} options */
function scaled(v, options) { return v[0] * (options.rate ?? 4); }
show([grad(scaled)([1], {}), grad(scaled)([1], { rate: 2 })]);
`);
      expect(valuesOf(run)).toEqual([
        [2, 4],
        true,
        true,
        [],
        {
          b: 4,
          w: [
            [2, 0],
            [2, 0],
          ],
          name: null,
          on: null,
        },
        [2, null],
        10,
        7,
        1,
        5,
        1,
        [2, 0, 2],
        [[], [2, 4]],
        [[4], [2]],
      ]);
    },
    slow,
  );

  test(
    "bodies without types",
    () => {
      const run = runModule(
        `
import { grad } from "cotangent";
import { norm, scale as grow, gains, rate } from "./helpers.js";
import * as all from "./helpers.js";
const steps = 3;
const limits = [1, 2, 3].map((x) => x * 10);
const cells = (n, x) => { const out = []; for (let i = 0; i < n; i++) out.push({ at: i, v: x * i }); return out; };
const grid = (x) => { const rows = []; for (let i = 0; i < 2; i++) { const row = []; for (let j = 0; j < 2; j++) row.push(x * (i + j)); rows.push(row); } return rows; };
const power = (x, n) => (n === 0 ? 1 : x * power(x, n - 1));
const swap = ({ a, b }) => [b, a];
function descend(x) { let best = null; for (let i = 0; i < 3; i++) { const y = x * i; if (best === null || y > best) best = y; } return best ?? 0; }
show(grad((x) => cells(3, x).reduce((s, c) => s + c.v * c.at, 0))(2));
show(grad((x) => { const g = grid(x); return g[0][1] + g[1][1] * g[1][1]; })(3));
show(grad((x) => power(x, steps))(2));
show(grad((v) => norm(v) * limits[1])([3, 4]));
show(grad((v) => norm(grow(v, 2)))([0, 4]));
show(grad((v) => all.norm(v) * gains[0] * rate)([3, 4]));
show(grad((x) => { const [p, q] = swap({ a: x, b: 2 * x }); return p * q; })(3));
show(grad((x) => { const m = Array.from({ length: 3 }, (_, i) => x * i); const w = new Array(3).fill(0); m.forEach((y, i) => { w[i] += y; }); return w[2]; })(3));
show(grad((x) => { const all = [...[x, x], x * x]; return Math.max(...all); })(3));
show(grad((x) => descend(x))(3));
show(grad((x) => { const { sin, cos } = Math; return sin(x) * cos(x); })(0));
show(grad((v) => v.filter((x) => x > 0).map((x) => [x, x * x]).map(([a, b]) => a * b).reduce((s, x) => s + x, 0))([1, -1, 2]));
`,
        {
          "helpers.js": `
export function norm(v) { return Math.sqrt(v.reduce((s, x) => s + x * x, 0)); }
export const scale = (v, k) => v.map((x) => x * k);
export const gains = Float64Array.from([2, 3]);
export let rate = 5;
`,
        },
      );
      expect(valuesOf(run)).toEqual([5, 25, 12, [12, 16], [0, 2], [6, 8], 12, 2, 6, 2, 1, [3, 0, 12]]);
    },
    slow,
  );

  test(
    "what a function captures is read when it is called",
    () => {
      const run = runModule(`
import { grad, vjp } from "cotangent";
function make(k, weights, act) {
  const half = (x) => x / 2;
  const config = { shift: k + 1 };
  return (x) => half(act(k * x)) * weights[0] + config.shift * x;
}
const square = (x) => x * x;
const twice = (x) => 2 * x;
show([grad(make(3, [1], square))(2), grad(make(4, [1], square))(2), grad(make(3, [1], twice))(2)]);
const weights = [1, 2];
const f = make(3, weights, square);
const g = grad(f);
const before = g(2);
weights[0] = 10;
show([before, g(2)]);
const data = new Float64Array([1, 2]);
const loss = (w) => data.reduce((s, x) => s + x * w, 0) ** 2;
const [, pullback] = vjp(loss)(1);
data.fill(100);
show(pullback(1));
const derivatives = [1, 2, 3].map((n) => grad((x) => x ** n)(2));
show(derivatives);
function counter(n) { function down(x, i) { return i === 0 ? 1 : x * n * down(x, i - 1); } return (x) => down(x, 2); }
show(grad(counter(3))(2));
const bind = { k: 5 };
show(grad((x) => x * bind.k)(1));
bind.k = 7;
show(grad((x) => x * bind.k)(1));
class Rates { static fast = 3; static of(x) { return x * Rates.fast; } }
const rated = grad((x) => Rates.of(x) * Rates.fast);
const was = rated(1);
Rates.fast = 4;
show([was, rated(1)]);
const ops = { act: (x) => x * x };
const acted = grad((x) => ops.act(x));
const old = acted(3);
ops.act = (x) => x * x * x;
show([old, acted(3)]);
`);
      expect(valuesOf(run)).toEqual([[22, 37, 7], [22, 184], [18], [1, 4, 12], 36, 5, 7, [9, 16], [6, 27]]);
    },
    slow,
  );

  test(
    "CommonJS, evaluated code, and Function",
    () => {
      const folder = makeProject({
        "app.js": `${show}
const { grad, stopGradient } = require("cotangent");
const { twice, table } = require("./helper.js");
const helper = require("./helper.js");
const own = [2].map((x) => x);
show(grad((x) => twice(x) * x * own[0])(3));
show(grad((x) => helper.twice(x) * table[0])(3));
show(grad((x) => stopGradient(x) * x)(3));
show(grad(eval("(x) => x * x * own[0]"))(3));
show(grad(new Function("x", "return x * x"))(3));
show(grad((0, eval)("(x) => { function h(y) { return y * y; } return h(x); }"))(3));
show(grad(require("node:vm").runInThisContext("(x) => x * 5"))(3));
globalThis.gain = 2;
const byGlobal = grad((x) => x * gain);
const first = byGlobal(1);
globalThis.gain = 3;
show([first, byGlobal(1)]);
`,
        "helper.js": "exports.twice = function (x) { return 2 * x; };\nexports.table = [1, 2].map((x) => x * 3);\n",
      });
      expect(valuesOf(runNode(folder, ["app.js"]))).toEqual([24, 6, 3, 12, 6, 6, 5, [2, 3]]);
      const piped = runNode(
        folder,
        ["-"],
        'const { grad } = require("cotangent"); console.log(grad((x) => x * x)(3));',
      );
      expect(valuesOf(piped)).toEqual([6]);
      const evaluated = runNode(folder, [
        "-e",
        'const { grad } = require("cotangent"); console.log(grad((x) => x * x)(3));',
      ]);
      expect(valuesOf(evaluated)).toEqual([6]);
    },
    slow,
  );

  test(
    "at the prompt",
    () => {
      const folder = makeProject({});
      const lines = [
        'const { grad } = require("cotangent")',
        "let k = 3; function sq(x) { return x * x }",
        "const f = (x) => k * sq(x)",
        "grad(f)(2)",
        "k = 4",
        "grad(f)(2)",
        "function sq(x) { return x * x * x }",
        "grad(f)(2)",
        "const g = (v) => v[0] * v[1]",
        "grad(g)([3, 4])",
      ];
      const run = runNode(folder, ["-i"], `${lines.join("\n")}\n`);
      const answers = run.stdout.split("> ").map((line) => line.trim());
      expect([answers[4], answers[6], answers[8], answers[10]]).toEqual(["12", "16", "48", "[ 4, 3 ]"]);
    },
    slow,
  );

  test(
    "node:test",
    () => {
      const folder = makeProject({
        "package.json": '{ "type": "module" }',
        "f.test.js": `
import test from "node:test";
import assert from "node:assert";
import { grad } from "cotangent";
test("gradient", () => { const k = 3; assert.strictEqual(grad((x) => k * x * x)(2), 12); });
`,
      });
      const run = runNode(folder, ["--test", "f.test.js"]);
      expect(run.stdout + run.stderr).toContain("pass 1");
    },
    slow,
  );
});

const library = `
export const table: number[] = [1, 2, 3].map((x) => x);
export enum Power { Single = 1, Double = 2 }
export const K = 3;
export function sq(x: number): number { return x * x * table[1]!; }
export function norm<T extends ArrayLike<number>>(v: T): number { let s = 0; for (let i = 0; i < v.length; i++) s += v[i]! * v[i]!; return s; }
`;
const typed = `
import { grad, jacobian, jvp, stopGradient } from "cotangent";
import * as all from "./library.ts";
import { K, norm, Power, sq, table as values } from "./library.ts";
interface P { a: number; b?: number }
export const f = (p: P, x: number): number => sq(x) * values[0]! * p.a * Power.Double * K;
export function g({ a, b }: P, k = 2): number { return a * k + (b ?? 1) * a; }
function makeScaled(k: number) {
  const w = [k, k + 1];
  const inner = (x: number): number => x * w[1]!;
  return (x: number): number => inner(x) * w[0]!;
}
export const results = (): unknown[] => [
  grad(f)({ a: 2 }, 3),
  grad(f, { argnums: 1 })({ a: 2 }, 3),
  grad(g)({ a: 2 }),
  grad(g)({ a: 2, b: 3 }, 5),
  grad((x: number) => stopGradient(x) * x)(3),
  grad(norm)([1, 2]),
  Array.from(grad(norm)(new Float64Array([1, 2])) as unknown as number[]),
  grad((x) => x * x)(4),
  jacobian((v: number[]) => v.map((x) => x * K))([1, 2]),
  grad(makeScaled(3))(2),
  jvp(grad((x: number) => all.sq(x) * x))([1], [1]),
];
`;
const typedResults = [
  { a: 108, b: 0 },
  144,
  { a: 3, b: 0 },
  { a: 8, b: 2 },
  3,
  [2, 4],
  [2, 4],
  8,
  [
    [3, 0],
    [0, 3],
  ],
  12,
  [6, 12],
];

describe("TypeScript", () => {
  const main = 'import { results } from "./typed.ts";\nconsole.log(JSON.stringify(results()));\n';
  const refused = `import { CotangentError, grad } from "cotangent";
let rate = 2;
rate = 3;
export const f = (x: number): number =>
  x * rate;
try { grad(f)(1); } catch (e) { if (!(e instanceof CotangentError)) throw e; const { code, file, line, column } = e as { code: string; file: string; line: number; column: number }; console.log(JSON.stringify([code, file.split("/").at(-1), line, column])); }
`;

  test.each([
    ["modules", '{ "type": "module" }'],
    ["CommonJS", "{}"],
  ])(
    "by tsx, as %s",
    (_, manifest) => {
      const files = { "package.json": manifest, "library.ts": library, "typed.ts": typed, "main.ts": main };
      const folder = makeProject({ ...files, "refused.ts": refused });
      expect(valuesOf(runNode(folder, ["--import", "tsx", "main.ts"]))).toEqual([typedResults]);
      expect(valuesOf(runNode(folder, ["--import", "tsx", "refused.ts"]))).toEqual([
        ["module-state", "refused.ts", 5, 7],
      ]);
    },
    slow,
  );

  test(
    "in vitest",
    () => {
      const folder = makeProject({
        "package.json": '{ "type": "module" }',
        "library.ts": library,
        "typed.ts": typed,
        "typed.test.ts": `
import { expect, test } from "vitest";
import { results } from "./typed.ts";
test("gradients", () => { expect(results()).toEqual(${JSON.stringify(typedResults)}); }, ${slow});
`,
      });
      const vitest = dirname(createRequire(import.meta.url).resolve("vitest/package.json"));
      symlinkSync(vitest, join(folder, "node_modules/vitest"));
      const run = runNode(folder, [join(vitest, "vitest.mjs"), "run", "--reporter", "json"]);
      expect(JSON.parse(run.stdout)).toMatchObject({ numPassedTests: 1, numFailedTests: 0 });
    },
    slow,
  );

  test(
    "compiled ahead of time, with a map and without, and with one that is out of date",
    () => {
      const js = `import { grad } from "cotangent";
const gains = [2].map((x) => x);
export const f = (x, k) => x * x * gains[0] * k;
console.log(JSON.stringify([grad(f)(3, 1), grad(f, { argnums: 1 })(3, 1)]));
`;
      // A line more than what was compiled, so that the map leads astray.
      const ts = `import { grad } from "cotangent";
const gains: number[] = [2].map((x) => x);
export const f = (x: number, k: number): number => x * x * gains[0]! * k;
console.log(JSON.stringify([grad(f)(3, 1), grad(f, { argnums: 1 })(3, 1)]));
`;
      const compiled = transpiled(ts);
      const folder = makeProject({
        "package.json": '{ "type": "module" }',
        "plain.js": js,
        "mapped.ts": ts,
        "mapped.js": `${compiled.text}//# sourceMappingURL=mapped.js.map\n`,
        "mapped.js.map": compiled.map("mapped.ts"),
        "stale.js": `${compiled.text}//# sourceMappingURL=stale.js.map\n`,
        "stale.js.map": compiled.map("stale.ts"),
        "stale.ts": ts.replace("x * x", "x * x * x"),
      });
      for (const name of ["plain.js", "mapped.js", "stale.js"])
        expect([name, valuesOf(runNode(folder, [name]))]).toEqual([name, [[12, 18]]]);
    },
    slow,
  );
});

describe("what cannot be seen is named", () => {
  test(
    "with the place in the source, and the route that can",
    () => {
      const run = runModule(`
import { CotangentError, grad, gradInto } from "cotangent";
const refusal = (run) => {
  try { run(); } catch (e) { if (e instanceof CotangentError) return [e.code, e.line ?? 0, e.message]; throw e; }
  return "not refused";
};
function f(x, y) { return x * y; }
class Model { constructor() { this.k = 2; } scaled(x) { return this.k * x; } }
const buffer = [0, 0];
function put(a, v) { a[0] = v; }
function two() { let k = 1; const g = (x) => k * x; k = 5; return g; }
const derived = grad(f);
show([
  refusal(() => grad(f.bind(null, 3))(2)),
  refusal(() => grad(Math.sin)(2)),
  refusal(() => grad(Model)(2)),
  refusal(() => grad(new Proxy(f, {}))(2, 3)),
  refusal(() => grad(async (x) => x)(2)),
  refusal(() => grad(function* (x) { yield x; })(2)),
  refusal(() => grad(new Model().scaled)(2)),
  refusal(() => grad((p) => p.k)(new Model())),
  refusal(() => grad((x) => { buffer[0] = x; return buffer[0] * x; })(2)),
  refusal(() => grad((x) => { put(buffer, x); return buffer[0] * x; })(2)),
  refusal(() => grad((a) => { a[0] = a[0] * 2; return buffer[0] * a[1]; })(buffer)),
  refusal(() => gradInto((v) => v[0] * buffer[0])(buffer, [3, 4])),
  refusal(() => grad(two())(1)),
  refusal(() => grad((x) => x * later)(1)),
  refusal(() => grad((x) => derived(x, 3))(2)),
  refusal(() => grad(f, { argnum: 1 })(2, 3)),
]);
const later = [1].map((x) => x)[0];
grad((x) => x * two)(1);
`);
      expect((JSON.parse(run.stdout) as unknown[]).map((r) => (r as unknown[]).slice(0, 2))).toEqual([
        ["source-unseen", 0],
        ["source-unseen", 0],
        ["source-unseen", 0],
        ["source-unseen", 0],
        ["async-function", 19],
        ["generator-function", 20],
        ["this-value", 9],
        ["value-not-taken", 22],
        ["captured-written", 23],
        ["captured-written", 11],
        ["captured-written", 25],
        ["value-not-taken", 0],
        ["captured-reassigned", 12],
        ["captured-unreadable", 28],
        ["not-taken", 29],
        ["not-taken", 0],
      ]);
      expect(run.stdout).toContain("`k`, which the differentiated function reads from outside, is assigned again");
      expect(run.stderr).toContain("app.mjs:33:17 - error function-value: ");
      expect(run.stderr).toContain("33  grad((x) => x * two)(1);");
    },
    slow,
  );

  test(
    "closures that look alike are told apart",
    () => {
      const run = runModule(`
import { grad } from "cotangent";
function shadowed() { const k = 2; const g = (x) => k * x; { const k = 10; return (x) => g(x) * k; } }
show(grad(shadowed())(1));
const pair = [(x) => x * x, (x) => x * x * x]; const same = (n) => pair[n];
show([grad(same(0))(2), grad(same(1))(2), grad(pair[0])(2)]);
const loop = []; for (const i of [1, 2, 3]) loop.push((x) => x * i);
show(loop.map((f) => grad(f)(1)));
const scale = (act = Math.tanh) => (x) => act(x); show([grad(scale())(0), grad(scale(Math.exp))(0), grad(scale((x) => 5 * x))(0)]);
const total = (v) => v.reduce((s, x) => s + (Array.isArray(x) ? x[0] * 2 : x), 0);
const g = grad(total); show([g([1, 2]), g([[1], [2]]), g([1])]);
`);
      expect(valuesOf(run)).toEqual([20, [4, 12, 4], [1, 2, 3], [1, 1, 5], [[1, 1], [[2], [2]], [1]]]);
    },
    slow,
  );
});

describe("the package", () => {
  test("what a browser gets holds no module of Node and no compiler", () => {
    const seen = new Set<string>();
    const visit = (file: string): void => {
      if (seen.has(file)) return;
      seen.add(file);
      const text = readFileSync(file, "utf8");
      const specifiers = [...text.matchAll(/^(?:import|export)\b[^;]*?["']([^"']+)["'];?$/gm)].map((m) => m[1]!);
      for (const specifier of specifiers) {
        expect(specifier, `${file} imports ${specifier}`).toMatch(/^\.{1,2}\//);
        visit(resolve(dirname(file), specifier));
      }
      expect(text).not.toMatch(/\bcreateRequire\b|#typescript|from "node:/);
    };
    visit(join(packageFolder, "dist/index.js"));
    visit(join(packageFolder, "dist/runtime/index.js"));
    expect(seen.size).toBeGreaterThan(2);
  });

  test(
    "is one, for the program and for the hook",
    () => {
      const folder = makeProject({
        "app.ts": `
import { CotangentError, grad } from "cotangent";
const f = (x: number): unknown => ({ x });
try { console.log((grad as never as (f: unknown) => (x: number) => number)(f)(1)); } catch (e) { console.log(e instanceof CotangentError); }
`,
      });
      expect(valuesOf(runNode(folder, ["--import", "cotangent/register", "app.ts"]))).toEqual([true]);
    },
    slow,
  );
});
