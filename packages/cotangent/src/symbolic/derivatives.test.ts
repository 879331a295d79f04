import { expect, test } from "vitest";
import { openProgram } from "../api/compile.ts";
import { deriveFromRegistered } from "../api/registered.ts";
import { makeSymbolic } from "./derivatives.ts";

const file = "/formulas/engine.ts";
const program = openProgram({
  cwd: "/formulas",
  sources: {
    [file]: `export function f(p: { a: number; b?: number; c: number[] }): number[] { return [p.a * p.c[0]! ** 2, p.c[0]! + (p.b ?? 1)]; }`,
  },
});
type P = { a: number; b?: number; c: number[] };
const f = (p: P): number[] => [p.a * p.c[0]! ** 2, p.c[0]! + (p.b ?? 1)];
const { module, entry } = program.derive(`${file}#f`, { operator: "value" });
const engine = makeSymbolic({ module, entry, names: ["p"] });
const derive = (verb: "jvp" | "vjp"): ((...args: unknown[]) => never) =>
  deriveFromRegistered(verb, f as never, { engine }) as never;

test("a tangent is read along its argument, and not by position", () => {
  const [, tangent] = derive("jvp")([{ a: 2, b: 5, c: [3] }], [{ a: 1, c: [10] }]) as [unknown, unknown];
  expect(tangent).toEqual([9 + 120, 10]);
});

test("what is not a number is not 0", () => {
  const [, pullback] = derive("vjp")({ a: 2, c: [3] }) as [unknown, (w: unknown) => [P]];
  expect(pullback([Number.NaN, 0])[0].a).toBeNaN();
});

test("a pullback does not see what has become of the result", () => {
  const [value, pullback] = derive("vjp")({ a: 2, c: [3] }) as [number[], (w: unknown) => [P]];
  value.length = 0;
  expect(pullback([1, 10])).toEqual([{ a: 9, c: [22] }]);
});
