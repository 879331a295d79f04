// Rules of one's own: derivatives that the program gives, in loops, in branches, through arrays and records, by either
// rule in either mode.
import { customJvp, customVjp, inactive } from "cotangent";

/** log Σ exp(x_i), with the pullback that everybody uses: the softmax, made of the value. */
export const logSumExp: (x: number[]) => number = customVjp(
  (x: number[]) => {
    const top = Math.max(...x);
    return top + Math.log(x.reduce((sum, v) => sum + Math.exp(v - top), 0));
  },
  (x) => {
    const value = logSumExp(x);
    return [value, (yBar) => [x.map((v) => yBar * Math.exp(v - value))]];
  },
);

export function entropyLoss(scores: number[], target: number): number {
  return logSumExp(scores) - scores[target]!;
}

export function overwrittenBetween(x: number[]): number {
  const scratch = x.slice();
  let sum = 0;
  for (let i = 0; i < 3; i++) {
    sum += logSumExp(scratch) * (i + 1);
    for (let j = 0; j < scratch.length; j++) scratch[j] = scratch[j]! * 0.5 + sum * 0.1;
  }
  return sum;
}

/** 1 / (1 + exp(-x)), by its value. */
const logistic: (x: number) => number = customJvp(
  (x: number) => 1 / (1 + Math.exp(-x)),
  ([x], [dx]) => {
    const y = logistic(x);
    return [y, y * (1 - y) * dx];
  },
);

export function chainOfLogistics(x: number, n: number): number {
  let y = x;
  for (let i = 0; i < n; i++) y = y > 2 ? y : 1.5 * logistic(y * x) + y * 0.1;
  return y;
}

/** Each row scaled to length 1: a vector in, a vector out, by its directional derivative. */
const unit: (v: Float64Array) => Float64Array = customJvp(
  (v: Float64Array) => {
    const length = Math.hypot(...v);
    return v.map((e) => e / length);
  },
  ([v], [dv]) => {
    const u = unit(v);
    const length = Math.hypot(...v);
    let along = 0;
    for (let i = 0; i < u.length; i++) along += u[i]! * dv[i]!;
    return [u, dv.map((d, i) => (d - along * u[i]!) / length)];
  },
);

export function unitSum(v: Float64Array, w: number): number {
  let sum = 0;
  let at = v;
  for (let i = 0; i < 3; i++) {
    at = unit(at);
    at[i % at.length]! += w * i;
    sum += at[0]! ** 2 * (i + 1) + Math.sin(at[1]!);
  }
  return sum;
}

/** A x for a matrix by rows, as a map of both, with pullbacks by both. */
const product: (a: number[][], x: number[]) => number[] = customVjp(
  (a: number[][], x: number[]) => a.map((row) => row.reduce((sum, e, j) => sum + e * x[j]!, 0)),
  (a, x) => [
    product(a, x),
    (yBar) => [
      a.map((row, i) => row.map((_, j) => yBar[i]! * x[j]!)),
      x.map((_, j) => a.reduce((sum, row, i) => sum + row[j]! * yBar[i]!, 0)),
    ],
  ],
);

export function twoLayers(a: number[][], x: number[]): number {
  const hidden = product(a, x).map(Math.tanh);
  hidden[0] = hidden[0]! * x[1]!;
  return product(a, hidden).reduce((sum, v) => sum + v * v, 0);
}

interface Point {
  readonly x: number;
  readonly y: number;
  readonly isFirst: boolean;
}

const polar = customVjp(
  (p: Point, scale: number) => ({ r: Math.hypot(p.x, p.y) * scale, angle: Math.atan2(p.y, p.x) }),
  (p, scale) => {
    const r = Math.hypot(p.x, p.y);
    return [
      { r: r * scale, angle: Math.atan2(p.y, p.x) },
      (bar) => {
        const along = (bar.r * scale) / r;
        const across = bar.angle / (r * r);
        return [{ x: along * p.x - across * p.y, y: along * p.y + across * p.x, isFirst: null }, bar.r * r];
      },
    ];
  },
);

export function spiral(x: number, y: number): number {
  const first = polar({ x, y, isFirst: true }, x);
  const second = polar({ x: first.r, y: first.angle, isFirst: false }, 2);
  return second.r * second.angle;
}

/** Of two kinds of number, one that only counts. */
const power = customJvp(
  (x: number, n: number, isScaled: boolean) => (isScaled ? n : 1) * x ** n,
  ([x, n, isScaled], [dx]) => [(isScaled ? n : 1) * x ** n, (isScaled ? n : 1) * n * x ** (n - 1) * dx],
);

export function powers(x: number): number {
  let sum = 0;
  for (let n = 1; n < 5; n++) sum += power(x, n, n % 2 === 0) / n;
  return sum;
}

/** By recursion, through the function with the rule. */
const halves: (x: number, n: number) => number = customVjp(
  (x: number, n: number): number => (n <= 0 ? Math.sin(x) : halves(x / 2, n - 1) + x),
  (x, n) => [
    halves(x, n),
    (yBar) => {
      let slope = 0;
      for (let k = 0; k < n; k++) slope += 0.5 ** k;
      return [yBar * (slope + Math.cos(x / 2 ** n) / 2 ** n), 0];
    },
  ],
);

export function sumOfHalves(x: number): number {
  return halves(x * x, 3) * x;
}

export function asCallback(x: number[]): number {
  return x.map(logistic).reduce((sum, y) => sum + y * y, 0);
}

/** What a derivative must not see: where the numbers come from, and how the step is chosen. */
export const stepSize = inactive((x: number) => 1 / (1 + Math.abs(x)));
export const weights = inactive((x: Float64Array) => Array.from(x, (v) => Math.round(v * 8) / 8));

export function damped(x: number): number {
  let y = x;
  for (let i = 0; i < 3; i++) y -= Math.round(stepSize(y) * 4) * 0.1 * Math.sin(y);
  return y * y;
}

export function weighted(x: Float64Array): number {
  const w = weights(x);
  w[0] = x[1]! * w[1]!;
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += w[i]! * x[i]! ** 2;
  return sum;
}
