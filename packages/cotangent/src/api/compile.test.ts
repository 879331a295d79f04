import { expect, test } from "vitest";
import { CotangentError } from "../core/errors.ts";
import { findConfig, openProgram, splitTarget } from "./compile.ts";
import { evaluateText } from "./evaluate.ts";

const sources = {
  "/virtual/model.ts": `
import { half } from "./half.ts";
export function f(x: number): number {
  return half(x) ** 3;
}
export const table: number[] = [1, 2].map(half);
export function looked(x: number): number {
  return x * table[1]!;
}
export function broken(x: number): number {
  const y: string = x;
  return x * Math.random();
}
`,
  "/virtual/half.ts": "export function half(x: number): number {\n  return x / 2;\n}\n",
};

test("a program may be in memory alone", async () => {
  const program = openProgram({ cwd: "/virtual", sources });
  const { text, name, mode, strategy } = program.derive("model.ts#f", { operator: "jvp" });
  expect({ mode, strategy }).toEqual({ mode: "forward", strategy: null });
  const functions = await evaluateText(text);
  expect(functions.get(name)?.([4], [1])).toEqual([8, 6]);
});

test("what was compiled is kept", () => {
  const program = openProgram({ cwd: "/virtual", sources });
  const first = program.derive("model.ts#f", { operator: "jvp" });
  expect(program.derive("/virtual/model.ts#f", { operator: "jvp" }).module).toBe(first.module);
  expect(program.derive("model.ts#f", { operator: "jvp", argnums: [0] }).module).not.toBe(first.module);
});

test("an operator applies to the result of another", async () => {
  const program = openProgram({ cwd: "/virtual", sources });
  const { text, name } = program.derive("model.ts#f", [
    { operator: "grad", mode: "forward" },
    { operator: "grad", mode: "forward" },
  ]);
  const functions = await evaluateText(text);
  expect(functions.get(name)?.(4)).toBe(3);
});

test("constants are imported from where they are, seen from the file that is written", () => {
  const program = openProgram({ cwd: "/virtual", sources });
  const request = { operator: "jvp" } as const;
  expect(program.derive("model.ts#looked", request).text).toContain('from "/virtual/model.ts"');
  const placed = program.derive("model.ts#looked", request, { outFile: "/virtual/made/out.ts" });
  expect(placed.text).toContain('import { table } from "../model.ts";');
});

test("every error is listed, the first one first", () => {
  const program = openProgram({ cwd: "/virtual", sources });
  try {
    program.derive("model.ts#broken", { operator: "grad" });
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(CotangentError);
    const { code, file, line, column } = error as CotangentError;
    expect({ code, file, line, column }).toEqual({ code: "TS2322", file: "/virtual/model.ts", line: 11, column: 9 });
  }
});

test("targets are split at the last #", () => {
  expect(splitTarget("a#b/c.ts#f")).toEqual({ file: "a#b/c.ts", name: "f" });
  expect(() => splitTarget("c.ts")).toThrow(CotangentError);
});

test("a configuration is looked for above the file, and not in packages", () => {
  expect(findConfig(import.meta.filename, "/")).toMatch(/packages\/cotangent\/tsconfig\.json$/);
  expect(findConfig("/node_modules/x/f.ts", "/")).toBeUndefined();
});
