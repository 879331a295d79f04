import { expect, test } from "vitest";
import { errorCurve, estimateDerivative, estimateNoise } from "./index.ts";
import { stencil } from "./stencil.ts";

// Functions with derivatives of any order in closed form, and points that are not kind to them.
const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
interface Smooth {
  readonly name: string;
  readonly f: (x: number) => number;
  readonly derivative: (x: number, n: number) => number;
  readonly at: readonly number[];
}
const smooth: readonly Smooth[] = [
  { name: "exp", f: Math.exp, derivative: (x) => Math.exp(x), at: [-20, 0, 1, 30] },
  { name: "sin", f: Math.sin, derivative: (x, n) => Math.sin(x + (n * Math.PI) / 2), at: [0.1, 1, 1000] },
  {
    name: "1/x",
    f: (x) => 1 / x,
    derivative: (x, n) => ((-1) ** n * factorial(n)) / x ** (n + 1),
    at: [0.01, 2, -300],
  },
  {
    name: "log",
    f: Math.log,
    derivative: (x, n) => ((-1) ** (n - 1) * factorial(n - 1)) / x ** n,
    at: [1e-3, 0.7, 1e6],
  },
  {
    name: "x^5",
    f: (x) => x ** 5,
    derivative: (x, n) => (n > 5 ? 0 : (120 / factorial(5 - n)) * x ** (5 - n)),
    at: [-3, 2],
  },
];
/** What rounding leaves of sixteen digits, by order of the derivative. */
const digits = [0, 12, 10, 8, 7, 5, 4, 3, 2, 1, 0];

for (const { name, f, derivative, at } of smooth) {
  for (const x of at) {
    test(`derivatives of ${name} at ${x}`, () => {
      for (let order = 1; order <= 10; order++) {
        const exact = derivative(x, order);
        const found = estimateDerivative(f, { order })(x);
        const scale = Math.max(Math.abs(exact), Math.abs(f(x)) / Math.max(Math.abs(x), 1) ** order);
        expect(Math.abs(found.value - exact), `order ${order}`).toBeLessThanOrEqual(10 ** -digits[order]! * scale);
        // The error is what it is said to be, with room for bad luck.
        expect(Math.abs(found.value - exact), `error of order ${order}`).toBeLessThanOrEqual(5 * found.error + 1e-300);
      }
    });
  }
}

test("every stencil is exact for the polynomials that its order says, and not for the next one", () => {
  for (const side of ["central", "forward", "backward"] as const) {
    for (let derivative = 1; derivative <= 10; derivative++) {
      for (const order of side === "central" ? [2, 4] : [1, 2, 3]) {
        const { offsets, weights } = stencil(side, derivative, order);
        const moment = (k: number): number => offsets.reduce((sum, x, i) => sum + weights[i]! * x ** k, 0);
        const size = (k: number): number => offsets.reduce((sum, x, i) => sum + Math.abs(weights[i]! * x ** k), 0);
        for (let k = 0; k < derivative + order; k++) {
          const expected = k === derivative ? factorial(k) : 0;
          expect(Math.abs(moment(k) - expected)).toBeLessThanOrEqual(1e-11 * size(k));
        }
        expect(Math.abs(moment(derivative + order))).toBeGreaterThan(1e-6 * size(derivative + order));
      }
    }
  }
});

test("noise is seen: of doubles, of single precision, of values that are rounded", () => {
  expect(estimateNoise(Math.exp, 1).relative).toBeLessThan(1e-15);
  const single = estimateNoise((x) => Math.fround(Math.exp(x)), 1).relative;
  expect(single).toBeGreaterThan(5e-9);
  expect(single).toBeLessThan(2e-7);
  const rounded = estimateNoise((x) => Math.round(Math.exp(x) * 1e6) / 1e6, 1).absolute;
  expect(rounded).toBeGreaterThan(5e-8);
  expect(rounded).toBeLessThan(2e-6);
  expect(estimateNoise(() => 3, 1)).toEqual({ absolute: 0, relative: 0 });
});

test("the error falls with the order of the difference and rises by rounding, and the chosen step is near the best", () => {
  for (const { method, order } of [
    { method: "central", order: 1 },
    { method: "forward", order: 1 },
    { method: "central", order: 2 },
  ] as const) {
    const curve = errorCurve(Math.exp, 1, { method, order, exact: Math.E, density: 8 });
    const least = Math.min(...curve.points.map((p) => p.error));
    expect(curve.chosen.error).toBeLessThan(100 * least);
    const slope = (from: number, to: number): number => {
      const error = (step: number): number =>
        curve.points.reduce((a, b) => (Math.abs(Math.log(b.step / step)) < Math.abs(Math.log(a.step / step)) ? b : a))
          .error;
      return Math.log(error(from) / error(to)) / Math.log(from / to);
    };
    expect(slope(1e-1, 1e-3)).toBeCloseTo(curve.slopes.truncation, 1);
  }
});
