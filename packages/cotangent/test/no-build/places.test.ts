/** Where functions may stand: CommonJS, evaluated code, the prompt, test runners; TypeScript, run by others or compiled before. */
import { symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { buildSync } from "esbuild";
import ts from "typescript";
import { beforeAll, describe, expect, test } from "vitest";
import { ensureBuilt, makeProject, runNode } from "../cli/built.ts";
import { show, slow, valuesOf } from "./run.ts";

beforeAll(ensureBuilt, 300_000);

/** TypeScript as its own compiler gives it, with a map that does not hold the source. */
function transpiled(text: string): { readonly text: string; readonly map: (file: string) => string } {
  const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, sourceMap: true };
  const { outputText, sourceMapText = "" } = ts.transpileModule(text, { compilerOptions: options });
  return {
    text: outputText.replace(/\/\/# sourceMappingURL.*\n?/, ""),
    map: (file) => JSON.stringify({ ...(JSON.parse(sourceMapText) as object), sources: [file] }),
  };
}

describe("JavaScript", () => {
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
    "a bundle of files in which functions stand at the same place",
    () => {
      const text = (name: string, value: string): string => `export function ${name}(x) { return ${value}; }\n`;
      const folder = makeProject({
        "package.json": '{ "type": "module" }',
        "one.js": text("one", "x * x * 1"),
        "two.js": text("two", "x * x * 2"),
        "app.js": `${show}
import { grad } from "cotangent";
import { one } from "./one.js";
import { two } from "./two.js";
show(grad(one)(3));
show(grad(two)(3));
const twice = (f) => (x) => 2 * f(x);
show(grad(twice(one))(3));
show(grad(twice(two))(3));
`,
      });
      buildSync({
        absWorkingDir: folder,
        entryPoints: ["app.js"],
        outfile: join(folder, "bundle.js"),
        bundle: true,
        format: "esm",
        sourcemap: true,
        packages: "external",
      });
      expect(valuesOf(runNode(folder, ["bundle.js"]))).toEqual([6, 12, 12, 24]);
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
