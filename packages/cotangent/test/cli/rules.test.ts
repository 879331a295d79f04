import { rmSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ensureBuilt, makeProject, runNode } from "./built.ts";

// Functions with rules on every route: the hook, the command, and no build step at all.

beforeAll(ensureBuilt, 300_000);
const projects: string[] = [];
afterAll(() => {
  for (const folder of projects) rmSync(folder, { recursive: true });
});

const slow = 240_000;

/** A package without source, and a module that gives its functions derivatives. */
const files = {
  "package.json": '{ "type": "module" }',
  "node_modules/bessel/package.json":
    '{ "name": "bessel", "type": "module", "main": "index.js", "types": "index.d.ts" }',
  "node_modules/bessel/index.js": `
let calls = 0;
export function bump(x) { calls++; return x > 0 ? Math.exp(-1 / x) : 0; }
export const count = () => calls;
`,
  "node_modules/bessel/index.d.ts": `
export declare function bump(x: number): number;
export declare function count(): number;
`,
  "rules.ts": `
import { customJvp, customVjp, inactive } from "cotangent";
import { bump as theirs } from "bessel";

export const bump: (x: number) => number = customVjp(theirs, (x) => {
  const y = bump(x);
  return [y, (bar) => [x > 0 ? (bar * y) / (x * x) : 0]];
});
const scale = inactive((x: number) => Math.round(x * 4));
const cube: (x: number) => number = customJvp((x: number) => x ** 3, ([x], [dx]) => [cube(x), 3 * x * x * dx]);
export function f(x: number): number {
  return scale(x) * bump(x) + cube(x);
}
`,
};

function project(more: Readonly<Record<string, string>>): string {
  const folder = makeProject({ ...files, ...more });
  projects.push(folder);
  return folder;
}

/** f = 4 exp(-1/x) + x³ around x = 1. */
const slope = 4 * Math.exp(-1) + 3;
const curvature = 4 * (Math.exp(-1) - 2 * Math.exp(-1)) + 6;

test("under the hook", { timeout: slow }, () => {
  const folder = project({
    "main.ts": `
      import { grad, hessian } from "cotangent";
      import { bump, f } from "./rules.ts";
      console.log(JSON.stringify([grad(f)(1), grad(f, { mode: "reverse" })(1), hessian(f)(1), grad(bump)(1), f(1)]));`,
  });
  const { stdout, stderr } = runNode(folder, ["--import", "cotangent/register", "main.ts"]);
  expect(stderr).toBe("");
  const close = (x: number) => expect.closeTo(x, 10);
  expect(JSON.parse(stdout)).toEqual([
    close(slope),
    close(slope),
    close(curvature),
    close(Math.exp(-1)),
    close(4 * Math.exp(-1) + 1),
  ]);
});

test("by the command, where what is inactive must be exported", { timeout: slow }, () => {
  const folder = project({});
  const command = ["node_modules/cotangent/bin/cotangent.js", "eval", "--json", "--at", "[1]"];
  const found = runNode(folder, ["--import", "tsx", ...command, "rules.ts#bump"]);
  expect(JSON.parse(found.stdout)).toMatchObject({
    value: expect.closeTo(Math.exp(-1), 12),
    derivative: expect.closeTo(Math.exp(-1), 12),
  });
  const refused = JSON.parse(runNode(folder, [...command, "rules.ts#f"]).stdout);
  expect(refused.error.code).toBe("rule-private");
});

test("without a build step", { timeout: slow }, () => {
  const folder = project({
    "app.mjs": `
import { customJvp, customVjp, grad, hessian, inactive, vjp } from "cotangent";
import { bump as theirs, count } from "bessel";
const bump = customVjp(inactive(theirs), (x) => {
  const y = bump(x);
  return [y, (bar) => [x > 0 ? (bar * y) / (x * x) : 0]];
});
/** @type {(x: number) => number} */
const scale = inactive((x) => Math.round(x * 4));
const square = customJvp((x) => x * x, ([x], [dx]) => [x * x, 2 * x * dx]);
const cube = customJvp((x) => x ** 3, ([x], [dx]) => [x ** 3, 3 * square(x) * dx]);
const f = (x) => scale(x) * bump(x) + cube(x);
const before = count();
console.log(JSON.stringify([
  grad(f)(1), grad(f, { mode: "reverse" })(1), hessian(f)(1), grad(cube)(2), hessian(cube)(2), vjp(bump)(1)[1](2)[0], count() > before,
]));
const made = (k) => customVjp((x) => k * x, (x) => [k * x, (bar) => [k * bar]]);
console.log(JSON.stringify([2, 3, 2].map((k) => grad(made(k))(1))));
`,
  });
  const { stdout, stderr } = runNode(folder, ["app.mjs"]);
  expect(stderr).toBe("");
  const close = (x: number) => expect.closeTo(x, 10);
  const [first, second] = stdout.trim().split("\n");
  expect(JSON.parse(first as string)).toEqual([
    close(slope),
    close(slope),
    close(curvature),
    12,
    12,
    close(2 * Math.exp(-1)),
    true,
  ]);
  expect(JSON.parse(second as string)).toEqual([2, 3, 2]);
});

const published = {
  "package.json": '{ "type": "module" }',
  "node_modules/vectors/package.json":
    '{ "name": "vectors", "type": "module", "main": "index.js", "types": "index.d.ts" }',
  "node_modules/vectors/index.js": `
export function bump(x) { return x > 0 ? Math.exp(-1 / x) : 0; }
export function scale(out, a, s) {
  for (let i = 0; i < a.length; i++) out[i] = a[i] * s;
  return out;
}
`,
  "node_modules/vectors/index.d.ts": `
export declare function bump(x: number): number;
export declare function scale(out: number[], a: readonly number[], s: number): number[];
`,
  "node_modules/vectors-rules/package.json": `{
  "name": "vectors-rules",
  "type": "module",
  "exports": { ".": { "types": "./index.ts", "node": "./index.js", "default": "./index.ts" } }
}`,
  ...Object.fromEntries(
    ["ts", "js"].map((ending) => [
      `node_modules/vectors-rules/index.${ending}`,
      `
import { customVjp } from "cotangent";
import { bump, scale } from "vectors";

export const bumpWithRule${ending === "ts" ? ": (x: number) => number" : ""} = customVjp(bump, (x) => {
  const y = bumpWithRule(x);
  return [y, (bar) => [x > 0 ? (bar * y) / (x * x) : 0]];
});
export const scaleWithRule = customVjp(
  scale,
  (out, a, s) => [
    [a.map((v) => v * s)],
    ([bar]) => [out.map(() => 0), bar.map((b) => b * s), bar.reduce((sum, b, i) => sum + b * a[i]${ending === "ts" ? "!" : ""}, 0)],
  ],
  { outputs: [0] },
);
`,
    ]),
  ),
};
const use = (types: boolean): string => `
import { checkDerivatives, grad, hessian, useRules, vjp } from "cotangent";
import * as vectors from "vectors";
import { bump, scale } from "vectors";
import * as rules from "vectors-rules";

useRules(rules);
export function f(x${types ? ": number" : ""})${types ? ": number" : ""} {
  return 4 * bump(x) + vectors.bump(2 * x) * x;
}
export function g(x${types ? ": number[]" : ""}, s${types ? ": number" : ""})${types ? ": number" : ""} {
  const out = [0, 0];
  const same = scale(out, x, s);
  same[0]${types ? "!" : ""} *= 2;
  return out[0]${types ? "!" : ""} * out[1]${types ? "!" : ""} + [0.3].map(bump)[0]${types ? "!" : ""} * s;
}
const all = [grad(f)(1), vjp(g)([1, 2], 3)[1](1), grad(bump)(1), hessian(f)(1), checkDerivatives(g, [[1, 2], 3]).ok];
console.log(JSON.stringify(all));
`;

test("rules of a package for the functions of another, which are called as they are", { timeout: slow }, () => {
  const folder = makeProject({ ...published, "use.ts": use(true), "use.mjs": use(false) });
  projects.push(folder);
  const b = (x: number): number => Math.exp(-1 / x);
  const db = (x: number): number => b(x) / (x * x);
  for (const args of [["--import", "cotangent/register", "use.ts"], ["use.mjs"]]) {
    const run = runNode(folder, args);
    expect(run.stderr).toBe("");
    const [slope, [byX, byS], bySelf, , isRight] = JSON.parse(run.stdout) as [
      number,
      [number[], number],
      number,
      number,
      boolean,
    ];
    expect(slope).toBeCloseTo(4 * db(1) + b(2) + 2 * db(2), 12);
    expect(byX).toEqual([36, 18]);
    expect(byS).toBeCloseTo(24 + b(0.3), 12);
    expect(bySelf).toBeCloseTo(db(1), 12);
    expect(isRight).toBe(true);
  }
  const command = runNode(folder, [
    ...["--import", "tsx"],
    "node_modules/cotangent/bin/cotangent.js",
    ...["eval", "use.ts#g", "--at", "[[1,2],3]", "--argnums", "0", "--json"],
  ]);
  expect(JSON.parse(command.stdout)).toMatchObject({ derivative: [36, 18] });
});
