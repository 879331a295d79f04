import { readFileSync } from "node:fs";
import ts from "typescript";
import { describe, expect, expectTypeOf, it } from "vitest";
import type { Elemental, Primitive } from "../core/primitive.ts";
import * as table from "../elementals/index.ts";
import { estimateDerivative } from "../numerical/index.ts";
import type { Bundle, Pair } from "./index.ts";
import { bundle, lift, pair } from "./lift.ts";
import { type PartialUnary, withPartials } from "./partials.ts";

// An elemental of this test's own, in the table before the library is made of it: one entry, and nothing else.
const softplus = table.registerPrimitive(
  table.unary("softplus", {
    primal: (x) => Math.log1p(Math.exp(x)),
    partial: (x) => table.div(1, table.add(1, table.exp(table.neg(x)))),
    spelling: table.call("Stats.softplus"),
  }),
);
const { bundles, pairs, partials, variables } = await import("./index.ts");

type AnyFunctions = Readonly<Record<string, (...args: unknown[]) => number[]>>;
const active = [...table.primitives.values()].filter(({ domain }) => domain !== undefined);

describe("the library is the table", () => {
  it("has each elemental under the name that it is exported by, and those alone", () => {
    const exported = Object.entries(table)
      .filter(([, member]) => active.includes(member as Primitive))
      .map(([name]) => name);
    for (const library of [pairs, bundles, partials])
      expect(Object.keys(library).sort()).toEqual([...exported, "softplus"].sort());
    expect(exported).toContain("atan2");
  });

  it.each(active.map((p) => ({ name: p.id, p })))("$name is what differences say it is", ({ p }) => {
    const { intervals = [] } = p.domain ?? {};
    const isJump = ["ceil", "floor", "trunc", "round", "sign", "stopGradient"].includes(p.id);
    const isRounding = p.id === "fround";
    const count = p.arity === "variadic" ? 3 : p.arity;
    for (const at of [0.31, 0.57, 0.83]) {
      const x = Array.from({ length: count }, (_, i) => {
        const [low, high] = intervals[Math.min(i, intervals.length - 1)] as readonly [number, number];
        return low + (high - low) * ((at + 0.17 * i) % 1);
      });
      const expected = x.map((_, i) =>
        isJump
          ? 0
          : isRounding
            ? 1
            : estimateDerivative((v) => p.primal(...(x.with(i, v) as never[])) as number)(x[i]!).value,
      );
      const y = p.primal(...(x as never[])) as number;
      const all = (partials as unknown as AnyFunctions)[p.id]!(...x);
      expect(all[0]).toBe(y);
      const [, ...byEach] = all;
      byEach.forEach((d, i) => expect(d).toBeCloseTo(expected[i]!, 9));
      const [first, ...many] = (bundles as unknown as AnyFunctions)[p.id]!(...variables(...x));
      expect(first).toBe(y);
      many.forEach((d, i) => expect(d).toBeCloseTo(byEach[i]!, 14));
      x.forEach((_, i) => {
        const one = (pairs as unknown as AnyFunctions)[p.id]!(...x.map((v, j) => (i === j ? [v, 2] : v)));
        expect(one).toEqual([y, expect.closeTo(2 * byEach[i]!, 14)]);
      });
    }
  });

  it("a new entry of the table is a function here", () => {
    const own = pairs as unknown as AnyFunctions;
    expect(own.softplus!([0, 2])).toEqual([Math.LN2, 1]);
    expect((withPartials(softplus) as PartialUnary)(0)).toEqual([Math.LN2, 0.5]);
  });
});

describe("a function taken apart by hand: ln x1 + x1 x2 - sin x2 at (2, 5)", () => {
  const [value, byX1, byX2] = [Math.log(2) + 10 - Math.sin(5), 5.5, 2 - Math.cos(5)];

  it("along a direction", () => {
    const { add, log, mul, sin, sub } = pairs;
    const f = (x1: Pair | number, x2: Pair | number): Pair => sub(add(log(x1), mul(x1, x2)), sin(x2));
    expect(f([2, 1], 5)).toEqual([expect.closeTo(value, 14), byX1]);
    expect(f(2, [5, 1])).toEqual([expect.closeTo(value, 14), expect.closeTo(byX2, 14)]);
    expect(f([2, 3], [5, -1])[1]).toBeCloseTo(3 * byX1 - byX2, 14);
    expect(f(2, 5)).toEqual([expect.closeTo(value, 14), 0]);
  });
  it("along both at once", () => {
    const { add, log, mul, sin, sub } = bundles;
    const [x1, x2] = variables(2, 5);
    const gradient = sub(add(log(x1), mul(x1, x2)), sin(x2));
    expect([...gradient]).toEqual([value, byX1, byX2].map((x) => expect.closeTo(x, 14)));
  });
  it("into lists of one's own, which may be arguments too", () => {
    const { add, log, mul, sin, sub } = bundles;
    const [x1, x2] = variables(2, 5);
    const [left, right] = [new Float64Array(3), new Float64Array(3)];
    log.into(left, x1);
    mul.into(right, x1, x2);
    add.into(left, left, right);
    sin.into(right, x2);
    expect(sub.into(left, left, right)).toBe(left);
    expect([...left]).toEqual([value, byX1, byX2].map((x) => expect.closeTo(x, 14)));
    expect([...x1]).toEqual([2, 1, 0]);
  });
  it("backwards", () => {
    const { log, mul, sin } = partials;
    const [v1, log1] = log(2);
    const [v2, mul1, mul2] = mul(2, 5);
    const [v3, sin2] = sin(5);
    expect(v1 + v2 - v3).toBeCloseTo(value, 14);
    expect([1 * log1 + 1 * mul1, 1 * mul2 - 1 * sin2]).toEqual([byX1, expect.closeTo(byX2, 14)]);
  });
});

describe("rules that are easily got wrong", () => {
  it("the quotient rule: (u / v)' = (u' v - u v') / v²", () => {
    const [u, du, v, dv] = [3, 0.5, 2, 0.25];
    const right = (du * v - u * dv) / v ** 2;
    const printed = (u * dv - du * v) / v ** 2;
    expect(pairs.div([u, du], [v, dv])).toEqual([1.5, right]);
    expect(right).not.toBe(printed);
    expect(partials.div(u, v)).toEqual([1.5, 1 / v, -u / v ** 2]);
  });
  it("a constant exponent has no part in the derivative, so its infinities have none", () => {
    expect(pairs.pow([-3, 1], 2)).toEqual([9, -6]);
    expect(pairs.pow(2, [3, 1])).toEqual([8, 8 * Math.LN2]);
    expect(pairs.pow([-3, 1], [2, 0])[1]).toBeNaN();
    expect([...bundles.pow(variables(-3)[0], 2)]).toEqual([9, -6]);
  });
  it("an argument that is the result, and both arguments at once", () => {
    const x: Pair = [3, 1];
    pairs.mul.into(x, x, x);
    expect(x).toEqual([9, 6]);
    pairs.sin.into(x, x);
    expect(x).toEqual([Math.sin(9), 6 * Math.cos(9)]);
  });
  it("a kink is what the table agrees on, whatever the tangent", () => {
    expect(pairs.abs([0, 1])).toEqual([0, 0]);
    expect(pairs.max([1, 2], [1, 3])).toEqual([1, 2]);
    expect(pairs.hypot([0, 1], 0, [0, 2])).toEqual([0, 0]);
    expect(pairs.hypot([3, 1], 4)).toEqual([5, 0.6]);
    expect(pairs.hypot(3, [4, 1])).toEqual([5, 0.8]);
    expect(pairs.hypot(3, 4)).toEqual([5, 0]);
    expect(pairs.max([1, Number.POSITIVE_INFINITY], [2, 1])).toEqual([2, 1]);
  });
  it("the same numbers where a page forbids functions made from text", () => {
    for (const p of [table.div, table.pow, table.atan2]) {
      const both = [true, false].map((generate) =>
        (lift(p, bundle, { generate }) as typeof bundles.div)(...(variables(1.25, 0.75) as [Bundle, Bundle])),
      );
      expect(both[0]).toEqual(both[1]);
      const one = lift(p, pair, { generate: false }) as typeof pairs.div;
      expect(one([1.25, 1], 0.75)).toEqual([both[0]![0], both[0]![1]]);
    }
  });
});

describe("what is refused", () => {
  const wrong = pairs as unknown as AnyFunctions;
  it("lists of different lengths", () => {
    const [x1] = variables(1, 2);
    const [y1] = variables(1, 2, 3);
    expect(() => bundles.add(x1, y1)).toThrow(RangeError);
    expect(() => bundles.add(1, y1) && bundles.add.into(x1, 1, y1)).toThrow(RangeError);
    expect(() => bundles.sin.into(new Float64Array(0), 1)).toThrow(RangeError);
    expect(() => wrong.sin!([1, 0, 0])).toThrow(
      "sin: a list of 2 numbers for the result, and 3 numbers as an argument",
    );
    expect(() => partials.mul.into([0, 0], 1, 2)).toThrow(RangeError);
  });
  it("constants alone, where nothing says how many directions there are", () => {
    expect(() => bundles.mul(1, 2)).toThrow("mul of constants alone");
    expect([...bundles.mul.into(new Float64Array([1, 2, 3]), 4, 5)]).toEqual([20, 0, 0]);
  });
  it("a wrong number of arguments", () => {
    expect(() => wrong.mul!([1, 0])).toThrow("mul takes 2 arguments");
    expect(() => wrong.sin!()).toThrow(RangeError);
    expect(() => wrong.hypot!()).toThrow("at least one");
    expect(() => (partials as unknown as AnyFunctions).mul!(1)).toThrow("mul takes 2 arguments");
  });
});

it("each function has its own parameters in the editor", () => {
  type Operand = number | Readonly<Pair>;
  expectTypeOf(pairs.sin).parameters.toEqualTypeOf<[x: Operand]>();
  expectTypeOf(pairs.mul).parameters.toEqualTypeOf<[a: Operand, b: Operand]>();
  expectTypeOf(pairs.hypot).parameters.toEqualTypeOf<[Operand, ...Operand[]]>();
  expectTypeOf(bundles.mul).returns.toEqualTypeOf<Bundle>();
  expectTypeOf(partials.sin).returns.toEqualTypeOf<[value: number, byX: number]>();
  expectTypeOf(partials.mul).returns.toEqualTypeOf<[value: number, byA: number, byB: number]>();
  expectTypeOf(table.sin).toExtend<Elemental<1>>();
  expectTypeOf<keyof typeof pairs>().extract<"lt" | "bitAnd" | "select" | "hashOf" | "unary">().toBeNever();
  expectTypeOf<keyof typeof pairs>().toEqualTypeOf<keyof typeof partials>();
});

describe("docs/elemental.md", () => {
  const page = readFileSync(new URL("../../../../docs/elemental.md", import.meta.url), "utf8");
  const [first, second] = [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, text]) => {
    const exports: Record<string, number[]> = {};
    const options = { compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 } };
    const { outputText } = ts.transpileModule(text as string, options);
    new Function("exports", "require", outputText)(exports, () => ({ bundles, pairs, partials, variables }));
    return exports;
  });
  it("its programs compute what it says", () => {
    const expected = [11.652071455223084, 5.5, 1.7163378145367738].map((x) => expect.closeTo(x, 13));
    expect([first!.value, first!.byX1]).toEqual(expected.slice(0, 2));
    expect([...first!.gradient!]).toEqual(expected);
    expect(first!.backwards).toEqual(expected);
    expect([...second!.y!]).toEqual([0.5 ** 11, 11 * 0.5 ** 10]);
  });
});
