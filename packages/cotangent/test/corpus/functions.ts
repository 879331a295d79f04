/** Arrows, closures, helpers from other modules, module constants, generic helpers, functions as arguments. */
import logistic, { clamp, GRAVITY, gauss, integrate, scaled as twice, weights } from "./constants.ts";

const RATE = 0.3;
const table = [1, 4, 9, 16];
const settings = { gain: 1.5, offsets: [0.1, 0.2] };

export const arrow = (x: number, y: number): number => x * Math.sin(y) + RATE;

export function moduleConstants(x: number): number {
  let sum = settings.gain * x;
  for (let i = 0; i < table.length; i++) sum += table[i] * x ** i;
  return sum + settings.offsets[1] * Math.sqrt(x);
}

export function acrossModules(x: number, h: number): number {
  let sum = Math.sqrt(2 * GRAVITY * h) * twice(x);
  for (const w of weights) sum += logistic(w * x);
  return clamp(sum, 0, 1000) + gauss.weights[1] * h;
}

/** Local functions that read, and one that writes, what they capture. */
export function captures(x: number, y: number): number {
  let calls = 0;
  let total = 0;
  const shifted = (t: number) => t * x + y;
  const record = (t: number): void => {
    calls++;
    total += t * calls;
  };
  for (let i = 0; i < 3; i++) record(shifted(i));
  function finish(): number {
    return total * x;
  }
  return finish() + calls * y;
}

export function functionArgument(a: number, b: number, k: number): number {
  return integrate((t) => Math.exp(-k * t) * t, a, b) + integrate(Math.cos, 0, a);
}

function compose(f: (x: number) => number, g: (x: number) => number): (x: number) => number {
  return (x) => f(g(x));
}

export function composed(x: number, rate: number): number {
  const grow = (v: number) => v * Math.exp(rate);
  const h = compose(grow, function (v) {
    return v * v + rate;
  });
  return h(x) + compose(h, Math.sqrt)(x);
}

function last<T>(list: readonly T[]): T {
  return list[list.length - 1];
}

function fold<T, R>(list: readonly T[], start: R, step: (total: R, item: T, index: number) => R): R {
  let total = start;
  for (let i = 0; i < list.length; i++) total = step(total, list[i], i);
  return total;
}

export function genericHelpers(xs: number[], pairs: [string, number][]): number {
  const sum = fold(xs, 0, (total, x) => total * 0.5 + x * x);
  const named = fold(pairs, { a: 0, b: 1 }, (total, [name, value], i) =>
    name === "a" ? { a: total.a + value * (i + 1), b: total.b } : { a: total.a, b: total.b * value },
  );
  return sum * last(xs) + named.a * named.b + last(last([xs, [3, 4]]));
}

function meanAndSpread(values: number[]): [mean: number, spread: number] {
  let mean = 0;
  for (const v of values) mean += v / values.length;
  let spread = 0;
  for (const v of values) spread += Math.abs(v - mean);
  return [mean, spread];
}

export function severalResults(values: number[]): number {
  const [mean, spread] = meanAndSpread(values);
  return mean * spread;
}

function normalize(v: number[]): void {
  let sum = 0;
  for (let i = 0; i < v.length; i++) sum += v[i];
  for (let i = 0; i < v.length; i++) v[i] /= sum;
}

export function helperThatWrites(v: number[]): number {
  normalize(v);
  v[0] *= 3;
  normalize(v);
  return v[0] * v[1];
}

export function immediatelyCalled(x: number): number {
  const y = (() => {
    if (x > 1) return x * x;
    return Math.sin(x);
  })();
  return y * x;
}

/** A function chosen by a key. */
export function dispatch(kind: "cube" | "wave" | "line", x: number): number {
  const cube = (t: number) => t * t * t;
  const wave = (t: number) => Math.sin(t) * x;
  const apply = (kernel: (t: number) => number) => kernel(x + 1) + kernel(x / 2);
  if (kind === "cube") return apply(cube);
  return kind === "wave" ? apply(wave) : apply((t) => 2 * t);
}
