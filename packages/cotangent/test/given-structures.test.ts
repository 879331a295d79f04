/**
 * What a caller gives beside the arguments: tangents, and what a gradient is written into. Types do not say how long arrays
 * are, so each is held against the argument's when the derivative is called, by every route and engine.
 */
import { describe, expect, test } from "vitest";
import { hvp, jvp, linearize } from "../src/index.ts";
import { numerical } from "../src/numerical/engine.ts";
import { add, mul, overload } from "../src/overload/index.ts";
import { engines, lowerFunction, openFiles } from "./support/engines.ts";

const file = "/given/model.ts";
const text = `
export function squares(x: number[]): number {
  let s = 0;
  for (const v of x) s += v * v;
  return s;
}
export interface Model { weights: Float64Array; rows: number[][]; bias?: number[]; name: string; next?: Model; }
export function model(m: Model, k: number): number {
  let s = 0;
  for (const row of m.rows) for (const v of row) s += v * v * m.weights[0];
  if (m.bias) s += m.bias[0] ** 2;
  return s * k;
}
export function writes(x: Float64Array): number {
  x[0] *= x[1];
  return x[0] * x[0];
}
`;
const source = openFiles([file], new Map([[file, text]]));
const mismatch = expect.objectContaining({ code: "structure-mismatch" }) as Error;
const f64 = (...numbers: number[]): Float64Array => Float64Array.from(numbers);

interface Given {
  readonly weights?: Float64Array;
  readonly rows?: number[][];
  readonly bias?: number[] | undefined;
}
const model = ({ weights = f64(2), rows = [[1, 2], [3]], bias = [5] }: Given = {}): unknown => ({
  weights,
  rows,
  bias,
  name: "a",
});

describe.each(engines.map((engine) => [engine.name, engine] as const))("%s", (_, engine) => {
  const derive = async (name: string, operator: "jvp" | "hvp" | "linearize" | "gradInto") =>
    engine.derive(lowerFunction(source, file, name), { operator }, new Map());

  test("a directional derivative", async () => {
    const squares = await derive("squares", "jvp");
    expect(squares([[1, 2]], [[1, 0]])).toEqual([5, 2]);
    for (const tangent of [[1], [1, 0, 0], [], 1]) expect(() => squares([[1, 2]], [tangent])).toThrow(mismatch);
    const product = await derive("squares", "hvp");
    expect(product([[1, 2]], [1, 0])).toEqual([2, 0]);
    expect(() => product([[1, 2]], [1])).toThrow(mismatch);
    expect(() => product([[1, 2]], [1, 0, 0])).toThrow(/an array of 3 was given where the argument.* has one of 2/);
  });

  test("arrays in objects, in arrays and behind what is optional", async () => {
    const directional = await derive("model", "jvp");
    const along = (tangent: unknown): unknown => directional([model(), 1], [tangent, 0]);
    expect(along(model())).toEqual([53, 134]);
    expect(() => along(model({ weights: f64(1, 2) }))).toThrow(mismatch);
    expect(() => along(model({ rows: [[1, 2]] }))).toThrow(mismatch);
    expect(() => along(model({ rows: [[1, 2], []] }))).toThrow(mismatch);
    expect(() => along(model({ bias: [] }))).toThrow(mismatch);
  });

  test("a pushforward, after the argument has changed its length", async () => {
    const x = [1, 2];
    const [, pushforward] = (await derive("squares", "linearize"))(x) as [number, (tangents: unknown) => number];
    x.push(3);
    expect(pushforward([[1, 0]])).toBe(2);
    expect(() => pushforward([[1, 0, 0]])).toThrow(mismatch);
    expect(() => pushforward([[1]])).toThrow(mismatch);
    const [, another] = (await derive("model", "linearize"))(model(), 1) as [number, (tangents: unknown) => number];
    expect(another([model(), 0])).toBe(134);
    expect(() => another([model({ weights: f64(1, 2) }), 0])).toThrow(mismatch);
  });

  test("of a function that writes its argument", async () => {
    const directional = await derive("writes", "jvp");
    expect(directional([f64(2, 3)], [f64(1, 0)])).toEqual([36, 36]);
    expect(() => directional([f64(2, 3)], [f64(1, 0, 0)])).toThrow(mismatch);
    const [, pushforward] = (await derive("writes", "linearize"))(f64(2, 3)) as [number, (t: unknown) => number];
    expect(pushforward([f64(1, 0)])).toBe(36);
    expect(() => pushforward([f64(1)])).toThrow(mismatch);
  });

  test("what a gradient is written into", async () => {
    const gradInto = await derive("squares", "gradInto");
    const out = [9, 9];
    gradInto(out, [1, 2]);
    expect(out).toEqual([2, 4]);
    for (const short of [[], [9]]) expect(() => gradInto(short, [1, 2])).toThrow(mismatch);
    const long = [9, 9, 9];
    expect(() => gradInto(long, [1, 2])).toThrow(mismatch);
    expect(long).toEqual([9, 9, 9]);
  });
});

describe("other engines", () => {
  const squares = (x: number[]): number => x.reduce((s, v) => add(s, mul(v, v)), 0);
  test.each([
    ["overload", overload],
    ["numerical", numerical],
  ])("%s", (name, engine) => {
    const [value, tangent] = jvp(squares, { engine })([[1, 2]], [[1, 0]]);
    expect([value, tangent]).toEqual([5, expect.closeTo(2, 8)]);
    for (const wrong of [[[1]], [[1, 0, 0]], [], [[1, "0"]], [1]])
      expect(() => jvp(squares, { engine })([[1, 2]], wrong as [number[]])).toThrow(mismatch);
    expect(() => hvp(squares, { engine })([[1, 2]], [1])).toThrow(mismatch);
    if (name === "numerical") return;
    const [, pushforward] = linearize(squares, { engine })([1, 2]);
    expect(pushforward([[1, 0]])).toBe(2);
    expect(() => pushforward([[1, 0, 0]])).toThrow(mismatch);
  });
});
