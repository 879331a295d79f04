/** Arrays that grow inside an argument: its derivative has the lengths that they had at entry. */
import { expect, test } from "vitest";
import { evaluateText } from "../src/api/evaluate.ts";
import { openProgram } from "../src/compiler.ts";

const text = `
export function grown(o: { rows: number[][] }): number {
  o.rows[0].push(o.rows[0][0] * 2);
  let s = 0;
  for (const v of o.rows[0]) s += v * v;
  return s;
}
export function overwritten(o: { rows: number[][]; w: number }): number {
  o.rows[0][1] = o.rows[0][0] * o.w;
  o.w *= 2;
  return o.rows[0][1] * o.w;
}
`;
const program = openProgram({ sources: { "rows.ts": text } });

async function derive(name: string, operator: "grad" | "vjp"): Promise<(...args: unknown[]) => unknown> {
  const derived = program.derive(`rows.ts#${name}`, { operator, argnums: 0, mode: "reverse" });
  return (await evaluateText(derived.text)).get(derived.name) as (...args: unknown[]) => unknown;
}

test("a row that grows has the derivative by what it was at entry, in both motions", async () => {
  const point = { rows: [[1, 2], [3]] };
  const expected = { rows: [[10, 4], [0]] };
  expect((await derive("grown", "grad"))(structuredClone(point))).toEqual(expected);
  const [value, pullback] = (await derive("grown", "vjp"))(structuredClone(point)) as [number, (w: number) => unknown];
  expect(value).toBe(9);
  expect([pullback(1), pullback(1)]).toEqual([[expected], [expected]]);
});

test("rows that are only overwritten have the derivative at their places", async () => {
  const point = { rows: [[1, 2], [3]], w: 3 };
  const expected = { rows: [[18, 0], [0]], w: 12 };
  expect((await derive("overwritten", "grad"))(structuredClone(point))).toEqual(expected);
  const vjp = await derive("overwritten", "vjp");
  const [, pullback] = vjp(structuredClone(point)) as [number, (w: number) => unknown[]];
  expect(pullback(1)).toEqual([expected]);
  expect(pullback(1)).toEqual([expected]);
});
