import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluate } from "../core/bind.ts";
import {
  type Expression,
  type Interpretation,
  interpretExpression,
  isFlat,
  type Primitive,
} from "../core/primitive.ts";
import * as table from "./index.ts";
import {
  call,
  definePrimitive,
  primitiveForCall,
  primitiveForOperator,
  primitives,
  registerPrimitive,
  unary,
} from "./index.ts";

const numbers: Interpretation<number | boolean> = { literal: (value) => value, apply: (p, args) => evaluate(p, args) };

/** The table's derivative of `p` by argument `index` at `x`. */
function derivative(p: Primitive, index: number, x: readonly number[]): number {
  const partial = p.partial(index, x.length);
  if (!partial) throw new Error(`${p.id} is inactive`);
  const value = interpretExpression<number | boolean>(partial, numbers, x, evaluate(p, x));
  if (typeof value !== "number") throw new TypeError(`a partial of ${p.id} is no number`);
  return value;
}

/** Central differences with steps h, h/2, h/4, … extrapolated to 0 (Ridders 1982); the tableau's best entry. */
function differentiate(f: (x: number) => number, x: number, h: number): { value: number; error: number } {
  const rows: number[][] = [];
  let best = { value: Number.NaN, error: Number.POSITIVE_INFINITY };
  for (let i = 0; i < 8; i++, h /= 1.6) {
    const row = [(f(x + h) - f(x - h)) / (x + h - (x - h))];
    for (let j = 1, factor = 1.6 ** 2; j <= i; j++, factor *= 1.6 ** 2) {
      const left = row[j - 1] as number;
      const above = rows[i - 1]?.[j - 1] as number;
      const value = (left * factor - above) / (factor - 1);
      const error = Math.max(Math.abs(value - left), Math.abs(value - above));
      row.push(value);
      if (error < best.error) best = { value, error };
    }
    rows.push(row);
  }
  return best;
}

/** A value with its derivative along one direction. */
interface Dual {
  readonly value: number | boolean;
  readonly tangent: number;
}
const duals: Interpretation<Dual> = {
  literal: (value) => ({ value, tangent: 0 }),
  apply: (p, args) => {
    const values = args.map((a) => a.value);
    const value = evaluate(p, values);
    let tangent = 0;
    args.forEach((a, i) => {
      if (a.tangent === 0 || isFlat(p, i, args.length)) return;
      const partial = p.partial(i, args.length) as Expression;
      tangent += (interpretExpression<number | boolean>(partial, numbers, values, value) as number) * a.tangent;
    });
    return { value, tangent };
  },
};

const active = [...primitives.values()].filter((p) => p.domain !== undefined);
const variants = active.flatMap((p) =>
  (p.arity === "variadic" ? [1, 2, 3] : [p.arity]).map((arity) => ({ name: `${p.id}/${arity}`, p, arity })),
);

/** Points in the primitive's domain, away from its singular points along each axis by more than the step. */
function samples(p: Primitive, arity: number, step: number): fc.Arbitrary<number[]> {
  const { intervals, singular } = p.domain as NonNullable<Primitive["domain"]>;
  const coordinate = (i: number): fc.Arbitrary<number> => {
    const [lo, hi] = intervals[Math.min(i, intervals.length - 1)] as readonly [number, number];
    return fc.double({ min: lo, max: hi, noNaN: true });
  };
  const jumps = new Set(["ceil", "floor", "trunc", "round", "sign", "abs"]);
  return fc.tuple(...Array.from({ length: arity }, (_, i) => coordinate(i))).filter((x) => {
    if (jumps.has(p.id) && (Math.abs(x[0] as number) * 2) % 1 < 4 * step) return false;
    if (jumps.has(p.id) && (Math.abs(x[0] as number) * 2) % 1 > 1 - 4 * step) return false;
    if (p.id === "rem" && Math.abs((((x[0] as number) / (x[1] as number)) % 1) - 0.5 * Math.sign(x[0] as number)) > 0.3)
      return false;
    if ((p.id === "max" || p.id === "min") && Math.abs((x[0] as number) - (x[1] as number)) < 4 * step) return false;
    return singular.every(
      (s) => s.length !== x.length || Math.hypot(...s.map((v, i) => v - (x[i] as number))) > 4 * step,
    );
  });
}

describe("every elemental", () => {
  it.each(variants)("$name has the derivative that differences show", ({ p, arity }) => {
    if (p.id === "stopGradient" || p.id === "fround") return;
    const step = 2e-3;
    fc.assert(
      fc.property(samples(p, arity, step), (x) => {
        for (let i = 0; i < arity; i++) {
          const at = (v: number): number => evaluate(p, x.with(i, v)) as number;
          const { value, error } = differentiate(at, x[i] as number, step);
          const exact = derivative(p, i, x);
          const scale = Math.max(1, Math.abs(exact));
          expect(Math.abs(exact - value)).toBeLessThanOrEqual(1e-8 * scale + 10 * error);
        }
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  it.each(variants)("$name has partials that are differentiable in turn", ({ p, arity }) => {
    const step = 2e-3;
    if (p.id === "fround") return;
    fc.assert(
      fc.property(samples(p, arity, step), (x) => {
        for (let i = 0; i < arity; i++) {
          const partial = p.partial(i, arity) as Expression;
          for (let j = 0; j < arity; j++) {
            // The result, too, moves with argument j.
            const args = x.map((value, k) => ({ value, tangent: k === j ? 1 : 0 }));
            const result = { value: evaluate(p, x), tangent: derivative(p, j, x) };
            const second = interpretExpression(partial, duals, args, result).tangent;
            const { value, error } = differentiate((v) => derivative(p, i, x.with(j, v)), x[j] as number, step);
            expect(Math.abs(second - value)).toBeLessThanOrEqual(1e-7 * Math.max(1, Math.abs(second)) + 10 * error);
          }
        }
      }),
      { numRuns: 100, seed: 2 },
    );
  });

  it.each(active.map((p) => ({ name: p.id, p })))("$name says what happens at its singular points", ({ p }) => {
    const domain = p.domain as NonNullable<Primitive["domain"]>;
    expect(domain.singular.length === 0 || domain.convention !== "").toBe(true);
  });
});

describe("the derivative at singular points", () => {
  const cases: [string, number[], (number | undefined)[]][] = [
    ["abs", [0], [0]],
    ["abs", [-0], [-0]],
    ["sqrt", [0], [Infinity]],
    ["cbrt", [0], [Infinity]],
    ["cbrt", [-8], [1 / 12]],
    ["log", [0], [Infinity]],
    ["log1p", [-1], [Infinity]],
    ["log2", [0], [Infinity]],
    ["log10", [0], [Infinity]],
    ["asin", [1], [Infinity]],
    ["asin", [-1], [Infinity]],
    ["acos", [1], [-Infinity]],
    ["acos", [-1], [-Infinity]],
    ["acosh", [1], [Infinity]],
    ["atanh", [1], [Infinity]],
    ["atanh", [-1], [Infinity]],
    ["ceil", [1], [0]],
    ["floor", [1], [0]],
    ["round", [0.5], [0]],
    ["trunc", [1], [0]],
    ["sign", [0], [0]],
    ["fround", [0.1], [1]],
    ["stopGradient", [3], [0]],
    ["max", [1, 1], [1, 0]],
    ["max", [-0, 0], [1, 0]],
    ["min", [1, 1], [1, 0]],
    ["max", [2, NaN], [0, 1]],
    ["hypot", [0], [0]],
    ["hypot", [0, 0], [0, 0]],
    ["hypot", [0, 0, 0], [0, 0, 0]],
    ["hypot", [0, 2], [0, 1]],
    ["atan2", [0, 0], [0, -0]],
    ["atan2", [0, 1], [1, -0]],
    ["atan2", [0, -1], [-1, -0]],
    ["atan2", [1, 0], [0, -1]],
    ["div", [1, 0], [Infinity, -Infinity]],
    ["div", [-1, 0], [Infinity, Infinity]],
    ["div", [0, 0], [Infinity, NaN]],
    ["rem", [6, 2], [1, -3]],
    ["rem", [-6, 2], [1, 3]],
    ["rem", [0, 2], [1, -0]],
    ["rem", [1, 0.1], [1, -9]], // 1 / 0.1 rounds up to 10
    ["pow", [0, 2], [0, 0]],
    ["pow", [0, 1], [1, 0]],
    ["pow", [0, 0.5], [Infinity, 0]],
    ["pow", [0, 0], [0, -Infinity]],
    ["pow", [2, 0], [0, Math.LN2]],
    ["pow", [-2, 3], [12, NaN]],
  ];
  it.each(cases)("%s at %j is %j", (id, x, expected) => {
    const p = table.primitive(id);
    expected.forEach((value, i) => {
      // Signs of zero are not part of the convention.
      const got = derivative(p, i, x) + 0;
      if (Number.isFinite(value)) expect(got).toBeCloseTo(value as number, 12);
      else expect(got).toBe(value);
    });
  });

  it("has a case for every singular point of the table", () => {
    const covered = new Set(cases.map(([id, x]) => `${id} ${x.map((v) => v + 0)}`));
    const missing = active.flatMap((p) =>
      (p.domain as NonNullable<Primitive["domain"]>).singular
        .map((x) => `${p.id} ${x}`)
        .filter((key) => !covered.has(key)),
    );
    expect(missing.filter((key) => !/^(ceil|floor|trunc|round|max|min) /.test(key))).toEqual([]);
  });
});

describe("far from the origin", () => {
  const cases: [string, number[], number[]][] = [
    ["tanh", [1000], [0]],
    ["tanh", [-1000], [0]],
    ["asinh", [1e200], [1e-200]],
    ["asinh", [-1e200], [1e-200]],
    ["atan", [1e200], [0]],
    ["acosh", [1e200], [1e-200]],
    ["cosh", [1], [Math.sinh(1)]],
    ["expm1", [-40], [Math.exp(-40)]],
    ["hypot", [3e200, 4e200], [0.6, 0.8]],
    ["hypot", [3e-200, 4e-200], [0.6, 0.8]],
    ["atan2", [3e200, 4e200], [1.6e-201, -1.2e-201]],
    ["atan2", [3e-200, 4e-200], [1.6e199, -1.2e199]],
    ["acos", [1 - 2 ** -53], [-1 / Math.sqrt(2 ** -52 - 2 ** -106)]],
    ["exp", [-1000], [0]],
    ["exp", [1000], [Infinity]],
  ];
  it.each(cases)("%s at %j has derivative %j", (id, x, expected) => {
    expected.forEach((value, i) => {
      const got = derivative(table.primitive(id), i, x);
      expect(Math.abs(got - value) <= 1e-14 * Math.abs(value) || Object.is(got, value)).toBe(true);
    });
  });

  it("is the literal 0 where no derivative flows", () => {
    expect(table.stopGradient.partial(0, 1)).toEqual({ kind: "literal", value: 0 });
    expect(table.sign.partial(0, 1)).toEqual({ kind: "literal", value: 0 });
  });

  it("leaves a zero cotangent times an infinite partial as IEEE has it", () => {
    expect(0 * derivative(table.sqrt, 0, [0])).toBeNaN();
  });
});

describe("questions about one number", () => {
  const questions = [
    [table.isNotANumber, [Number.NaN], [0, Number.POSITIVE_INFINITY]],
    // What is read past the end of an array is missing.
    [table.isNoNumber, [Number.NaN, undefined], [0, Number.POSITIVE_INFINITY]],
    [table.isTrue, [1, -0.5, Number.POSITIVE_INFINITY], [0, -0, Number.NaN, undefined]],
    [table.isFiniteNumber, [0, -1e300], [Number.NaN, Number.NEGATIVE_INFINITY]],
    [table.isInteger, [0, -3, 2 ** 60], [0.5, Number.NaN, Number.POSITIVE_INFINITY]],
    [table.isSafeInteger, [0, 2 ** 53 - 1], [2 ** 53, 0.5]],
  ] as const;
  it.each(questions)("%s", (question, yes, no) => {
    expect(question.arity).toBe(1);
    expect(question.gives).toBe("boolean");
    for (const x of yes) expect(question.primal(x as never)).toBe(true);
    for (const x of no) expect(question.primal(x as never)).toBe(false);
  });
});

describe("calling a primitive", () => {
  const x: Expression = { kind: "argument", index: 0 };

  it("computes at numbers", () => {
    expect(table.add(2, 3)).toBe(5);
    expect(table.lt(2, 3)).toBe(true);
    expect(table.select(table.lt(2, 3), 1, 0)).toBe(1);
    // Slopes are numbers: a boolean times an infinite tangent would be NaN where it is not chosen.
    const slopes = [1, 2].map((i) => table.select.partial(i, 3) as Expression);
    for (const choice of [true, false])
      expect(slopes.map((slope) => interpretExpression(slope, numbers, [choice, 2, 3], 2))).toEqual(
        choice ? [1, 0] : [0, 1],
      );
    expect(table.hypot(3, 4)).toBe(5);
    expect(() => table.sin(1, 2)).toThrow(RangeError);
    expect(() => table.hypot()).toThrow(RangeError);
  });
  it("builds a formula, lightly folded", () => {
    expect(table.add(x, 0)).toBe(x);
    expect(table.mul(1, x)).toBe(x);
    expect(table.neg(table.neg(x))).toBe(x);
    expect(table.mul(-1, x)).toEqual(table.neg(x));
    expect(table.select(true, x, 0)).toBe(x);
    expect(table.and(true, table.eq(x, 0))).toEqual(table.eq(x, 0));
    expect(table.sin({ kind: "literal", value: 0 })).toBe(0);
    expect(() => table.eq(x, true)).toThrow(TypeError);
  });
  it("folds what is known, and nothing else", () => {
    const isApplied = (made: unknown, p: Primitive): boolean =>
      typeof made === "object" && (made as { primitive?: Primitive }).primitive === p;
    const literal = (value: number): Expression => ({ kind: "literal", value });
    const alone: readonly unknown[] = [
      table.add(literal(0), x),
      table.add(x, literal(0)),
      table.sub(x, literal(0)),
      table.mul(literal(1), x),
      table.mul(x, literal(1)),
      table.div(x, literal(1)),
      table.add(0, x),
      table.add(x, 0),
      table.sub(x, 0),
      table.mul(x, 1),
      table.div(x, 1),
      table.select(false, 0, x),
      table.pow(x, 1),
      table.pow(x, literal(1)),
    ];
    for (const made of alone) expect(made).toBe(x);
    for (const made of [table.mul(x, -1), table.mul(x, literal(-1)), table.mul(literal(-1), x)])
      expect(made).toEqual(table.neg(x));
    for (const [made, p] of [
      [table.add(1, x), table.add],
      [table.add(x, 1), table.add],
      [table.sub(0, x), table.sub],
      [table.sub(x, 1), table.sub],
      [table.mul(0, x), table.mul],
      [table.mul(x, 0), table.mul],
      [table.mul(2, x), table.mul],
      [table.mul(x, 2), table.mul],
      [table.mul(-2, x), table.mul],
      [table.mul(x, -2), table.mul],
      [table.div(1, x), table.div],
      [table.div(x, 0), table.div],
      [table.div(x, 2), table.div],
      [table.pow(x, 0), table.pow],
      [table.pow(x, 2), table.pow],
      [table.pow(1, x), table.pow],
      [table.neg(x), table.neg],
      [table.neg(table.sin(x)), table.neg],
      [table.select(table.eq(x, 0), x, 0), table.select],
    ] as const)
      expect(isApplied(made, p)).toBe(true);
    const test = table.eq(x, 0);
    expect([table.and(false, test), table.and(test, false), table.and(test, true)]).toEqual([false, false, test]);
    expect([table.or(true, test), table.or(test, true), table.or(false, test), table.or(test, false)]).toEqual([
      true,
      true,
      test,
      test,
    ]);
    expect(isApplied(table.and(test, test), table.and) && isApplied(table.or(test, test), table.or)).toBe(true);
  });
  it("counts bits", () => {
    expect([table.bitNot, table.clz32].map(({ arity }) => arity)).toEqual([1, 1]);
    expect([evaluate(table.bitNot, [5]), evaluate(table.clz32, [5])]).toEqual([-6, 29]);
  });
  it("counts truth values", () => {
    expect([table.toNumber.arity, table.toNumber.gives, table.toNumber.partial(0, 1)]).toEqual([
      1,
      "number",
      undefined,
    ]);
    expect([true, false].map((a) => evaluate(table.toNumber, [a]))).toEqual([1, 0]);
  });
  it("compares and counts as JavaScript does", () => {
    const pairs = [1, 2, 3].map((a) => [a, 2] as const);
    const at = (p: Primitive): unknown[] => pairs.map((pair) => evaluate(p, pair));
    expect(at(table.lt)).toEqual([true, false, false]);
    expect(at(table.le)).toEqual([true, true, false]);
    expect(at(table.gt)).toEqual([false, false, true]);
    expect(at(table.ge)).toEqual([false, true, true]);
    expect(at(table.eq)).toEqual([false, true, false]);
    expect(at(table.ne)).toEqual([true, false, true]);
    expect(at(table.is)).toEqual([false, true, false]);
    const truth = [true, false].flatMap((a) => [true, false].map((b) => [a, b] as const));
    expect(truth.map((pair) => evaluate(table.and, pair))).toEqual([true, false, false, false]);
    expect(truth.map((pair) => evaluate(table.or, pair))).toEqual([true, true, true, false]);
    expect([true, false].map((a) => evaluate(table.not, [a]))).toEqual([false, true]);
  });
  it("computes the same through a formula", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...variants),
        fc.array(fc.double(), { minLength: 3, maxLength: 3 }),
        ({ p, arity }, all) => {
          const values = all.slice(0, arity);
          const formula = p(...values.map((_, index): Expression => ({ kind: "argument", index }))) as Expression;
          expect(interpretExpression<number | boolean>(formula, numbers, values, undefined)).toEqual(
            evaluate(p, values),
          );
        },
      ),
    );
  });
  it("reads a part that occurs twice once", () => {
    let applied = 0;
    const partial = table.atan2.partial(0, 2) as Expression;
    interpretExpression<number | boolean>(
      partial,
      {
        literal: (v) => v,
        apply: (p, args) => {
          applied++;
          return evaluate(p, args);
        },
      },
      [1, 2],
      undefined,
    );
    expect(applied).toBe(5); // hypot, eq, div, div, select
  });
});

describe("the table", () => {
  it("finds primitives by their spelling", () => {
    expect(primitiveForCall("Math.sin")).toBe(table.sin);
    expect(primitiveForCall("Math.pow")).toBe(table.pow);
    expect(primitiveForOperator("**", 2)).toBe(table.pow);
    expect(primitiveForOperator("-", 1)).toBe(table.neg);
    expect(primitiveForOperator("-", 2)).toBe(table.sub);
    expect(primitiveForOperator("*", 2)).toBe(table.mul);
    expect(primitiveForOperator("==", 2)).toBe(table.eq);
    expect(primitiveForCall("Math.random")).toBeUndefined();
  });
  it("holds every function of Math that takes numbers", () => {
    const functions = Object.getOwnPropertyNames(Math).filter((name) => typeof Math[name as keyof Math] === "function");
    const missing = functions.filter((name) => !primitiveForCall(`Math.${name}`));
    expect(missing.filter((name) => !["random", "f16round", "sumPrecise"].includes(name))).toEqual([]);
  });
  it("takes new primitives, and refuses to give a name two meanings", () => {
    const logistic = registerPrimitive(
      unary("logistic", {
        primal: (x) => 1 / (1 + Math.exp(-x)),
        partial: (_x, y) => table.mul(y, table.sub(1, y)),
        spelling: call("Stats.logistic"),
      }),
    );
    expect(primitives.get("logistic")).toBe(logistic);
    expect(primitiveForCall("Stats.logistic")).toBe(logistic);
    expect(registerPrimitive(logistic)).toBe(logistic);
    const other = unary("logistic", { primal: (x) => x, partial: () => 1, spelling: call("Other.logistic") });
    expect(() => registerPrimitive(other)).toThrow(/logistic/);
    const thief = unary("thief", { primal: (x) => x, partial: () => 1, spelling: call("Math.sin") });
    expect(() => registerPrimitive(thief)).toThrow(/sin/);
    expect(primitives.has("thief")).toBe(false);
  });
  it("asks for a partial that exists", () => {
    expect(() => table.sin.partial(1, 1)).toThrow(RangeError);
    expect(() => table.add.partial(0, 3)).toThrow(RangeError);
    expect(definePrimitive).toBeTypeOf("function");
  });
});
