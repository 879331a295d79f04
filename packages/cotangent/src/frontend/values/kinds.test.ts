import { expect, test } from "vitest";
import { lowerText } from "../../../test/support/run-lowered.ts";
import { interpret } from "../../ir/interpret.ts";

const mixed = (use: string): string =>
  `export function f(x: number): number { const all: (number | string)[] = ["a", x]; return ${use}; }`;

test("an assertion that does not hold throws, and gives no number", () => {
  const { module, entry } = lowerText(mixed("(all[0] as number) * x"));
  expect(() => interpret(module, entry, [2])).toThrow(TypeError);
});

test("an element that is missing is of no kind", () => {
  const { module, entry } = lowerText(
    "export function f(xs: number[]): number { const all: (number | string)[] = [xs[9]!]; return typeof all[0] === 'number' ? 1 : 2; }",
  );
  expect(() => interpret(module, entry, [[2]])).toThrow(expect.objectContaining({ code: "missing-value" }));
});

test("of a value of several kinds nothing is read that only some have", () => {
  const text = mixed("(all[0] as unknown as { length: number }).length + x");
  expect(() => lowerText(text)).toThrow(expect.objectContaining({ code: "union-type" }));
});

test.each([
  ["union-type", "[1].concat(v).length"],
  ["union-type", "Array(v).length"],
  ["union-type", "Object.is(v, x) ? x : 1"],
  ["union-type", "ArrayBuffer.isView(v) ? x : 1"],
  ["method", "[v, x].flat().length"],
])("what depends on the kind is refused where nobody asks: %s, %s", (code, use) => {
  const text = `export function f(x: number): number { const all: (number | number[])[] = [x, [x, x]]; const v = all[1]!; return ${use}; }`;
  expect(() => lowerText(text)).toThrow(expect.objectContaining({ code }));
});

test("a callback gives one or several, by the kind", () => {
  const { module, entry } = lowerText(
    `export function f(x: number): number {
      const all: (number | number[])[] = [x, [x, x * x], 7];
      return all.flatMap((v) => v).reduce((sum, v, i) => sum + v * (i + 1), 0);
    }`,
  );
  expect(interpret(module, entry, [3])).toEqual([3 + 2 * 3 + 3 * 9 + 4 * 7]);
});

test("what is missing in an indexed object is told from null in it", () => {
  const text = `type J = number | null | J[] | { [k: string]: J };
    export function f(x: number): number {
      const walk = (j: J): number => {
        if (j === null) return 0.5;
        if (typeof j === "number") return j * j;
        if (Array.isArray(j)) return j.reduce((s: number, e) => s + walk(e), 0);
        return Object.keys(j).reduce((s, k) => s + walk(j[k]), 0);
      };
      return walk({ a: x, b: [x * x, null] });
    }`;
  const { module, entry } = lowerText(text);
  expect(interpret(module, entry, [3])).toEqual([9 + 81 + 0.5]);
});
