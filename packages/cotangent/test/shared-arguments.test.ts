/**
 * One object passed as arguments of two types, by a function that writes one of them: its shadows of the two types
 * cannot be one object, so the derivative is refused when it is called.
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
`;
const source = openFiles([file], new Map([[file, text]]));

describe.each(engines.map((engine) => [engine.name, engine] as const))("%s", (_, engine) => {
  test("an object that is arguments of two types", async () => {
    const lowered = lowerFunction(source, file, "scaled");
    const gradient = await engine.derive(lowered, { operator: "grad", argnums: [0, 1] }, new Map());
    const p = { x: 3, y: 5 };
    expect(() => gradient(p, p)).toThrow(/one object is reached as values of two types/);
    expect(gradient({ x: 3 }, { x: 3, y: 5 })).toEqual([{ x: 30 }, { x: 0, y: 9 }]);
  });
});
