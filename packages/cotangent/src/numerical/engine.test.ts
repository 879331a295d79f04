import { expect, test } from "vitest";
import { grad, hessian, hvp, jacobian, jvp, valueAndGrad, vjp } from "../api/verbs.ts";
import { makeNumerical, numerical } from "./engine.ts";

const engine = numerical;
const f = (x: number, y: number): number => Math.log(x) + x * y - Math.sin(y);

function expectClose(found: unknown, expected: unknown): void {
  if (typeof expected === "number") expect(found).toBeCloseTo(expected, 9);
  else if (expected === null || typeof expected !== "object") expect(found).toEqual(expected);
  else {
    expect(Object.keys(found as object)).toEqual(Object.keys(expected));
    for (const [key, part] of Object.entries(expected)) expectClose((found as Record<string, unknown>)[key], part);
  }
}

test("the textbook function, by every verb", () => {
  const { sin, cos } = Math;
  expectClose(grad(f, { engine, argnums: [0, 1] })(2, 5), [5.5, 2 - cos(5)]);
  expectClose(grad(f, { engine })(2, 5), 5.5);
  expectClose(valueAndGrad(f, { engine, argnums: 1 })(2, 5), [f(2, 5), 2 - cos(5)]);
  expectClose(jvp(f, { engine })([2, 5], [1, 10]), [f(2, 5), 5.5 + 10 * (2 - cos(5))]);
  const [value, pullback] = vjp(f, { engine })(2, 5);
  expectClose([value, pullback(3)], [f(2, 5), [16.5, 3 * (2 - cos(5))]]);
  expectClose(hessian(f, { engine, argnums: [0, 1] })(2, 5), [
    [-1 / 4, 1],
    [1, sin(5)],
  ]);
  expectClose(hvp(f, { engine, argnums: [0, 1] })([2, 5], [2, -1]), [-0.5 - 1, 2 - sin(5)]);
  expectClose(hvp(f, { engine })([2, 5], 3), -0.75);
});

test("structures keep their structure, and arguments end as after one plain call", () => {
  const g = (p: { w: Float64Array; name: string }, xs: number[]): number[] => {
    p.w[0]! *= 2;
    return [p.w[0]! * xs[0]!, p.w[1]! ** 2];
  };
  const p = { w: new Float64Array([1, 3]), name: "a" };
  expectClose(jacobian(g, { engine, argnums: [0, 1] })(p, [5]), [
    [{ w: new Float64Array([10, 0]), name: null }, [2]],
    [{ w: new Float64Array([0, 6]), name: null }, [0]],
  ]);
  expect([...p.w]).toEqual([2, 3]);
});

test("at the border of its domain a function is read on one side", () => {
  const h = (x: number): number => x * Math.sqrt(x) + 2 * x;
  expect(grad(h, { engine })(0)).toBeCloseTo(2, 2);
  const log1 = (x: number): number => Math.log1p(Math.sqrt(x) ** 2);
  expect(grad(log1, { engine })(0)).toBeCloseTo(1, 8);
});

test("a function that large steps meet at its period is not taken for a constant", () => {
  const wave = (x: number): number => Math.sin(2 * Math.PI * x) + Math.sin(100 * x);
  expect(grad(wave, { engine })(1)).toBeCloseTo(2 * Math.PI + 100 * Math.cos(100), 8);
});

test("single precision is moved by steps that it can hold", () => {
  const norm = (x: Float32Array): number => x.reduce((sum, v) => sum + v * v, 0);
  const gradient = grad(norm, { engine })(new Float32Array([1.5, -0.25]));
  expect(gradient).toBeInstanceOf(Float32Array);
  expectClose([...gradient], [3, -0.5]);
});

test("options: method, accuracy, without extrapolation", () => {
  const plain = makeNumerical({ extrapolate: false });
  expect(grad(Math.exp, { engine: plain })(1)).toBeCloseTo(Math.E, 8);
  for (const method of ["forward", "backward", "central"] as const) {
    expect(grad(Math.exp, { engine: makeNumerical({ method, accuracy: 4 }) })(1)).toBeCloseTo(Math.E, 10);
  }
  expect(() => grad(Math.exp, { engine: makeNumerical({ accuracy: 3, method: "central" }) })(1)).toThrow(RangeError);
});

test("one object in several places has a partial derivative in each, and the total where it is written", () => {
  const dot = (a: number[], b: number[]): number => a.reduce((sum, v, i) => sum + v * b[i]!, 0);
  const x = [1, 2, 3];
  expectClose(grad(dot, { engine, argnums: [0, 1] })(x, x), [x, x]);
  expectClose(
    jvp(dot, { engine })(
      [x, x],
      [
        [1, 0, 0],
        [0, 1, 0],
      ],
    ),
    [14, 3],
  );
  expectClose(hvp(dot, { engine })([x, x], [1, 0, 0]), [0, 0, 0]);
  expectClose(hessian((a: number[], b: number[]) => a[0]! * b[0]!, { engine, argnums: [0, 1] })([3], [3]), [
    [[[0], [1]]],
    [[[1], [0]]],
  ]);
  const y = [3];
  const product = (a: number[], b: number[]): number => a[0]! * b[0]!;
  expectClose(
    hessian(product, { engine, argnums: [0, 1] })(y, y),
    hessian(product, { engine, argnums: [0, 1] })([3], [3]),
  );
  const written = (a: number[], b: number[]): number => {
    a[0]! *= 2;
    return a[0]! * b[0]!;
  };
  expectClose(grad(written, { engine, argnums: [0, 1] })(y, y), [[24], [24]]);
  expect(y).toEqual([6]);
});

test("choices between sweeps and strategies change nothing where there are none, and others are refused", () => {
  for (const mode of ["auto", "forward", "reverse"] as const)
    for (const strategy of ["tape", "closure"] as const)
      expect(grad(f, { engine, mode, strategy })(2, 5)).toBeCloseTo(5.5, 8);
  expect(() => grad(f, { engine, strategy: "stack" } as object)).toThrow(
    "`grad` with `strategy` by the engine `numerical`",
  );
  expect(() => grad(f, { engine, checkFinite: true })).toThrow("`grad` with `checkFinite` by the engine `numerical`");
});
