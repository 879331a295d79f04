/**
 * Copies keep what is shared: a row that stands twice in what is copied stands twice in the copy, and what is stored through
 * one name is read through the other. So do their shadows, also where the copy begins as one of constants. `linearize`,
 * whose second sweep does not see the copy, refuses these, so they are not in the corpus.
 */
import { expect, test } from "vitest";
import { evaluateText } from "../src/api/evaluate.ts";
import { type OperatorRequest, openProgram } from "../src/compiler.ts";

const text = `
import { stopGradient } from "cotangent";
export function detached(x: number, y: number): number {
  const row = [x, 2];
  const rows = stopGradient([row, row]);
  rows[0][0] = y * y;
  return rows[1][0] * y + x;
}
export function constants(x: number, y: number): number {
  const row = [1, 2];
  const rows = structuredClone([row, row]);
  rows[0][0] = y * y;
  return rows[1][0] * y + x;
}
export function beside(x: number, y: number): number {
  const row = [1, 2];
  const held = structuredClone({ a: row, b: row });
  held.a[0] = y * y;
  return held.b[0] * y + x;
}
`;
const program = openProgram({ sources: { "/virtual/copies.ts": text } });
const names = ["detached", "constants", "beside"];

async function derive(name: string, request: OperatorRequest): Promise<(...args: unknown[]) => unknown> {
  const made = program.derive(`/virtual/copies.ts#${name}`, { argnums: [0, 1], ...request });
  return (await evaluateText(made.text)).get(made.name) as (...args: unknown[]) => unknown;
}

test.each(names)("%s: y³ + x, in every mode", async (name) => {
  const [x, y] = [2, 3];
  const gradient = [1, 3 * y * y];
  const jvp = await derive(name, { operator: "jvp" });
  expect(jvp([x, y], [0.5, -1])).toEqual([y ** 3 + x, 0.5 - 3 * y * y]);
  for (const mode of ["forward", "reverse"] as const) {
    expect((await derive(name, { operator: "grad", mode }))(x, y)).toEqual(gradient);
    expect((await derive(name, { operator: "jacobian", mode }))(x, y)).toEqual(gradient);
  }
  for (const strategy of ["tape", "closure"] as const) {
    const [, pullback] = (await derive(name, { operator: "vjp", strategy }))(x, y) as [number, (w: number) => unknown];
    expect(pullback(1)).toEqual(gradient);
  }
  const taylor = await derive(name, { operator: "derivative", argnums: 1, order: 2 });
  expect(taylor(x, y)).toBeCloseTo(6 * y, 12);
});

test.each(names)("%s: linearize is refused", (name) => {
  expect(() => program.derive(`/virtual/copies.ts#${name}`, { operator: "linearize" })).toThrow(
    expect.objectContaining({ code: "not-taken" }) as Error,
  );
});
