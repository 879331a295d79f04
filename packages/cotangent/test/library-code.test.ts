/** What is refused in the code of methods is shown at the call of the program. */
import { expect, test } from "vitest";
import type { CotangentError } from "../src/core/errors.ts";
import { corpusFolder } from "./support/corpus.ts";
import { lowerFunction, openFiles } from "./support/engines.ts";

const file = `${corpusFolder}library-code.ts`;

test.each([
  ["type-mismatch", "xs.flatMap((x) => (x > 0 ? [x, 1] : undefined)).length", "xs.flatMap(("],
  ["dynamic-key", 'xs.flatMap((x) => [x, "a"] as [number, string]).length', "xs.flatMap(("],
  ["function-identity", "xs.map((x) => () => x).indexOf(() => 2)", "xs.map(("],
  // In a callback, which the code of another method calls.
  ["function-identity", "xs.map((x) => [() => x].indexOf(() => 1)).length", "[() => x].indexOf"],
])("%s in %s", (code, expression, called) => {
  const text = `export function f(xs: number[]): number {\n  return ${expression};\n}`;
  const source = openFiles([file], new Map([[file, text]]));
  let refused: CotangentError | undefined;
  try {
    lowerFunction(source, file, "f");
  } catch (error) {
    refused = error as CotangentError;
  }
  expect(refused?.code).toBe(code);
  expect(refused?.file).toBe(file);
  expect(refused?.line).toBe(2);
  expect(text.slice(refused?.span?.start).startsWith(called)).toBe(true);
  expect(refused?.message).toContain(`in what \`${called.slice(0, 8)}`);
});
