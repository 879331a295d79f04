import { describe, expect, test } from "vitest";
import { codeOf } from "../../test/support/refusals.ts";
import { customJvp, customVjp, inactive } from "../api/rules.ts";
import { stopGradient } from "../api/stop-gradient.ts";
import { derivative, grad, hessian, hvp, jacobian, jvp, linearize, taylor, valueAndGrad, vjp } from "../api/verbs.ts";
import { evaluate } from "../core/bind.ts";
import { interpretExpression, isFlat, type Primitive } from "../core/primitive.ts";
import { call, div as divide, exp as exponential, primitives, mul as times, unary } from "../elementals/index.ts";
import { compileOperation } from "./compile.ts";
import {
  add,
  constant,
  div,
  eq,
  exp,
  functionOf,
  functions,
  hypot,
  log,
  lt,
  max,
  mul,
  overload,
  pow,
  type Real,
  sin,
  sqrt,
  sub,
  type Value,
  value,
} from "./index.ts";
import { Operation, operationOf, perform } from "./operation.ts";

const engine = overload;
type Callable = (...args: unknown[]) => unknown;

const numbers = {
  literal: (x: number): number | boolean => x,
  apply: (p: Primitive, args: readonly (number | boolean)[]): number | boolean => evaluate(p, args),
};

describe("the table", () => {
  const active = [...primitives.values()].filter((p) => p.domain !== undefined && p.takes[0] === "number");
  const cases = active.flatMap((p) => {
    const counts = p.arity === "variadic" ? [1, 2, 3, 4] : [p.arity];
    return counts.flatMap((count) => {
      const { intervals, singular } = p.domain!;
      const along = (t: number): number[] =>
        Array.from({ length: count }, (_, i) => {
          const [low, high] = intervals[Math.min(i, intervals.length - 1)]!;
          return low + (high - low) * ((t + 0.37 * i) % 1);
        });
      return [along(0.13), along(0.71), ...singular.filter((s) => s.length === count)].map(
        (x) => [`${p.id}(${x.join(", ")})`, p, x] as const,
      );
    });
  });

  test.each(cases)("%s", (_, p, x) => {
    const f = functionOf(p) as Callable;
    const y = evaluate(p, x) as number;
    expect(f(...x)).toBe(y);
    const expected = x.map((_, i) => {
      const partial = p.partial(i, x.length)!;
      return isFlat(p, i, x.length) ? 0 : (interpretExpression<number | boolean>(partial, numbers, x, y) as number);
    });
    // An addition to 0 makes 0 of -0.
    const positive = (list: readonly number[]): number[] => list.map((d) => d + 0);
    const ofClosures = new Operation(p);
    compileOperation(ofClosures, { generate: false });
    const ways = [f, (...args: unknown[]) => perform(operationOf(p), args), ofClosures.call as Callable];
    for (const way of ways) {
      const named = way as (...args: number[]) => number;
      const [found, pullback] = vjp(named, { engine })(...x);
      expect(found).toBe(y);
      expect(positive(pullback(1) as number[])).toEqual(positive(expected));
      x.forEach((_, i) => {
        const unit = x.map((_, k) => (k === i ? 1 : 0));
        expect(positive([jvp(named, { engine })(x, unit)[1]])).toEqual(positive([expected[i]!]));
        const along = taylor(named, { engine, argnums: i, order: 1 })(...x) as number[];
        if (Number.isFinite(expected[i])) expect(along[1]).toBeCloseTo(expected[i]!, 12);
        // With all others left out of `argnums`.
        expect(positive([grad(named, { engine, argnums: i })(...x) as number])).toEqual(positive([expected[i]!]));
      });
      const columns = jacobian((...args: number[]) => [named(...args)], {
        engine,
        argnums: x.map((_, i) => i),
        mode: "forward",
      });
      if (expected.every(Number.isFinite)) expect(positive(columns(...x)[0] as number[])).toEqual(positive(expected));
    }
  });

  // A dual over a tape is code of its own; it is held against a dual of the pullback, which is interpreted.
  const twice = cases.filter(([, p, x]) => !p.domain!.singular.some((s) => s.every((v, i) => v === x[i])));
  test.each(twice)("second derivatives of %s", (_, p, x) => {
    const f = functionOf(p) as (...args: number[]) => number;
    const all = { engine, argnums: x.map((_, i) => i) };
    const byTape = hessian(f, all)(...x).flat() as number[];
    const byNesting = jacobian((...args: number[]) => grad(f, all)(...args), { ...all, mode: "forward" })(...x).flat();
    byTape.forEach((entry, i) => {
      expect(Math.abs(entry - (byNesting[i] as number))).toBeLessThanOrEqual(1e-12 * (1 + Math.abs(entry)));
    });
    const h = 2 ** -12;
    x.forEach((_, k) => {
      const slope = (t: number): number[] => grad(f, all)(...x.map((v, i) => (i === k ? v + t : v))) as number[];
      const [a, b] = [slope(-h), slope(h)];
      a.forEach((left, i) => {
        const difference = (b[i]! - left) / (2 * h);
        expect(Math.abs(byTape[i * x.length + k]! - difference)).toBeLessThan(1e-4 * (1 + Math.abs(difference)));
      });
    });
  });

  test("an entry is a function, a method, and takes values at once", () => {
    for (const p of active) if (p.id in functions) expect(constant(0.5)).toHaveProperty(p.id);
    const logistic = unary("overloadedLogistic", {
      primal: (x) => 1 / (1 + Math.exp(-x)),
      partial: (_x, y) => times(y, divide(y, exponential(_x))),
      spelling: call("overloadedLogistic"),
    });
    const f = functionOf(logistic) as (x: number) => number;
    const s = f(0.3);
    expect(grad(f, { engine })(0.3)).toBeCloseTo(s * (1 - s), 14);
  });
});

const f = (x: number, y: number): number => sub(add(log(x), mul(x, y)), sin(y));
const both = { argnums: [0, 1], engine } as const;

describe("the verbs", () => {
  const [g0, g1] = [5.5, 2 - Math.cos(5)];
  test("of the textbook function", () => {
    expect(grad(f, both)(2, 5)).toEqual([g0, 1.7163378145367738]);
    expect(grad(f, { ...both, mode: "forward" })(2, 5)).toEqual([g0, g1]);
    expect(valueAndGrad(f, { engine })(2, 5)).toEqual([f(2, 5), g0]);
    expect(jvp(f, { engine })([2, 5], [1, 10])).toEqual([f(2, 5), g0 + 10 * g1]);
    const [v, pullback] = vjp(f, { engine })(2, 5);
    expect([v, pullback(1), pullback(2)]).toEqual([f(2, 5), [g0, g1], [2 * g0, 2 * g1]]);
    const [, pushforward] = linearize(f, { engine })(2, 5);
    expect([pushforward([1, 0]), pushforward([0, 1])]).toEqual([g0, g1]);
    expect(linearize(f, { engine, argnums: [1] })(2, 5)[1]([1])).toBe(g1);
    expect(hessian(f, both)(2, 5)).toEqual([
      [-0.25, 1],
      [1, Math.sin(5)],
    ]);
    expect(hvp(f, both)([2, 5], [1, 2])).toEqual([-0.25 + 2, 1 + 2 * Math.sin(5)]);
  });

  test("of structures", () => {
    interface Model {
      readonly w: Float64Array;
      readonly b: { readonly c: number; readonly name: string };
    }
    const h = ({ w, b }: Model, x: Float32Array): { s: number; list: number[] } => {
      let s = b.c as number;
      for (let i = 0; i < w.length; i++) s = add(s, mul(w[i]!, x[i]!));
      return { s, list: [exp(s), mul(s, s)] };
    };
    const model = { w: new Float64Array([1, 2]), b: { c: 0.5, name: "bias" } };
    const x = new Float32Array([0.25, -0.5]);
    const [out, pullback] = vjp(h, { engine })(model, x);
    expect(out).toEqual(h(model, x));
    const [dm, dx] = pullback({ s: 1, list: [0, 3] });
    const by = 1 + 3 * 2 * out.s;
    expect(dm).toEqual({ w: new Float64Array([0.25 * by, -0.5 * by]), b: { c: by, name: null } });
    expect(dx).toEqual(new Float32Array([by, 2 * by]));
    expect(jacobian(h, { engine, mode: "forward" })(model, x)).toEqual(jacobian(h, { engine })(model, x));
  });

  test("of any order", () => {
    expect(taylor((x: number) => div(1, sub(1, x)), { engine, order: 6 })(0)).toEqual([1, 1, 1, 1, 1, 1, 1]);
    const [a, b] = [derivative, taylor].map((verb) => verb((x: number) => exp(sin(x)), { engine, order: 4 })(0.7));
    expect((b as number[])[4]! * 24).toBeCloseTo(a as number, 10);
    const fourth = grad((x: number) => derivative((y: number) => exp(sin(y)), { engine, order: 3 })(x) as number, {
      engine,
    });
    expect(fourth(0.7)).toBeCloseTo(a as number, 10);
    expect(() => derivative((x: number) => x, { engine, order: 65 })).toThrow(/order from 1 to 64/);
    expect(() => derivative((x: number[]) => x[0]!, { engine })([1])).toThrow(/something else than one number/);
  });

  test("arguments end as after one plain call; the result belongs to the caller", () => {
    const scaled = (x: number[], k: number): number[] => {
      for (let i = 0; i < x.length; i++) x[i] = mul(x[i]!, k);
      x.push(3);
      return x;
    };
    const x = [1, 2];
    const [out, pullback] = vjp(scaled, { engine })(x, 10);
    expect(x).toEqual([10, 20, 3]);
    expect(out).toBe(x);
    x.fill(Number.NaN);
    x.length = 1;
    expect(pullback([1, 1, 1])).toEqual([[10, 10], 3]);
    expect(pullback([1, 1, 1])).toEqual([[10, 10], 3]);
  });

  test("one object in two places", () => {
    const dot = (a: number[], b: number[]): number => a.reduce((s, x, i) => add(s, mul(x, b[i]!)), 0);
    const x = [1, 2];
    expect(grad(dot, both)(x, x)).toEqual([
      [1, 2],
      [1, 2],
    ]);
    const moved = (a: number[], b: number[]): number => {
      a[0] = mul(a[0]!, 3);
      return mul(a[0]!, b[0]!);
    };
    // 9 x^2, one object under two names.
    expect(grad(moved, both)([2], [2])).toEqual([[6], [6]]);
    const shared = [2];
    expect(grad(moved, both)(shared, shared)).toEqual([[36], [36]]);
  });

  test("infinite partials are multiplied by what moves, and by nothing else", () => {
    expect(grad((x: number, y: number) => add(sqrt(x), y), both)(0, 1)).toEqual([Number.POSITIVE_INFINITY, 1]);
    expect(grad((x: number, y: number) => add(sqrt(x), y), { engine, argnums: 1, mode: "forward" })(0, 1)).toBe(1);
    // A kink that is reached by what stands still: no number, and not 0.
    for (const mode of ["forward", "reverse"] as const)
      expect(grad((x: number) => sqrt(mul(x, x)), { engine, mode })(0)).toBeNaN();
    const chosen = (x: number): number => {
      const root = sqrt(x);
      return lt(x, 1) ? mul(2, x) : root;
    };
    expect(grad(chosen, { engine })(0)).toBe(2);
  });
});

describe("nesting", () => {
  test("perturbations are not confused", () => {
    expect(grad((x: number) => mul(x, grad((y: number) => add(x, y), { engine })(1)), { engine })(1)).toBe(1);
    const forward = { engine, mode: "forward" } as const;
    for (const outer of [forward, { engine }])
      for (const inner of [forward, { engine }])
        expect(grad((x: number) => mul(x, grad((y: number) => mul(x, y), inner)(2)), outer)(3)).toBe(6);
    expect(
      grad((x: number) => derivative((y: number) => mul(x, mul(y, y)), { engine })(x) as number, { engine })(3),
    ).toBe(12);
  });

  test("verbs compose, and agree with the product with the Hessian", () => {
    const h = (x: number, y: number): number => mul(exp(mul(x, y)), hypot(x, y, 1));
    const nested = hessian(h, both)(0.4, -0.7);
    const byGrad = jacobian((x: number, y: number) => grad(h, both)(x, y), both)(0.4, -0.7);
    nested.flat().forEach((entry, i) => expect(byGrad.flat()[i]).toBeCloseTo(entry, 12));
    expect(
      grad((x: number) => grad((y: number) => grad((z: number) => pow(z, 5), { engine })(y), { engine })(x), {
        engine,
      })(2),
    ).toBeCloseTo(60 * 4, 10);
  });
});

describe("methods", () => {
  const methods = (x: Value, y: Value): Value => x.log().add(x.mul(y)).sub(y.sin());
  const asFunction = methods as unknown as typeof f;
  test("are the functions", () => {
    expect(grad(asFunction, both)(2, 5)).toEqual(grad(f, both)(2, 5));
    expect(hessian(asFunction, both)(2, 5)).toEqual(hessian(f, both)(2, 5));
    const floored = ((x: Value) => x.floor().mul(x)) as unknown as (x: number) => number;
    expect(grad(floored, { engine })(2.5)).toBe(2);
  });

  test("what a function that calls them writes is the caller's", () => {
    const x = [1, 2];
    const f64 = new Float64Array([3]);
    const h = (list: Value[], more: Value[]): Value => {
      list[0] = list[0]!.mul(5);
      list.push(list[1]!.exp());
      more[0] = list[0]!;
      return list[0]!.mul(list[2]!);
    };
    const [v, g] = valueAndGrad(h as unknown as (a: number[], b: Float64Array) => number, { engine })(x, f64);
    expect(v).toBeCloseTo(5 * Math.exp(2), 12);
    expect(g).toEqual([5 * Math.exp(2), 5 * Math.exp(2)]);
    expect([x, f64]).toEqual([[5, 2, Math.exp(2)], new Float64Array([5])]);
  });
});

describe("what is no number is not taken for one", () => {
  const slips: Readonly<Record<string, (x: number) => unknown>> = {
    operator: (x) => x * x,
    builtIn: (x) => Math.sin(x),
    caught: (x) => {
      try {
        return x + 1;
      } catch {
        return 3;
      }
    },
    text: (x) => `${x}`.length,
    json: (x) => JSON.stringify([x]).length,
    typedArray: (x) => Float64Array.of(x)[0],
    lengthOfTypedArray: (x) => new Float64Array(x).length,
    index: (x) => [1, 2, 3][x],
  };
  test.each(Object.entries(slips))("%s", (_, slip) => {
    for (const mode of ["forward", "reverse"] as const)
      expect(codeOf(() => grad(slip as (x: number) => number, { engine, mode })(2))).toBe("overload-plain");
  });

  const others: Readonly<Record<string, (x: number) => unknown>> = {
    identity: (x) => (x === 2 ? 1 : 3),
    truth: (x) => (x ? 1 : mul(2, x)),
    kind: (x) => (typeof x === "number" ? 1 : mul(2, x)),
    key: (x) => new Map([[2, 5]]).get(x) ?? 0,
    isNaN: (x) => (Number.isNaN(x) ? 1 : Number.isFinite(x) ? mul(2, x) : x),
    clone: (x) => structuredClone(x),
  };
  test.each(Object.entries(others))("%s", (name, slip) => {
    expect(codeOf(() => grad(slip as (x: number) => number, { engine })(name === "truth" ? 0 : 2))).toBe(
      "overload-differs",
    );
  });

  test("a value outside of its call, and a result that is bits", () => {
    const kept: number[] = [];
    const keeps = (x: number): number => {
      kept.push(mul(x, x));
      return x;
    };
    grad(keeps, { engine })(2);
    jvp(keeps, { engine })([2], [1]);
    // Of each call there is the overloaded run, and then the plain one.
    expect(kept.map((x) => codeOf(() => mul(x, 2)))).toEqual([
      "overload-outlived",
      "none",
      "overload-outlived",
      "none",
    ]);
    const bits = (x: number): number => functions.add(functions.mul(x, 2), bitOr(x, 0));
    expect(codeOf(() => grad(bits, { engine })(2.5))).toBe("overload-bits");
    const steers = (x: number): number => (lt(bitOr(x, 0), 3) ? mul(x, 2) : x);
    expect(grad(steers, { engine })(2.5)).toBe(2);
    const list = ((x: number) => [x]) as unknown as (x: number) => number;
    expect(codeOf(() => hessian(list, { engine })(2))).toBe("result-not-scalar");
  });

  test("numbers that are keys, or in sets", () => {
    const members = (x: number): { s: Set<number> } => ({ s: new Set([mul(x, x)]) });
    expect(codeOf(() => vjp(members, { engine })(2))).toBe("not-taken");
    const table = (x: number): Map<number, number> => new Map([[mul(x, x), 1]]);
    expect(codeOf(() => jvp(table, { engine })([2], [1]))).toBe("not-taken");
    const added = (s: Set<number>, x: Value): Value => {
      s.add(x as unknown as number);
      return x.mul(2);
    };
    expect(codeOf(() => jvp(added as never, { engine })([new Set(), 2] as never, [null, 1] as never))).toBe(
      "not-taken",
    );
  });

  test("what carries a rule of its own, or stops the derivative", () => {
    const cross = customVjp(
      (x: number[], y: number[]): void => {
        x[0] = mul(y[0]!, x[0]!);
      },
      (x, y) => [
        [[x[0]! * y[0]!, x[1]!]],
        ([bar]) => [
          [bar[0]! * y[0]!, bar[1]!],
          [bar[0]! * x[0]!, 0],
        ],
      ],
      { outputs: [0] },
    );
    const ruled = customVjp(
      (x: number): number => mul(x, x),
      (x: number) => [mul(x, x), (w: number) => [7 * w]],
    );
    // Seven times: the rule's own word.
    expect(grad((x: number) => ruled(x), { engine })(2)).toBe(7);
    expect(jvp((x: number) => mul(x, ruled(x)), { engine })([3], [2])).toEqual([27, 2 * (9 + 21 * 1)]);
    // What the rule computes with values of an outer level is differentiated there.
    expect(hessian((x: number) => ruled(x), { engine })(2)).toBe(0);
    const squared: (x: number) => number = customVjp(
      (x: number): number => mul(x, x),
      (x: number) => [mul(x, x), (w: number) => [mul(mul(2, w), x)]],
    );
    expect(hessian((x: number) => mul(x, squared(x)), { engine })(2)).toBe(12);
    expect(codeOf(() => taylor((x: number) => ruled(x), { engine, order: 2 })(2))).toBe("rule-engine");
    const double = customJvp(
      (x: number[], s: number): number[] => x.map((v) => mul(v, s)),
      ([x, s], [dx, ds]) => [x.map((v) => mul(v, s)), x.map((v, i) => mul(v, ds) + dx[i]! * s)],
    );
    const both = (x: number[], s: number): number => mul(double(x, s)[1]!, s);
    expect(grad(both, { engine, argnums: [0, 1] })([1, 3], 2)).toEqual([[0, 4], 12]);
    const fill = customVjp(
      (x: number[], s: number): void => {
        for (let i = 0; i < x.length; i++) x[i] = mul(x[i]!, s);
      },
      (x, s) => [[x.map((v) => v * s)], ([bar]) => [bar.map((b) => b * s), bar.reduce((t, b, i) => t + b * x[i]!, 0)]],
      { outputs: [0] },
    );
    const writes = (x: number[], s: number): number => {
      fill(x, s);
      fill(x, 3);
      return mul(x[0]!, x[1]!);
    };
    const given = [1, 2];
    expect(grad(writes, { engine, argnums: [0, 1] })(given, 5)).toEqual([[9 * 25 * 2, 9 * 25], 9 * 2 * 5 * 2]);
    expect(given).toEqual([15, 30]);
    const crossing = (x: number[]): number => {
      cross(x, x);
      return x[0]!;
    };
    expect(() => grad(crossing, { engine })([1, 2])).toThrow(/shares memory/);
    const still = inactive((x: number): number => mul(x, x));
    expect(grad((x: number) => mul(x, still(x)), { engine })(3)).toBe(9);
    expect(grad((x: number) => mul(x, stopGradient(x)), { engine })(3)).toBe(3);
    expect(grad((x: number[]) => mul(x[0]!, stopGradient(x)[0]!), { engine })([3])).toEqual([3]);
  });

  test("what may be said with values", () => {
    const g = (x: number): number => (eq(x, 0) ? 0 : lt(x, 0) ? mul(-1, x) : max(x, 2));
    expect([grad(g, { engine })(-3), grad(g, { engine })(5), grad(g, { engine })(1)]).toEqual([-1, 1, 0]);
    expect(grad((x: number) => mul(value(x), x), { engine })(3)).toBe(3);
    const later = (async (x: number) => x) as unknown as (x: number) => number;
    expect(codeOf(() => grad(later, { engine })(3))).toBe("not-taken");
  });
});

describe("a tape whose room is used again", () => {
  test("is not read by the values that it left", () => {
    const left: Real[] = [];
    const keeps = (x: number): number => {
      left.push(x as Real);
      return mul(x, x);
    };
    expect(grad(keeps, { engine })(3)).toBe(6);
    // Another call takes the same room.
    expect(grad((x: number) => mul(7, mul(x, x)), { engine })(5)).toBe(70);
    const [kept] = left as [number];
    for (const use of [
      () => mul(kept, 2),
      () => add(1, kept),
      () => functions.floor(kept),
      () => lt(kept, 1),
      () => value(kept),
      () => grad((x: number) => mul(x, kept), { engine })(2),
    ])
      expect(codeOf(use)).toBe("overload-outlived");
  });

  test("serves calls inside of calls, and after one that threw", () => {
    const inner = (y: number): number => grad((x: number) => mul(mul(x, x), y), { engine })(3);
    const outer = (y: number): number => add(inner(y), mul(y, inner(2)));
    for (let i = 0; i < 3; i++) {
      expect(grad(outer, { engine })(5)).toBe(6 + 12);
      expect(() =>
        grad(
          (x: number) => {
            inner(1);
            throw new RangeError(String(value(mul(x, x))));
          },
          { engine },
        )(2),
      ).toThrow("4");
      const [, pullback] = vjp((x: number) => mul(x, x), { engine })(4);
      expect(inner(1)).toBe(6);
      expect(pullback(1)).toEqual([8]);
    }
  });

  test("leaves what is not reached at 0, beside infinite partials", () => {
    const f = (x: number, y: number): number => {
      sqrt(y);
      return mul(x, x);
    };
    for (let i = 0; i < 2; i++) expect(grad(f, { engine, argnums: [0, 1] })(3, 0)).toEqual([6, 0]);
    // A root that is reached only by 0.
    expect(grad((x: number) => mul(0, sqrt(x)), { engine })(0)).toBeNaN();
    const many = (xs: number[]): number => {
      for (const x of xs) sqrt(x);
      return mul(xs[0]!, xs[1]!);
    };
    expect(grad(many, { engine })([2, 3, 0, -1])).toEqual([3, 2, 0, 0]);
  });
});

const bitOr = functionOf(primitives.get("bitOr")!) as (x: Real, y: Real) => number;
