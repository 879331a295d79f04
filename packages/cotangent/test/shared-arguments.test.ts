/**
 * One object passed as arguments of two types, by a function that writes one of them: where its shadows of the two types
 * cannot be one object, the derivative is refused when it is called; where they can, what is read after a write is what was
 * written.
 */
import { describe, expect, test } from "vitest";
import { engines, lowerFunction, openFiles } from "./support/engines.ts";

const file = "/shared-arguments/model.ts";
const text = `
export function scaled(a: { x: number }, b: { x: number; y: number }): number {
  const before = b.x;
  a.x *= 2;
  return (a.x - before) * b.x * b.y;
}
export function missingElements(a: number[], b: (number | undefined)[]): number {
  const before = a[0]!;
  b[0] = before * 5;
  return before * a[0]! + a[1]!;
}
export function missingField(a: { v: number }, b: { v?: number }): number {
  const before = a.v;
  b.v = before * 3;
  return before * a.v;
}
export function anotherOrder(a: { v: number; w: number }, b: { w: number; v: number }): number {
  const before = a.v;
  b.v = before * 3;
  return before * a.v;
}
export function missingInside(a: { v: number[] }, b: { v: (number | null)[] }): number {
  const before = a.v[0]!;
  b.v[0] = before * 3;
  return before * a.v[0]!;
}
export function missingParts(a: ({ v: number } | null)[], b: { v: number }[]): number {
  const before = a[0]!.v;
  b[0]!.v = before * 3;
  return before * a[0]!.v;
}
export function steered(a: { v: number; tag: string }, b: { tag: string }): number {
  const start = a.tag === "z" ? 1 : a.v;
  b.tag = "z";
  return start + (a.tag === "z" ? a.v * a.v : 5);
}
`;
/** What a program is called with as both arguments, tangents of ones, its value, and its derivative by that along them. */
const alike: Readonly<Record<string, readonly [make: () => unknown, ones: unknown, value: number, slope: number]>> = {
  missingElements: [() => [2, 7], [1, 1], 27, 21],
  missingField: [() => ({ v: 2 }), { v: 1 }, 12, 12],
  anotherOrder: [() => ({ v: 2, w: 1 }), { v: 1, w: 0 }, 12, 12],
  missingInside: [() => ({ v: [2] }), { v: [1] }, 12, 12],
  missingParts: [() => [{ v: 2 }], [{ v: 1 }], 12, 12],
};
const source = openFiles([file], new Map([[file, text]]));

describe.each(engines.map((engine) => [engine.name, engine] as const))("%s", (_, engine) => {
  test("an object that is arguments of two types", async () => {
    const lowered = lowerFunction(source, file, "scaled");
    const gradient = await engine.derive(lowered, { operator: "grad", argnums: [0, 1] }, new Map());
    const p = { x: 3, y: 5 };
    expect(() => gradient(p, p)).toThrow(/one object is reached as values of two types/);
    expect(gradient({ x: 3 }, { x: 3, y: 5 })).toEqual([{ x: 30 }, { x: 0, y: 9 }]);
  });

  test.each(Object.entries(alike))("%s", async (name, [make, ones, value, slope]) => {
    const lowered = lowerFunction(source, file, name);
    const both = make();
    const jvp = await engine.derive(lowered, { operator: "jvp", argnums: [0, 1] });
    const along = jvp([both, both], [ones, ones]) as [number, number];
    const again = make();
    const vjp = await engine.derive(lowered, { operator: "vjp", argnums: [0, 1] });
    const [given, pullback] = vjp(again, again) as [number, (w: number) => unknown];
    expect([along[0], given]).toEqual([value, value]);
    // Each of the two has the derivative by the object that they are, and tangents of both add up.
    expect(along[1]).toBe(2 * slope);
    expect((pullback(1) as unknown[]).map(sumOf)).toEqual([slope, slope]);
  });

  test("a text that is written under another type", async () => {
    const gradient = await engine.derive(lowerFunction(source, file, "steered"), { operator: "grad", argnums: [0] });
    const both = { v: 3, tag: "a" };
    expect(gradient(both, both)).toEqual([{ v: 7, tag: null }]);
  });
});

function sumOf(structure: unknown): number {
  if (typeof structure === "number") return structure;
  return Object.values(structure as object).reduce((sum: number, part) => sum + sumOf(part), 0);
}
