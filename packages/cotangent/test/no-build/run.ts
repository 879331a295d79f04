/** Programs that differentiate without a build step, as people run them: no hook, no plugin, the package as it is built. */
import { expect } from "vitest";
import { makeProject, type Run, runNode } from "../cli/built.ts";

/** How long a test may take that starts processes. */
export const slow = 240_000;

/** What the program prints with `JSON.stringify`, line by line. Nothing may be written to stderr. */
export function valuesOf(run: Run): unknown[] {
  expect(run.stderr).toBe("");
  expect(run.status).toBe(0);
  return run.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);
}

/** What such a program prints by. */
export const show: string =
  "const show = (x) => console.log(JSON.stringify(x, (_, v) => (ArrayBuffer.isView(v) ? [...v] : v)));\n";

/** Runs JavaScript as a module in a project of these files. */
export function runModule(code: string, files: Readonly<Record<string, string>> = {}): Run {
  const folder = makeProject({ "package.json": '{ "type": "module" }', ...files, "app.mjs": show + code });
  return runNode(folder, ["app.mjs"]);
}
