/**
 * Values of several kinds at the border: what code outside gives and takes are the values themselves, and a derivative has
 * the kind of its value. That the numbers are right is said of `corpus/kinds-outside.ts`.
 */
import { describe, expect, test } from "vitest";
import { openProgram } from "../src/api/compile.ts";
import { corpusFolder } from "./support/corpus.ts";
import { type AnyFunction, engines, lowerFunction, openFiles } from "./support/engines.ts";
import { typeErrors } from "./support/generated.ts";

const file = `${corpusFolder}kinds-outside.ts`;
const hostile = `${corpusFolder}hostile-kinds.ts`;
const source = openFiles(
  [file, hostile],
  new Map([
    [
      hostile,
      `export function moved(rows: { cells: (number | number[])[] }, own: number[], x: number): number[] {
  own[0] = x;
  const first = rows.cells[0];
  return typeof first === "number" ? [first] : first;
}
export interface Tagged { value: number | string; tags: (string | boolean)[] }
export function tagged(t: Tagged, x: number): Tagged {
  return { value: typeof t.value === "number" ? t.value * x : t.value, tags: [...t.tags, x > 1] };
}
export function either(v: number | number[] | undefined, x: number): number {
  return v === undefined ? x : typeof v === "number" ? v * x : v[0] * v[1] * x;
}
`,
    ],
  ]),
);

describe.each(engines.map((engine) => [engine.name, engine] as const))("%s", (_, engine) => {
  const derive = (name: string, operator: "grad" | "vjp" | "jvp", argnums?: readonly number[]): Promise<AnyFunction> =>
    engine.derive(lowerFunction(source, hostile, name), { operator, ...(argnums && { argnums }) });

  test("the derivative by a value has its kind", async () => {
    const grad = await derive("either", "grad", [0, 1]);
    expect(grad(2, 3)).toEqual([3, 2]);
    expect(grad([2, 5], 3)).toEqual([[15, 6], 10]);
    expect(grad(undefined, 3)).toEqual([undefined, 1]);
  });

  test("a list is the same object outside, also as a value of several kinds", async () => {
    const own = [1, 2];
    const [value, pullback] = (await derive("moved", "vjp"))({ cells: [own] }, own, 5) as [unknown, AnyFunction];
    expect(value).toBe(own);
    expect(own).toEqual([5, 2]);
    expect(pullback([10, 20])).toEqual([{ cells: [[0, 20]] }, [0, 20], 10]);
  });

  test("results are made of values", async () => {
    const jvp = await derive("tagged", "jvp");
    expect(jvp([{ value: 3, tags: ["a"] }, 2], [{ value: 10, tags: [null] }, 1])).toEqual([
      { value: 6, tags: ["a", true] },
      { value: 23, tags: [null, null] },
    ]);
    expect(jvp([{ value: "b", tags: [false] }, 0], [{ value: null, tags: null }, 1])).toEqual([
      { value: "b", tags: [false, false] },
      { value: null, tags: [null, null] },
    ]);
  });

  test("a value or a tangent of another kind, or of another length, is refused", async () => {
    const grad = await derive("either", "grad", [0, 1]);
    for (const wrong of ["2", {}, true])
      expect(() => grad(wrong, 3)).toThrow(expect.objectContaining({ code: "structure-mismatch" }));
    const jvp = await derive("either", "jvp");
    for (const [value, tangent] of [
      [2, [1]],
      [2, null],
      [[2, 5], 1],
      [[2, 5], [1]],
      [
        [2, 5],
        [1, 2, 3],
      ],
    ])
      expect(() => jvp([value, 3], [tangent, 1])).toThrow(expect.objectContaining({ code: "structure-mismatch" }));
  });
});

test("generated code passes the type checker, and says the types of code outside", () => {
  const program = openProgram();
  const text = (name: string, operator: "grad" | "jvp" | "vjp"): string =>
    program.derive(`${file}#${name}`, { operator }).text;
  const texts = [
    text("penalty", "grad"),
    text("filledIn", "vjp"),
    text("evaluate", "grad"),
    text("mapNested", "jvp"),
    text("described", "vjp"),
    text("scaledBy", "jvp"),
    text("manyKinds", "grad"),
    text("bySettings", "grad"),
  ];
  expect(typeErrors(texts)).toEqual([]);
  expect(texts.flatMap((text) => /^export function [^{]*/m.exec(text) ?? [])).toMatchInlineSnapshot(`
    [
      "export function penaltyGrad(x: number[], weight: number | number[]): number[] ",
      "export function filledInVjp(x: number, cells: (number | string | null)[]): [number, (a0: number) => [number, (number | null | undefined | null)[]]] ",
      "export function evaluateGrad(e: Expr, env: Record<string, number>): ExprGradient ",
      "export function mapNestedJvp(primals: [Nested, number], tangents: [NestedGradient, number]): [Nested, NestedGradient] ",
      "export function describedVjp(x: number, k: number): [(number | string | ",
      "export function scaledByJvp(primals: [number, Map<string, number | number[]>], tangents: [number, Map<string, number | number[]>]): [Map<string, number | number[]>, Map<string, number | number[]>] ",
      "export function manyKindsGrad(x: number, ...rest: (number | string | boolean)[]): number ",
      "export function bySettingsGrad(x: number): number ",
    ]
  `);
});

test("second derivatives have the kinds of both values", async () => {
  const hessianOf = async (name: string, ...args: unknown[]): Promise<unknown> => {
    const engine = engines[3] as (typeof engines)[number];
    return (await engine.derive(lowerFunction(source, file, name), { operator: "hessian", argnums: [0, 1] }))(...args);
  };
  const rows = (x: readonly (readonly unknown[])[], weight: readonly unknown[]): unknown => [x, weight];
  expect(await hessianOf("penalty", [2, 3], 5)).toEqual(
    rows(
      [
        [[10, 0], 4],
        [[0, 10], 6],
      ],
      [[4, 6], 0],
    ),
  );
  const [one, other] = [
    [
      [10, 0],
      [4, 0],
    ],
    [
      [0, 14],
      [0, 6],
    ],
  ] as const;
  const zero = [0, 0];
  expect(await hessianOf("penalty", [2, 3], [5, 7])).toEqual(
    rows(
      [one, other],
      [
        [[4, 0], zero],
        [[0, 6], zero],
      ],
    ),
  );
});
