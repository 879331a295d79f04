// Rules of one's own for functions that write their arguments: what they write is an output, in loops, in branches, beside
// a result, given back, with rows and fields, under several names of the caller's.
import { customJvp, customVjp } from "cotangent";

/** x becomes x / |x|, by its pullback. */
const normalize = customVjp(
  (x: Float64Array) => {
    const length = Math.hypot(...x);
    for (let i = 0; i < x.length; i++) x[i]! /= length;
  },
  (x) => {
    const length = Math.hypot(...x);
    const unit = x.map((v) => v / length);
    return [
      [unit],
      ([bar]) => {
        let along = 0;
        for (let i = 0; i < unit.length; i++) along += unit[i]! * bar[i]!;
        // A cotangent is the pullback's own.
        for (let i = 0; i < unit.length; i++) bar[i] = (bar[i]! - along * unit[i]!) / length;
        return [bar];
      },
    ];
  },
  { outputs: [0] },
);
export function powerIteration(a: Float64Array, steps: number): number {
  const n = Math.sqrt(a.length);
  const x = new Float64Array(n).fill(1);
  const y = new Float64Array(n);
  for (let k = 0; k < steps; k++) {
    for (let i = 0; i < n; i++) {
      y[i] = 0;
      for (let j = 0; j < n; j++) y[i]! += a[i * n + j]! * x[j]!;
    }
    x.set(y);
    normalize(x);
  }
  return x[0]! * y[0]! + x[1]! ** 2 * y[1]!;
}
/** The caller's own array, under another name and a view, read before and after. */
export function throughViews(x: Float64Array): number {
  const before = x[0]! * x[1]!;
  const tail = x.subarray(1);
  normalize(tail);
  const same = x;
  const between = same[1]! * before;
  same[1]! *= 2;
  normalize(same);
  return between + x[0]! + tail[1]! * before;
}

/** y += a x, the result the new |y|²; by its tangent. */
const axpy: (a: number, x: number[], y: number[]) => number = customJvp(
  (a: number, x: number[], y: number[]) => {
    let sum = 0;
    for (let i = 0; i < x.length; i++) {
      y[i] = y[i]! + a * x[i]!;
      sum += y[i]! ** 2;
    }
    return sum;
  },
  ([a, x, y], [da, dx, dy]) => {
    const value = axpy(a, x, y);
    let dValue = 0;
    for (let i = 0; i < x.length; i++) {
      dy[i] = dy[i]! + da * x[i]! + a * dx[i]!;
      dValue += 2 * y[i]! * dy[i]!;
    }
    return [
      [y, value],
      [dy, dValue],
    ];
  },
  { outputs: [2, "result"] },
);
export function gaussSteps(a: number, x: number[], y: number[]): number {
  let s = 0;
  for (let k = 0; k < 3; k++) {
    if (k === 1 && a > 0) {
      x[0] = y[1]! * a;
      continue;
    }
    s += axpy(a * (k + 1), x, y) * y[0]!;
    if (s > 50) break;
  }
  return s + y[1]!;
}
interface Layer {
  readonly rows: number[][];
  bias: number;
  isRelaxed: boolean;
  steps: number;
}
/** Every row scaled by the bias, the bias doubled: rows and fields of an object. */
const relax = customVjp(
  (l: Layer, by: number) => {
    for (const row of l.rows) for (let j = 0; j < row.length; j++) row[j]! *= l.bias * by;
    l.bias *= 2;
    l.isRelaxed = true;
    return l.bias > 1;
  },
  (l, by) => {
    const { bias } = l;
    const rows = l.rows.map((row) => row.map((v) => v * bias * by));
    const next = { rows, bias: bias * 2, isRelaxed: true, steps: l.steps };
    return [
      [bias * 2 > 1, next],
      ([, bar]) => {
        const dot = l.rows.reduce((s, row, i) => s + row.reduce((t, v, j) => t + v * bar.rows[i]![j]!, 0), 0);
        return [
          {
            rows: bar.rows.map((row) => row.map((v) => v * bias * by)),
            bias: bar.bias * 2 + dot * by,
            isRelaxed: null,
            steps: bar.steps,
          },
          dot * bias,
        ];
      },
    ];
  },
  { outputs: ["result", 0] },
);
export function relaxed(rows: number[][], by: number): number {
  const layer: Layer = { rows, bias: by * 0.8, isRelaxed: false, steps: 3 };
  const first = rows[0]!;
  let s = 0;
  for (let k = 0; k < 2; k++) if (relax(layer, by + first[0]!)) s += layer.rows[1]![0]! * layer.bias;
  return s + first[0]! * (layer.isRelaxed ? layer.steps : 7);
}

/** The argument that it writes is what it gives, as in libraries of vectors. */
const cross = customVjp(
  (out: number[], a: readonly number[], b: readonly number[]): number[] => {
    out[0] = a[1]! * b[2]! - a[2]! * b[1]!;
    out[1] = a[2]! * b[0]! - a[0]! * b[2]!;
    out[2] = a[0]! * b[1]! - a[1]! * b[0]!;
    return out;
  },
  (_out, a, b) => {
    const of = (p: readonly number[], q: readonly number[]): number[] => [
      p[1]! * q[2]! - p[2]! * q[1]!,
      p[2]! * q[0]! - p[0]! * q[2]!,
      p[0]! * q[1]! - p[1]! * q[0]!,
    ];
    return [[of(a, b)], ([bar]) => [[0, 0, 0], of(b, bar), of(bar, a)]];
  },
  { outputs: [0] },
);
export function volume(a: number[], b: number[], c: number[]): number {
  const out = [1, 2, 3];
  const given = cross(out, a, b);
  given[0]! *= a[0]!;
  const first = out.reduce((s, v, i) => s + v * c[i]!, 0);
  return first * cross([0, 0, 0], cross(out, b, c), a)[1]!;
}
