import { readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ensureBuilt, makeProject, packageFolder, runNode } from "./built.ts";

const readme = readFileSync(resolve(packageFolder, "../../README.md"), "utf8");
const projects: string[] = [];

beforeAll(ensureBuilt, 120_000);
afterAll(() => {
  for (const folder of projects) rmSync(folder, { recursive: true });
});

test("the README's first example prints what it says", { timeout: 60_000 }, () => {
  const example = /```ts\n(import \{ valueAndGrad \}.*?)```/s.exec(readme)![1]!;
  const { stdout, stderr } = runNode(makeFile("main.ts", example), ["--import", "cotangent/register", "main.ts"]);
  const [value, slope] = [...stdout.matchAll(/-?\d[\d.e-]*/g)].map((m) => Number(m[0]));
  expect(stderr).toBe("");
  expect([value, slope]).toEqual([expect.closeTo(Math.SQRT2, 12), expect.closeTo(Math.SQRT1_2 / 2, 12)]);
});

test("the README's JavaScript prints what it says", { timeout: 60_000 }, () => {
  const example = /```js\n(import \{ grad \}.*?)```/s.exec(readme)![1]!;
  const { stdout, stderr } = runNode(makeFile("main.mjs", example), ["main.mjs"]);
  expect(stderr).toBe("");
  expect(stdout).toBe("12\n");
});

test("the README's refusal is what the command prints", { timeout: 60_000 }, () => {
  const refusal = /```\n(model\.ts:4:\d+ - error .*?)```/s.exec(readme)![1]!;
  const [, , line] = refusal.split("\n");
  const source = `export function f(x: number): number {\n  // Noise of the measurement.\n  let y = x;\n${line!.slice(3)}\n  y += noise;\n  return y;\n}\n`;
  const { stderr } = runNode(makeFile("model.ts", source), [
    join(packageFolder, "bin/cotangent.js"),
    "grad",
    "model.ts#f",
  ]);
  expect(stderr).toBe(refusal);
});

function makeFile(name: string, text: string): string {
  const folder = makeProject({ "package.json": '{ "type": "module" }', [name]: text });
  projects.push(folder);
  return folder;
}
