// Rules of one's own where they could go wrong: memory shared and overwritten, arguments passed twice, optional parts,
// constants of modules, tables, exceptions, defaults.
import { customJvp, customVjp, inactive } from "cotangent";

export const weightsOf: number[] = [1, 2, 3];
export const shift = { by: 2 };

/** Reads a module's array in the pullback. */
const weighted = customVjp(
  (x: number[]) => x.reduce((s, v, i) => s + v * v * weightsOf[i]!, 0),
  (x) => [x.reduce((s, v, i) => s + v * v * weightsOf[i]!, 0), (bar) => [x.map((v, i) => 2 * bar * v * weightsOf[i]!)]],
);
export function useWeighted(x: number[]): number {
  return weighted(x) * x[0]!;
}

/** In a record of functions. */
export const lib = {
  softplus: customJvp(
    (x: number) => Math.log1p(Math.exp(x)),
    ([x], [dx]) => [Math.log1p(Math.exp(x)), dx / (1 + Math.exp(-x))],
  ),
};
export function useLib(x: number): number {
  return lib.softplus(x) * x;
}

/** Result shares with the pullback's captures and is overwritten. */
const expAll: (x: Float64Array) => Float64Array = customVjp(
  (x: Float64Array) => x.map(Math.exp),
  (x) => {
    const y = x.map(Math.exp);
    return [y, (bar) => [bar.map((b, i) => b * y[i]!)]];
  },
);
export function overwritten(x: Float64Array): number {
  const y = expAll(x);
  let s = 0;
  for (let i = 0; i < y.length; i++) {
    s += y[i]!;
    y[i] = 0;
  }
  x[0] = 5;
  const z = expAll(y);
  return s * s + z[0]! * x[1]!;
}

/** Both arguments the same array. */
const dot = customVjp(
  (a: Float64Array, b: Float64Array) => {
    let s = 0;
    for (let i = 0; i < a.length; i++) s += a[i]! * b[i]!;
    return s;
  },
  (a, b) => {
    let s = 0;
    for (let i = 0; i < a.length; i++) s += a[i]! * b[i]!;
    return [s, (bar) => [b.map((v) => v * bar), a.map((v) => v * bar)]];
  },
);
export function normSquared(a: Float64Array): number {
  const once = dot(a, a);
  a[0] = a[1]! * 2;
  return once + dot(a, a.subarray(0, a.length)) * 3;
}

/** Pullback gives what it was given. */
const same = customVjp(
  (x: number[]) => x.slice(),
  (x) => [x.slice(), (bar) => [bar]],
);
export function passed(x: number[]): number {
  const y = same(same(x));
  y[0]! *= y[1]!;
  return y[0]! * y[0]! + x[0]!;
}

/** Records of arrays, optional parts. */
interface Layer {
  readonly w: number[][];
  readonly b?: number[] | undefined;
}
const affine = customVjp(
  (l: Layer, x: number[]) => l.w.map((row, i) => row.reduce((s, v, j) => s + v * x[j]!, l.b ? l.b[i]! : 0)),
  (l, x) => [
    l.w.map((row, i) => row.reduce((s, v, j) => s + v * x[j]!, l.b ? l.b[i]! : 0)),
    (bar) => [
      { w: l.w.map((row, i) => row.map((_, j) => bar[i]! * x[j]!)), b: l.b ? bar.slice() : undefined },
      x.map((_, j) => l.w.reduce((s, row, i) => s + bar[i]! * row[j]!, 0)),
    ],
  ],
);
export function network(x: number[], l: Layer): number {
  return affine({ w: l.w }, affine(l, x).map(Math.sin)).reduce((s, v) => s + v * v, 0);
}

/** A rule that throws, a branch not taken, an early exit. */
const guarded = customJvp(
  (x: number) => {
    if (x < 0) throw new RangeError("negative");
    return Math.sqrt(x);
  },
  ([x], [dx]) => {
    if (x < 0) throw new RangeError("negative");
    const y = Math.sqrt(x);
    return [y, dx / (2 * y)];
  },
);
export function branches(x: number): number {
  let s = 0;
  for (let i = 0; i < 6; i++) {
    if (x < i) {
      s += x;
      continue;
    }
    if (i === 4) break;
    s += guarded(x - i + 0.5) * x;
  }
  return s;
}

/** Inactive steering and structure. */
export const order = inactive((x: number[]) => x.map((_, i) => i).sort((a, b) => x[b]! - x[a]!));
export function sorted(x: number[]): number {
  const at = order(x);
  let s = 0;
  at.forEach((i, k) => {
    s += x[i]! * (k + 1) ** 2;
  });
  return s;
}
/** Float32. */
const soft = customVjp(
  (x: Float32Array) => x.map((v) => v / (1 + Math.abs(v))),
  (x) => [x.map((v) => v / (1 + Math.abs(v))), (bar) => [bar.map((b, i) => b / (1 + Math.abs(x[i]!)) ** 2)]],
);
export function single(x: Float64Array): number {
  const y = soft(new Float32Array(x));
  return y[0]! * y[1]! + y[0]!;
}
/** Generic. */
function firstOf<T>(x: T[]): T {
  return x[0]!;
}
const sq = customJvp(
  (x: number, times = 2) => x ** times,
  ([x, times = 2], [dx]) => [x ** times, times * x ** (times - 1) * dx],
);
export function defaults(x: number): number {
  return sq(x) + sq(firstOf([x]), 3);
}
/** Inner function by name; a helper with a loop that exits. */
function root(a: number): number {
  let y = a;
  for (let i = 0; i < 50; i++) {
    const next = (y + a / y) / 2;
    if (Math.abs(next - y) < 1e-14) return next;
    y = next;
  }
  return y;
}
const fastRoot: (a: number) => number = customJvp(root, ([a], [da]) => {
  const y = fastRoot(a);
  return [y, da / (2 * y)];
});
export function hypotenuse(x: number, y: number): number {
  return fastRoot(x * x + fastRoot(y) ** 4);
}

const total = customVjp(
  (x: number[]) => x.reduce((s, v) => s + v * v, 0),
  (x) => [x.reduce((s, v) => s + v * v, 0), (bar) => [x.map((v) => 2 * bar * v)]],
);
/** What is passed grows and shrinks between the calls and after them. */
export function growing(x: number[]): number {
  const list = x.slice();
  let s = total(list);
  list.push(s * 0.1);
  s += total(list);
  list.pop();
  list.pop();
  s += total(list) * list[0]!;
  list.push(s);
  return s * total(list);
}

interface Weighted {
  weights: number[];
  values: number[];
}
const weightedSum: (w: Weighted) => number = customVjp(
  (w: Weighted): number => w.values.reduce((s, v, i) => s + v * w.weights[i]!, 0),
  (w) => {
    const y = weightedSum(w);
    return [y, (bar) => [{ weights: w.values.map((v) => v * bar), values: w.weights.map((k) => k * bar) }]];
  },
);

/** A rule says derivatives by all of its argument, data included. */
export function weightsAreData(x: number): number {
  return weightedSum({ weights: [1, 2], values: [x, x * x] }) * x;
}
