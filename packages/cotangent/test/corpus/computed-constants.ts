/** Constants that code computes when the module loads, and that nobody else has: tables, instances, maps, parts of others. */

class Direction {
  static readonly up = new Direction(0, 1);
  readonly x: number;
  readonly y: number;
  constructor(x: number, y: number) {
    this.x = x;
    this.y = y;
  }
  dot(other: Direction): number {
    return this.x * other.x + this.y * other.y;
  }
  turned(angle: number): Direction {
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    return new Direction(c * this.x - s * this.y, s * this.x + c * this.y);
  }
}

const half = Math.PI / 6;
const ahead = Direction.up.turned(half);
const compass = [Direction.up, ahead, ahead.turned(half)];

/** Instances, and a list in which one is met again. */
export function along(x: number, y: number): number {
  const v = new Direction(x * y, y);
  return compass.reduce((sum, d) => sum + d.dot(v) ** 2, 0) + v.dot(ahead);
}

function binomials(n: number): number[][] {
  const rows: number[][] = [[1]];
  for (let i = 1; i <= n; i++) {
    const above = rows[i - 1]!;
    rows.push([1, ...above.slice(1).map((b, k) => b + above[k]!), 1]);
  }
  return rows;
}
const pascal = binomials(5);

/** Bernstein's polynomials, with coefficients from a table. */
export function bezier(points: number[], t: number): number {
  const n = points.length - 1;
  const row = pascal[n]!;
  return points.reduce((sum, p, i) => sum + row[i]! * p * t ** i * (1 - t) ** (n - i), 0);
}

const names = ["rate", "spread"].map((s) => s.toUpperCase());
const prices = new Map(names.map((name, i) => [name, 0.5 + i] as const));
const known = new Set([...prices.keys(), "OTHER"]);
const limits: Record<string, number> = Object.fromEntries(names.map((name, i) => [name, 2 * i + 1]));

/** A map, a set and an indexed object, made of others. */
export function priced(x: number, name: string): number {
  const price = prices.get(name) ?? 0.1;
  const limit = limits[name] ?? x;
  return known.has(name) ? price * x * x + Math.min(limit, Math.exp(x)) : x ** 3;
}

const settings = { rate: 0.05, grid: { steps: [0.1, 0.2, 0.4], order: 2 }, label: "plain" };
const {
  rate,
  grid: {
    steps: [first, ...others],
    order: power = 3,
  },
} = settings;
const [low, high = 2 * low] = settings.grid.steps.slice(1, 2);

/** Parts of what others hold, taken by patterns. */
export function taken(x: number): number {
  const sum = others.reduce((s, h) => s + Math.sin(h * x), first * x);
  return sum * rate + x ** power * low + high * x;
}

const knots = Float64Array.from({ length: 6 }, (_, i) => Math.cos((Math.PI * (i + 0.5)) / 6));
const memory = new Float64Array(8).fill(0.25).map((v, i) => v * i);

/** Typed arrays. */
export function interpolated(ys: number[]): number {
  let sum = 0;
  for (let i = 0; i < ys.length; i++) sum += ys[i]! ** 2 * knots[i]! + memory.subarray(2)[i]! * ys[i]!;
  return sum;
}

type Step = (x: number) => number;
const compose =
  (...steps: Step[]): Step =>
  (x) =>
    steps.reduce((v, step) => step(v), x);
const warp = compose(Math.sin, (v) => v * v, Math.exp);
const interpolator =
  (table: readonly { at: number; values: number[] }[]): Step =>
  (x) =>
    table.reduce((sum, { at, values: [a, b] }) => sum + (a! + b! * x) * Math.exp(-((x - at) ** 2)), 0);
const curve = interpolator([
  { at: 0, values: [1, 2] },
  { at: 1, values: [0.5, -1] },
]);

/** Functions that others made of functions, and of structures. */
export function warped(x: number): number {
  return warp(x) * curve(x * x) + warp(curve(x));
}
