// Arrays made to be counted, callbacks whose types the checker does not know, and functions of the language handed on.

/** The table of a programme over two sequences, as it is commonly written: to the checker it is of any type. */
export function warping(a: number[], b: number[]): number {
  const dp = Array.from({ length: a.length + 1 }, () => new Array(b.length + 1).fill(Infinity));
  dp[0]![0] = 0;
  for (let i = 1; i <= a.length; i++)
    for (let j = 1; j <= b.length; j++)
      dp[i]![j] = (a[i - 1]! - b[j - 1]!) ** 2 + Math.min(dp[i - 1]![j], dp[i]![j - 1], dp[i - 1]![j - 1]);
  return dp[a.length]![b.length];
}

export function byPlaces(x: number, n: number): number[] {
  const squares = [...Array(n)].map((_, i) => (i + x) ** 2);
  const keys = [...Array(n).keys()].map((i) => i * x);
  const roots = Array.from(Array(n), (_, i) => Math.sqrt(i + x));
  const ones = Array(n)
    .fill(null)
    .map((v, i) => (v === null ? x : i));
  let sum = 0;
  for (const i of Array(n).keys()) sum += i * x;
  new Array(n).fill(undefined).forEach((v, i) => {
    sum += v === undefined ? x / (i + 1) : 0;
  });
  const grid = [...Array(2)].map(() => Array(n).fill(x));
  grid[1]![0] *= x;
  return [...squares, ...keys, ...roots, ...ones, sum, ...grid[0]!, ...grid[1]!];
}

export function knotsOf(x: number, degree: number): number {
  const knots = [...Array(degree).fill(0), ...[0.5 * x, x], ...Array(degree).fill(1)];
  return knots.reduce((s, k, i) => s + k * i, 0);
}

/** What only its callbacks say the types of. */
export function learntFromCallbacks(x: number): number {
  const cells = [1, 2].map((v) => ({ sum: v * x, list: Array(2).fill(x) }));
  cells[1]!.list[0] = x * x;
  const twice = memoised((i, j) => i * x + j);
  const powers: (i: number, j: number) => number = memoised((i: number, j: number): number =>
    i === 0 ? x : powers(i - 1, j) * j,
  );
  return cells[1]!.list[0] * cells[0]!.sum + twice(1, 2) * twice(1, 2) + powers(3, 2);
}

function memoised<R>(f: (i: number, j: number) => R): (i: number, j: number) => R {
  const cache = new Map<string, R>();
  return (i, j) => {
    const key = `${i}|${j}`;
    const known = cache.get(key);
    if (known !== undefined) return known;
    const made = f(i, j);
    cache.set(key, made);
    return made;
  };
}

/** Generators that take from any iterable. */
export function piped(x: number, r: number): number {
  const doubled = [...mapped([x, 2], (v, i) => v * (i + r))];
  return [
    ...taken(
      4,
      mapped(
        iterated(x, (v) => r * v * (1 - v)),
        (v, i) => v * (i + 1),
      ),
    ),
  ].reduce((a, b) => a + b, doubled[0]! * doubled[1]!);
}

function* taken<T>(n: number, from: Iterable<T>): Generator<T> {
  if (n <= 0) return;
  for (const v of from) {
    yield v;
    if (--n === 0) return;
  }
}

function* mapped<A, B>(from: Iterable<A>, f: (a: A, i: number) => B): Generator<B> {
  let i = 0;
  for (const a of from) yield f(a, i++);
}

function* iterated(first: number, f: (x: number) => number): Generator<number> {
  for (let x = first; ; x = f(x)) yield x;
}

/** Functions of the language by their names. */
export function handedOn(x: number, flags: boolean[], date: string): number {
  const [year, month] = date.split("-").map(Number) as [number, number];
  const share = ["0.5", "0.25"].map(parseFloat).reduce((a, b) => a + b * x, 0);
  const digits = ["10", "10", "10"].map(parseInt).filter(isFinite).length;
  const set = flags.map(Number).reduce((a, b) => a + b * x, 0);
  const words = ["a", "", "b"].filter(Boolean).map(String).length;
  const kept = [x, 0, 2 * x].filter(Boolean).length;
  const whole = date.split("-").every(Number.isInteger) ? 1 : 2;
  return ((year % 100) + month) * x + share + set * digits + words * x + kept * x ** whole;
}

class Gate {
  constructor(
    private readonly weights: Float64Array,
    readonly size: number,
  ) {}
  get head(): Float64Array {
    return this.weights;
  }
  get norm(): number {
    return Math.hypot(...this.weights);
  }
  scaled(k: number): number {
    const { head, norm, size: n } = this;
    for (let i = 0; i < n; i++) head[i] = head[i]! * k;
    return norm + this.norm;
  }
}

/** Getters in patterns. */
export function gettersTakenApart(w: Float64Array, k: number): number {
  const gate = new Gate(w, 2);
  const scaled = gate.scaled(k);
  const {
    head: [first],
    norm,
  } = gate;
  return scaled * first! + norm;
}

const curves = { sin: Math.sin, cos: Math.cos, exp: (x: number) => Math.exp(x) };
type Formula =
  | { at: "value"; value: number }
  | { at: "call"; name: string; of: Formula }
  | { at: "sum"; l: Formula; r: Formula };

class Negative extends Error {
  constructor(readonly value: number) {
    super("negative");
  }
}

function evaluated(e: Formula, x: number): number {
  switch (e.at) {
    case "value":
      if (e.value < 0) throw new Negative(e.value);
      return e.value * x;
    case "call":
      return curves[e.name as keyof typeof curves](evaluated(e.of, x));
    case "sum": {
      const right = evaluated(e.r, x);
      if (right > 100) throw new RangeError("large");
      return evaluated(e.l, x) + right;
    }
  }
}

/** A table of functions that a recursive function chooses from, under `try`. */
export function chosenUnderTry(x: number, value: number): number {
  const e: Formula = {
    at: "sum",
    l: { at: "call", name: "exp", of: { at: "value", value } },
    r: { at: "call", name: "sin", of: { at: "value", value: 2 } },
  };
  try {
    return evaluated(e, x);
  } catch (error) {
    return error instanceof Negative ? error.value * x : -1;
  }
}

type Quaternion = readonly [w: number, x: number, y: number, z: number];
namespace Rotations {
  export const none: Quaternion = [1, 0, 0, 0];
  export namespace Axes {
    export const z: readonly number[] = [0, 0, 1];
  }
  export const product = ([a, b, c, d]: Quaternion, [e, f, g, h]: Quaternion): Quaternion => [
    a * e - b * f - c * g - d * h,
    a * f + b * e + c * h - d * g,
    a * g - b * h + c * e + d * f,
    a * h + b * g - c * f + d * e,
  ];
  export const about = (axis: readonly number[], angle: number): Quaternion => {
    const s = Math.sin(angle / 2);
    return [Math.cos(angle / 2), axis[0]! * s, axis[1]! * s, axis[2]! * s];
  };
}

/** Constants of a namespace that are handed on whole. */
export function turned(angles: number[]): number[] {
  return [...angles.map((a) => Rotations.about(Rotations.Axes.z, a)).reduce(Rotations.product, Rotations.none)];
}

interface Lens<S, A> {
  get(s: S): A;
  set(a: A): (s: S) => S;
}
interface Body {
  readonly at: { readonly x: number; readonly y: number };
  readonly mass: number;
}
const abscissa: Lens<Body, number> = { get: (s) => s.at.x, set: (x) => (s) => ({ ...s, at: { ...s.at, x } }) };
const weight: Lens<Body, number> = { get: (s) => s.mass, set: (mass) => (s) => ({ ...s, mass }) };
const over =
  <S, A>(lens: Lens<S, A>, f: (a: A) => A) =>
  (s: S): S =>
    lens.set(f(lens.get(s)))(s);

/** Private objects of functions that are handed on. */
export function lenses(body: Body): Body {
  const steps = [over(abscissa, (x) => 2 * x), over(weight, (m) => m + 1), over(abscissa, Math.sin)];
  return steps.reduce((s, step) => step(s), body);
}

const operators: Record<string, (a: number, b: number) => number> = {
  "+": (a, b) => a + b,
  "*": (a, b) => a * b,
  max: Math.max,
};
const curvesByName = new Map<string, (x: number) => number>([
  ["sin", Math.sin],
  ["square", (x) => x * x],
]);
const readers: Record<string, (text: string) => number> = { whole: Number, start: parseFloat };

/** Functions in private maps and objects that are indexed by strings. */
export function reversePolish(text: string, x: number): number {
  const stack: number[] = [];
  for (const word of text.split(" ")) {
    const operator = operators[word];
    const curve = curvesByName.get(word);
    if (operator) {
      const b = stack.pop()!;
      stack.push(operator(stack.pop()!, b));
    } else if (curve) stack.push(curve(stack.pop()!));
    else stack.push(word === "x" ? x : readers["start"]!(word));
  }
  return stack[0]! * readers["whole"]!("2");
}

// biome-ignore lint/complexity/noStaticOnlyClass: What is asked here is what other code may assign.
export class Settings {
  static gain = 2;
  static readonly offset = 1;
}
export namespace Table {
  export const steps = [0.5, 1.5];
}

/** What code outside may change is read when the function runs. */
export function readOutside(x: number): number {
  return Settings.gain * x ** 2 + Settings.offset + Table.steps[1]! * x;
}

namespace Held {
  const scale = 3;
  export const offset = (x: number): number => scale * x + 1;
}
export const names: readonly string[] = Object.keys(Held);

/** A variable that a namespace keeps to itself is no member of the object that somebody holds. */
export function besideHeld(x: number): number {
  return Held.offset(x) * x;
}
