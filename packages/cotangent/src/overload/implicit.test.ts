/** Functions that are said by an equation, on overloaded values: the theorem against what is known of the solutions. */

import { describe, expect, test } from "vitest";
import { codeOf } from "../../test/support/refusals.ts";
import { customVjp, fixedPoint, implicitMinimum, implicitRoot } from "../api/rules.ts";
import { grad, hessian, jacobian, jvp, taylor } from "../api/verbs.ts";
import { add, cos, exp, lt, mul, overload, record, sin, square, sub } from "./index.ts";

const engine = overload;

/** The positive root of a. The solver is none that could be differentiated. */
const root = implicitRoot(
  (a: number): number => Math.sqrt(a),
  (x, a) => sub(mul(x, x), a),
);
/** x = a cos x. */
const dottie = fixedPoint(
  (a: number): number => {
    let x = 0;
    for (let i = 0; i < 200; i++) x = a * Math.cos(x);
    return x;
  },
  (x, a) => mul(a, cos(x)),
);

describe("numbers", () => {
  test("a root, to second order and in every mode", () => {
    for (const a of [0.5, 2, 9]) {
      const f = (x: number): number => mul(root(x), x);
      expect(grad(f, { engine })(a)).toBeCloseTo(1.5 * Math.sqrt(a), 13);
      expect(grad(f, { engine, mode: "forward" })(a)).toBeCloseTo(1.5 * Math.sqrt(a), 13);
      expect(hessian(f, { engine })(a)).toBeCloseTo(0.75 / Math.sqrt(a), 13);
      const third = grad((x: number) => hessian(f, { engine })(x), { engine });
      expect(third(a)).toBeCloseTo(-0.375 * a ** -1.5, 13);
    }
  });

  test("a fixed point", () => {
    const x = dottie(0.9);
    expect(grad((a: number) => dottie(a), { engine })(0.9)).toBeCloseTo(Math.cos(x) / (1 + 0.9 * Math.sin(x)), 13);
  });

  test("a solution that is moved by several levels at once", () => {
    const outer = (k: number): number => mul(k, grad((a: number) => root(mul(a, k)), { engine })(3));
    // k · d/da √(a k) = k^1.5 / (2 √a)
    expect(grad(outer, { engine })(2)).toBeCloseTo((0.75 * Math.sqrt(2)) / Math.sqrt(3), 13);
  });
});

test("several unknowns, and arguments in structures", () => {
  interface Circle {
    readonly radius: number;
    readonly slope: Float64Array;
  }
  // On the circle and on the line y = slope x.
  const cut = implicitRoot(
    ({ radius, slope }: Circle): number[] => {
      const x = radius / Math.hypot(1, slope[0]!);
      return [x, x * slope[0]!];
    },
    ([x, y], { radius, slope }) => [sub(add(square(x!), square(y!)), square(radius)), sub(y!, mul(slope[0]!, x!))],
  );
  const at = (): Circle => ({ radius: 5, slope: Float64Array.of(0.75) });
  const found = jacobian((c: Circle) => cut(c), { engine })(at());
  // x = r (1 + s²)^-½, y = s x
  const [dr, ds] = [1 / 1.25, (-5 * 0.75) / 1.25 ** 3];
  const expected = [
    [dr, ds],
    [0.75 * dr, 4 + 0.75 * ds],
  ];
  found.forEach((row, i) => {
    expect(row.radius).toBeCloseTo(expected[i]![0]!, 13);
    expect(row.slope).toBeInstanceOf(Float64Array);
    expect(row.slope[0]).toBeCloseTo(expected[i]![1]!, 13);
  });
});

test("a minimum is the root of a gradient", () => {
  // Least of (x - a)² + (y - a b)² + exp(x) is no formula in x; y = a b.
  const least = implicitMinimum(
    (a: number, b: number): number[] => {
      let x = 0;
      for (let i = 0; i < 100; i++) x -= (2 * (x - a) + Math.exp(x)) / (2 + Math.exp(x));
      return [x, a * b];
    },
    ([x, y], a, b) => add(add(square(sub(x!, a)), square(sub(y!, mul(a, b)))), exp(x!)),
  );
  const [x] = least(1.5, 2);
  const found = jacobian((a: number, b: number) => least(a, b), { engine, argnums: [0, 1] })(1.5, 2);
  expect(found[0]![0]).toBeCloseTo(2 / (2 + Math.exp(x!)), 13);
  expect(found[0]![1]).toBeCloseTo(0, 13);
  expect(found[1]).toEqual([expect.closeTo(2, 13), expect.closeTo(1.5, 13)]);
});

describe("refused is", () => {
  test("an equation that reads values which it was not given, at every level", () => {
    const scaled = (k: number): number =>
      implicitRoot(
        (a: number): number => a / 3,
        (x, a) => sub(mul(x, k), a),
      )(mul(2, k));
    expect(codeOf(() => grad(scaled, { engine })(3))).toBe("rule-captures");
    expect(codeOf(() => jvp(scaled, { engine })([3], [1]))).toBe("rule-captures");
    const inner = (k: number): number =>
      grad(
        (a: number) =>
          implicitRoot(
            (b: number): number => b / 3,
            (x, b) => sub(mul(x, k), b),
          )(a),
        { engine },
      )(2);
    expect(codeOf(() => grad(inner, { engine })(3))).toBe("rule-captures");
    const ruled = (k: number): number =>
      customVjp(
        (x: number): number => mul(x, k),
        (x) => [mul(x, k), (w) => [mul(w, k)]],
      )(mul(2, k));
    expect(codeOf(() => jvp(ruled, { engine })([3], [1]))).toBe("rule-captures");
    // A pullback may read what the value doesn't.
    const pulled = (k: number): number =>
      customVjp(
        (x: number): number => x,
        (x) => [x, (w) => [mul(w, k)]],
      )(mul(2, k));
    expect(codeOf(() => grad(pulled, { engine })(3))).toBe("rule-captures");
  });

  test("an equation that values take another way, one of another size, and series", () => {
    const split = implicitRoot(
      (a: number): number => a,
      (x, a) => ((x as unknown) === 2 ? sub(x, a) : sub(mul(2, x), a)),
    );
    expect(codeOf(() => grad((a: number) => split(a), { engine })(2))).toBe("overload-differs");
    const asked = implicitRoot(
      (a: number): number => a,
      (x, a) => (lt(x, 3) ? sub(x, a) : sub(mul(2, x), a)),
    );
    expect(grad((a: number) => asked(a), { engine })(2)).toBe(1);
    const short = implicitRoot(
      (a: number): number[] => [a, a],
      ([x], a) => [sub(x!, a)],
    );
    expect(() => grad((a: number) => short(a)[0]!, { engine })(2)).toThrow(/1 numbers for 2 unknowns/);
    expect(codeOf(() => taylor((a: number) => root(a), { engine, order: 2 })(2))).toBe("rule-engine");
    expect(codeOf(() => record((a: number) => sin(root(a)), [2]))).toBe("rule-engine");
  });
});
