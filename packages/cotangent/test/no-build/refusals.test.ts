/** What cannot be seen from a running process is refused by name; and what the package gives whom. */
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { ensureBuilt, makeProject, packageFolder, runNode } from "../cli/built.ts";
import { runModule, slow, valuesOf } from "./run.ts";

beforeAll(ensureBuilt, 300_000);

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

describe("tangents without declared types", () => {
  test(
    "have the form of the arguments",
    () => {
      const run = runModule(`
import { hvp, jvp } from "cotangent";
const code = (run) => { try { run(); } catch (e) { return e.code; } return "taken"; };
const f = (x, y) => x * x * y;
const g = (v) => v[0] * v[1];
show([
  jvp(f)([2, 3], [1, 0]),
  jvp(f, { argnums: 1 })([2, 3], [1]),
  code(() => jvp(f)([2, 3], [1])),
  code(() => jvp(f)([2, 3], ["1", 0])),
  code(() => jvp(f)([2, 3], 1)),
  code(() => jvp(f, { argnums: 1 })([2, 3], [1, 0])),
  code(() => jvp(g)([[2, 3]], [[1, 0, 0]])),
  code(() => hvp(f)([2, 3], "1")),
  code(() => hvp(f, { argnums: [0, 1] })([2, 3], [1])),
  hvp(f, { argnums: [0, 1] })([2, 3], [1, 0]),
]);
`);
      const refused = "structure-mismatch";
      expect(valuesOf(run)).toEqual([
        [[12, 12], [12, 4], refused, refused, refused, refused, refused, refused, refused, [6, 4]],
      ]);
    },
    slow,
  );
});
