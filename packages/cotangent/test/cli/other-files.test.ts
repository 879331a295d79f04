/**
 * Files that are not plain TypeScript: JavaScript whose types are in comments, and modules with JSX. On the command line
 * and under the hook, without a configuration and with one that does not speak of them.
 */
import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCommand } from "../../src/cli/commands.ts";
import { ensureBuilt, makeProject, runNode } from "./built.ts";

const files = {
  "package.json": '{ "type": "module" }',
  "types.ts": "export interface Vec { readonly x: number; readonly y: number }",
  "model.js": `
/**
 * @typedef {{ w: number[], b: number, name?: string }} Model
 * @typedef {import("./types.ts").Vec} Vec
 */
/** @template T @param {readonly T[]} xs @param {(x: T) => number} f */
const total = (xs, f) => xs.reduce((s, x) => s + f(x), 0);

/** @param {Model} m @param {readonly number[]} x @returns {number} */
export function predict(m, x) {
  /** @type {number[]} */
  const terms = [];
  for (let i = 0; i < x.length; i++) terms.push(m.w[i] * x[i]);
  return total(terms, (t) => t) * /** @type {number} */ (m.b);
}
/** @type {(v: Vec, k?: number) => number} */
export const norm = (v, k = 2) => (v.x ** k + v.y ** k) ** (1 / k);

class Squares {
  /** @type {number[]} */
  #seen = [];
  /** @param {number} x */
  add(x) {
    this.#seen.push(x);
    return this;
  }
  get total() {
    return this.#seen.reduce((a, b) => a + b * b, 0);
  }
}
/** @param {number} x */
export const counted = (x) => new Squares().add(x).add(x * x).total;
export const untyped = (x) => x * x;
`,
  "view.tsx": `
interface Props { readonly x: number; readonly scale?: number }
const same = <T,>(v: T): T => v;
export const area = ({ x, scale = 1 }: Props): number => same(scale) * x ** 2;
export const View = (props: Props): unknown => <p title="area">{area(props)}</p>;
`,
  "node_modules/react/package.json":
    '{ "name": "react", "exports": { "./jsx-runtime": "./jsx.js" }, "type": "module" }',
  "node_modules/react/jsx.js": "export const jsx = (type, props) => ({ type, props });",
  "script.js": `
import { grad } from "cotangent";
import { counted, predict } from "./model.js";
import { area } from "./view.tsx";
/** @param {number} x */
const own = (x) => counted(x) * area({ x });
console.log(JSON.stringify([grad(predict)({ w: [1, 2], b: 3 }, [4, 5]), grad(own)(2)]));
`,
  "main.ts": `
import { grad } from "cotangent";
import { counted, norm } from "./model.js";
import { area, View } from "./view.tsx";
console.log(JSON.stringify([grad(norm)({ x: 3, y: 4 }), grad(area)({ x: 3 }), grad((x: number) => counted(x) * area({ x }))(2)]));
if (typeof View !== "function") throw new Error("no view");
`,
};

describe.each([
  ["without a configuration", {}],
  ["with one", { "tsconfig.json": '{ "compilerOptions": { "strict": true, "jsx": "react-jsx" } }' }],
])("%s", (_, more) => {
  let folder: string;
  beforeAll(() => {
    ensureBuilt();
    folder = makeProject({ ...files, ...more });
  }, 300_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  async function evaluate(target: string, at: string): Promise<{ derivative: unknown; error?: { code: string } }> {
    let out = "";
    const host = { out: (text: string) => (out += text), err: () => {}, lines: async function* () {} };
    const colors = { out: false, err: false };
    const load = (file: string): Promise<Record<string, unknown>> => import(file);
    await runCommand(["eval", target, "--at", at, "--json"], { ...host, load, cwd: folder, colors });
    return JSON.parse(out);
  }

  test.each([
    ["model.js#predict", '[{"w":[1,2],"b":3},[4,5]]', { w: [12, 15], b: 14, name: null }],
    ["model.js#norm", '[{"x":3,"y":4}]', { x: expect.closeTo(0.6, 14), y: expect.closeTo(0.8, 14) }],
    ["model.js#counted", "[2]", 4 + 32],
    ["view.tsx#area", '[{"x":3,"scale":2}]', { x: 12, scale: 9 }],
  ])("the command takes %s", async (target, at, expected) => {
    expect((await evaluate(target, at)).derivative).toEqual(expected);
  });

  test("the command asks for types where JavaScript says none", async () => {
    expect((await evaluate("model.js#untyped", "[2]")).error?.code).toBe("any-type");
  });

  // d/dx (x² + x⁴) x² = 4 x³ + 6 x⁵
  test.each([
    ["script.js", [{ w: [12, 15], b: 14, name: null }, 4 * 8 + 6 * 32]],
    ["main.ts", [{ x: expect.closeTo(0.6, 14), y: 0.8 }, { x: 6, scale: 0 }, 4 * 8 + 6 * 32]],
  ])("the hook takes %s", (main, expected) => {
    const { status, stdout, stderr } = runNode(folder, ["--import", "cotangent/register", main]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(JSON.parse(stdout)).toEqual(expected);
  });
});
