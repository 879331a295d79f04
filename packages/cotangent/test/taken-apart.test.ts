/**
 * Patterns take values from a generator one by one, and bind each before the next. Compiled code takes them all first,
 * which is refused where the generator, or a `next`, could tell.
 */
import { expect, test } from "vitest";
import { openProgram } from "../src/api/compile.ts";

const generator =
  "let k = x; const buffer = [x]; function* g(): Generator<number[]> { k *= 2; buffer[0]! += k; yield buffer; yield [k]; }";
const program = (statements: string): string => `export function f(x: number): number { ${generator} ${statements} }`;

const seen: Readonly<Record<string, string>> = {
  "a default": "const [a = [k], b] = g(); return a[0]! + b![0]!;",
  "a pattern inside": "const [[a], b] = g(); return a! + b![0]!;",
  "a hoisted variable": "var [a, b] = g(); return a![0]! + b![0]!;",
};
const unseen: Readonly<Record<string, string>> = {
  constants: "const [a, b] = g(); return a![0]! + b![0]!;",
  "a pattern at the end": "const [a, [b] = [k]] = g(); return a![0]! + b!;",
  "a rest": "const [a, ...rest] = g(); return a![0]! + rest[0]![0]!;",
};

const refusal = (statements: string): unknown => {
  const file = "/taken/apart.ts";
  try {
    openProgram({ cwd: "/taken", sources: { [file]: program(statements) } }).derive(`${file}#f`, { operator: "grad" });
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  }
};

test.each(Object.entries(seen))("%s is refused", (_, statements) => {
  expect(refusal(statements)).toBe("generator-object");
});
test.each(Object.entries(unseen))("%s is taken", (_, statements) => {
  expect(refusal(statements)).toBeUndefined();
});
