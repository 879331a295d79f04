import { describe, expect, test } from "vitest";
import { openProgram } from "../api/compile.ts";
import { grad, hessian, jvp } from "../api/verbs.ts";
import { valueAt } from "../core/bind.ts";
import { isFlat } from "../core/primitive.ts";
import { primitives } from "../elementals/index.ts";
import { tangentKernel } from "../elementals/kernels.ts";
import { complexForms, type Parts } from "./complex-forms.ts";
import { complexStep } from "./complex-step.ts";

/** The engine for the function `f` of a program. */
function engineOf(text: string) {
  const program = openProgram({ cwd: "/complex", sources: { "/complex/f.ts": text } });
  return complexStep(program.derive("/complex/f.ts#f", { operator: "value" }));
}

const active = [...primitives.values()].filter((p) => p.domain && !isFlat(p, 0, p.arity === "variadic" ? 1 : p.arity));

describe("the forms", () => {
  test.each(active.map((p) => ({ name: p.id, p })))("$name agrees with the table's partials", ({ p }) => {
    const form = complexForms[p.id];
    expect(form, `${p.id} has a complex form`).toBeDefined();
    const count = p.arity === "variadic" ? 3 : p.arity;
    const { intervals = [] } = p.domain ?? {};
    for (let n = 0; n < 60; n++) {
      const x = Array.from({ length: count }, (_, i) => {
        const [low, high] = intervals[Math.min(i, intervals.length - 1)] as readonly [number, number];
        return low + (high - low) * ((0.381966 * (n + 1) + 0.7 * i) % 1);
      });
      const y = valueAt(p, x) as number;
      for (const v of [x.map(() => 1), x.map((_, i) => 0.5 - i), x.map((_, i) => (i === n % count ? 2 : 0))]) {
        const moved = [...v.keys()].filter((i) => v[i] !== 0);
        const h = 2 ** -200;
        const im = form!(y, ...x.map((re, i): Parts => ({ re, im: h * (v[i] as number) })))!;
        const expected = tangentKernel(p, count, moved)(...x, y, ...moved.map((i) => v[i] as number));
        expect(Math.abs(im / h - expected)).toBeLessThanOrEqual(1e-13 * (1 + Math.abs(expected)));
      }
    }
  });
  test("far from the origin, and near it", () => {
    const at = (id: string, x: number): number =>
      complexForms[id]!(valueAt(primitives.get(id)!, [x]) as number, { re: x, im: 2 ** -300 })! / 2 ** -300;
    expect(at("tanh", 400)).toBe(0);
    expect(at("atan", 1e160) * 1e300).toBeLessThan(1e-10);
    expect(at("log", 1e-30)).toBeCloseTo(1e30, -16);
    expect(at("asin", 1 - 2 ** -53)).toBeCloseTo(1 / Math.sqrt(2 ** -52 - 2 ** -106), 3);
    expect(at("sqrt", 1e-60)).toBeCloseTo(0.5e30, -17);
    expect(at("cbrt", -8)).toBeCloseTo(1 / 12, 15);
  });
});

describe("the engine", () => {
  const body = "Math.log(x) + x * y - Math.sin(y)";
  const f = (x: number, y: number): number => Math.log(x) + x * y - Math.sin(y);
  const engine = engineOf(`export function f(x: number, y: number): number { return ${body}; }`);

  test("to the last digit", () => {
    expect(grad(f, { engine, argnums: [0, 1] })(2, 5)).toEqual([5.5, 2 - Math.cos(5)]);
    expect(jvp(f, { engine })([2, 5], [1, -2])).toEqual([f(2, 5), expect.closeTo(5.5 - 2 * (2 - Math.cos(5)), 14)]);
    expect(() => hessian(f, { engine })(2, 5)).toThrow("by the engine `complex`");
  });
  test("control flow goes by real parts, memory holds complex numbers, integers steer", () => {
    const text = `export function f(x: Float64Array, n: number): number {
      const kept = new Float64Array(n);
      for (let i = 0; i < n; i++) kept[i] = x[i % x.length] > 0 ? Math.sqrt(x[i % x.length]) : x[i % x.length] ** 3;
      x[0] = Math.floor(kept[1]) + Math.max(kept[0], kept[2]);
      return x[0] * kept[1];
    }`;
    const g = (x: Float64Array, n: number): number => {
      const kept = new Float64Array(n);
      for (let i = 0; i < n; i++) kept[i] = x[i % x.length]! > 0 ? Math.sqrt(x[i % x.length]!) : x[i % x.length]! ** 3;
      x[0] = Math.floor(kept[1]!) + Math.max(kept[0]!, kept[2]!);
      return x[0]! * kept[1]!;
    };
    const x = new Float64Array([4, -2, 9]);
    const gradient = grad(g, { engine: engineOf(text) })(x, 3);
    // (floor(-8) + 3) (-2)³: by x₁ (-5) 3 (-2)², by x₂ (1 / 6) (-8).
    expect([...gradient]).toEqual([0, expect.closeTo(-60, 12), expect.closeTo(-8 / 6, 14)]);
    expect(gradient).toBeInstanceOf(Float64Array);
    expect([...x]).toEqual([-5, -2, 9]);
  });
  test("through what differences lose: close to a pole, of numbers of any size", () => {
    const near = engineOf(`export function f(x: number): number { return 1 / (x - 1); }`);
    const x = 1 + 2 ** -50;
    expect(grad((t: number) => 1 / (t - 1), { engine: near })(x)).toBe(-(2 ** 100));
    const scaled = engineOf(`export function f(x: number): number { return Math.exp(x * 1e30); }`);
    expect(grad((t: number) => Math.exp(t * 1e30), { engine: scaled })(1e-30)).toBeCloseTo(Math.E * 1e30, -16);
  });
  test.each([
    ["Math.abs(x)", 0, "`abs` is not analytic at 0"],
    ["Math.max(x, 2 * x)", 0, "`max` is not analytic at 0, 0"],
    ["Math.sqrt(x)", 0, "`sqrt` is not analytic at 0"],
    ["1 / x", 0, "`div` is not analytic at 1, 0"],
    ["Math.hypot(x, x)", 0, "`hypot` is not analytic at 0, 0"],
    ["x ** 0.5", 0, "`pow` is not analytic at 0, 0.5"],
    ["Math.acosh(x)", 1, "`acosh` is not analytic at 1"],
    ["Math.exp(-x) * Math.exp(-x)", 350, "the imaginary part of `mul` is too small"],
    ["new Float64Array([x, x * x]).subarray(1)[0]", 2, "in the memory of another"],
  ])("%s at %j is refused", (expression, x, message) => {
    const text = `export function f(x: number): number { return ${expression}; }`;
    const g = new Function("x", `return ${expression};`) as (x: number) => number;
    expect(() => grad(g, { engine: engineOf(text) })(x)).toThrow(message);
  });
  test("a zero that is one: of a factor, of a function between its jumps, of a choice", () => {
    for (const [expression, x, expected] of [
      ["x * x", 0, 0],
      ["x ** 3", 0, 0],
      ["Math.floor(x)", 2, 0],
      ["x > 1 ? 3 : x", 2, 0],
      ["Math.cosh(x)", 0, 0],
      ["Math.abs(x)", -3, -1],
      ["x ** 2", -3, -6],
      ["(-x) ** 3", 2, -12],
      ["Math.min(x, x)", 5, 1],
      ["0 * Math.log(-x)", 1, Number.NaN],
    ] as const) {
      const g = new Function("x", `return ${expression};`) as (x: number) => number;
      const engine = engineOf(`export function f(x: number): number { return ${expression}; }`);
      const found = grad(g, { engine })(x);
      if (Number.isNaN(expected)) expect(found).toBeNaN();
      else expect(found + 0, expression).toBeCloseTo(expected, 13);
    }
  });
});
