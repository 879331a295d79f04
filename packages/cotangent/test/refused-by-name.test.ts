/** Programs that are refused for what they are, and not for what would come of it. */
import { expect, test } from "vitest";
import { corpusFolder } from "./support/corpus.ts";
import { lowerFunction, openFiles } from "./support/engines.ts";

const file = `${corpusFolder}refused-by-name.ts`;

test.each([
  [
    "type Tree = { a: number } | Tree[]; export function f(t: Tree): number { return 'a' in t ? t.a : 1; }",
    "union-type",
  ],
  [
    "export function f(x: number): number { class A { static square(v: number): number { return v * v; } } return A.square(x); }",
    "not-taken",
  ],
  [
    "export function f(x: number): number { const w: WeakMap<{ v: number }, number> | number[] = x > 0 ? new WeakMap() : [x]; return w instanceof Map ? 1 : x; }",
    "expression",
  ],
  [
    "const m = new Map([[[1], 2]]); export function f(x: number): number { let s = x; for (const k of m.keys()) s += m.get(k)!; return s; }",
    "map-key",
  ],
])("%s", (text, code) => {
  const source = openFiles([file], new Map([[file, text]]));
  expect(() => lowerFunction(source, file, "f")).toThrow(expect.objectContaining({ code }));
});
