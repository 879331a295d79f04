import { expect, test } from "vitest";
import { openProgram } from "./compile.ts";
import { evaluateText } from "./evaluate.ts";
import type { OperatorRequest } from "./operators.ts";

const file = "/virtual/finite.ts";
const text = `
export function logarithm(x: number, y: number): number {
  const scaled = x * y;
  return Math.log(scaled) * y;
}
export function root(x: number[]): number {
  let sum = 0;
  for (const v of x) sum += Math.sqrt(v);
  return sum;
}
export function larger(x: number): number {
  return Math.max(x, 1 - x) ** 2;
}
`;
const program = openProgram({ sources: { [file]: text } });

async function derive(name: string, request: OperatorRequest): Promise<(...args: unknown[]) => unknown> {
  const made = program.derive(`${file}#${name}`, { ...request, checkFinite: true });
  const functions = await evaluateText(made.text);
  return functions.get(made.name) as (...args: unknown[]) => unknown;
}

test("the first primal that is not finite, with its place and operands", async () => {
  for (const operator of ["value", "grad", "jvp"] as const) {
    const f = await derive("logarithm", { operator });
    const call = (): unknown => (operator === "jvp" ? f([0, 2], [1, 0]) : f(0, 2));
    expect(call).toThrow(/is -Infinity at \/virtual\/finite\.ts:4:10, `Math\.log\(scaled\)`, made of scaled = 0/);
    expect(call).toThrow(expect.objectContaining({ code: "not-finite" }));
  }
});

test("a cotangent and a tangent where the primal is finite", async () => {
  for (const mode of ["reverse", "forward"] as const) {
    const f = await derive("root", { operator: "grad", mode });
    expect(f([4, 9])).toEqual([0.25, 1 / 6]);
    expect(() => f([4, 0])).toThrow(/Infinity at \/virtual\/finite\.ts:8:29, `Math\.sqrt\(v\)`/);
  }
});

test("nothing is found where all is finite, on either side of a choice", async () => {
  const f = await derive("larger", { operator: "grad" });
  expect(f(2)).toBe(4);
  expect(f(-1)).toBe(-4);
});

test("the same derivative without the option is another", async () => {
  const made = program.derive(`${file}#root`, { operator: "grad" });
  expect(made.text).not.toContain("checkFinite");
});
