/** Types as people write them: what they say decides what is compiled, and none of it changes a value. */
import type { Vec as Vector } from "./imported-types.ts";
import * as lib from "./imported-types.ts";
import { Mode, type Scale, scaleBy, Unit } from "./imported-types.ts";

type Brand<T, B extends string> = T & { readonly __brand: B };
type Metres = Brand<number, "metres">;
type Seconds = number & { readonly unit: unique symbol };
const metres = (x: number): Metres => x as Metres;

export function branded(d: Metres, t: number): number {
  const twice = metres(d * 2);
  const list: Metres[] = [twice, metres(t)];
  const s = t as Seconds;
  return list.reduce((sum: number, m) => sum + m * m, 0) / s;
}

export function unknownParameter(x: number): number {
  const read = (v: unknown): number => (typeof v === "number" ? v * 2 : 0);
  return read(x) + read("no");
}

function size(v: number): number;
function size(v: readonly number[]): number;
function size(v: { r: number }): number;
function size(v: number | readonly number[] | { r: number }): number {
  if (typeof v === "number") return Math.abs(v);
  if ("r" in v) return v.r ** 2;
  return Math.hypot(...v);
}

export function overloads(x: number): number {
  return size(x) + size([x, 2]) * size({ r: x });
}

type Params = { a: number; b: number; name: string };
type Numbers<T> = { [K in keyof T as T[K] extends number ? K : never]: T[K] };
type Doubled<T> = { readonly [K in keyof T]: T[K] extends number ? readonly [T[K], T[K]] : T[K] };
type Element<T> = T extends readonly (infer E)[] ? E : T;
export function mapped(p: Numbers<Params>, q: Doubled<Params>, xs: Element<number[][]>): number {
  return p.a * q.a[0] + p.b * q.b[1] * (xs[0] ?? 1);
}

export function partial(
  p: Partial<Params>,
  q: Required<{ u?: number }>,
  r: Pick<Params, "a">,
  o: Omit<Params, "a" | "name">,
): number {
  return (p.a ?? 2) * q.u + r.a * o.b + (p.b ?? r.a);
}

const defaults = { rate: 0.5, decay: [0.9, 0.8] } as const satisfies { rate: number; decay: readonly number[] };
export function constants(x: number): number {
  return x * defaults.rate + defaults.decay.reduce((s: number, d) => s * d * x, 1);
}

function pairUp<const T extends readonly unknown[]>(...items: T): T {
  return items;
}

export function constParameters(x: number): number {
  const [a, b] = pairUp(x, x * 2);
  return a * b;
}

type Path = [first: number, ...rest: number[]];
type Ends = [...middle: number[], last: number];
export function restTuples(p: Path, e: Ends): number {
  const [first, ...rest] = p;
  return first * rest.reduce((s, v) => s + v, 0) + e[e.length - 1]! * e[0]!;
}

type Axis = "x" | "y";
type Key = `${Axis}${0 | 1}`;
export function templateKeys(box: Record<Key, number>, which: Axis): number {
  const low: Key = `${which}0`;
  return (box[`${which}1`] - box[low]) * box.x0;
}

export function imported(v: Vector, s: Scale): number {
  return scaleBy(v, s).x * lib.Unit.Two * (Mode.Fast === ("fast" as Mode) ? v.y : 1) + (Unit.Two satisfies number);
}

class Stack<T> {
  private readonly items: T[] = [];
  push(item: T): this {
    this.items.push(item);
    return this;
  }
  get top(): T | undefined {
    return this.items[this.items.length - 1];
  }
}

export function genericClass(x: number): number {
  const s = new Stack<number>().push(x).push(x * x);
  return (s.top ?? 0) * x;
}

interface HasArea {
  area(): number;
}

const areaOf = <T extends HasArea>(shape: T): number => shape.area();
class Disc implements HasArea {
  constructor(readonly r: number) {}
  area(): number {
    return Math.PI * this.r ** 2;
  }
}

export function constrained(r: number): number {
  return areaOf(new Disc(r));
}

function assertNumber(v: number | undefined): asserts v is number {
  if (v === undefined) throw new Error("missing");
}

export function asserted(xs: number[]): number {
  const first = xs.find((v) => v > 0);
  assertNumber(first);
  return first * first;
}

function isPair(v: readonly number[]): v is readonly [number, number] {
  return v.length === 2;
}

export function guarded(xs: readonly number[]): number {
  if (isPair(xs)) {
    const [a, b] = xs;
    return a * b;
  }
  return xs[0]! ** 2;
}

export function nonNull(x: number | null, y?: number): number {
  const z = x!;
  return z * (y as number) + <number>z;
}

type Fn<A extends unknown[], R> = (...args: A) => R;
const compose =
  <A, B, C>(f: Fn<[A], B>, g: Fn<[B], C>): Fn<[A], C> =>
  (a) =>
    g(f(a));
export function composed(x: number): number {
  const h = compose(Math.sin, (v: number) => v * v);
  return h(x);
}

namespace Geo {
  export const k = 3;
  export const tripled = (x: number): number => x * k;
}

export function inNamespace(x: number): number {
  return Geo.tripled(x) * Geo.k;
}

const enum Level {
  Low = 1,
  High = Low << 2,
}

export function constEnum(x: number): number {
  return x ** Level.High + Level.Low * x;
}

type Awaited2<T> = T extends { v: infer U } ? U : never;
export function inferred(o: { v: number }): number {
  const u: Awaited2<typeof o> = o.v;
  const keys: (keyof typeof o)[] = ["v"];
  return keys.reduce((s, k) => s + o[k] * u, 0);
}

export function thisParameter(x: number): number {
  function scaled(this: void, v: number): number {
    return v * x;
  }
  return scaled(3) * x;
}

export function accessors<T extends { x: number }>(p: T): number {
  const { x, ...others } = p;
  void others;
  return x * x;
}

type A = { a: number } & { b: number[] };
export function intersected(p: A & { readonly c?: number }): number {
  return p.a * p.b[0]! + (p.c ?? 1) * p.a;
}

type Shape = { kind: "disc"; r: number } | { kind: "box"; w: number; h: number } | { kind: "dot" };
type Solid = Exclude<Shape, { kind: "dot" }>;
const areas = {
  disc: (s: Extract<Shape, { kind: "disc" }>) => Math.PI * s.r ** 2,
  box: (s: Extract<Shape, { kind: "box" }>) => s.w * s.h,
} satisfies Record<Solid["kind"], unknown>;
export function extracted(w: number): number {
  const s: Solid = { kind: "box", w, h: w * 2 };
  return s.kind === "box" ? areas.box(s) : 0;
}

function never(x: never): never {
  throw new Error(String(x));
}

export function exhaustive(s: Shape): number {
  switch (s.kind) {
    case "disc":
      return s.r ** 2;
    case "box":
      return s.w * s.h;
    case "dot":
      return 0;
    default:
      return never(s);
  }
}

function ratio(a: number, b: number) {
  return { value: a / b, parts: [a, b] as [number, number] };
}

type Ratio = ReturnType<typeof ratio>;
type First = Parameters<typeof ratio>[0];
export function returned(a: First, b: number): number {
  const r: Ratio = ratio(a, b);
  const {
    value,
    parts: [p],
  }: Ratio = r;
  return value * p;
}

class Matrix<R extends number = 2> {
  readonly #rows: number[][];
  constructor(
    rows: number[][],
    readonly size: R,
  ) {
    this.#rows = rows;
  }
  at(i: number): readonly number[];
  at(i: number, j: number): number;
  at(i: number, j?: number): number | readonly number[] {
    const row = this.#rows[i]!;
    return j === undefined ? row : row[j]!;
  }
}

export function methodOverloads(x: number): number {
  const m = new Matrix(
    [
      [x, 2],
      [x * x, 3],
    ],
    2,
  );
  return m.at(1, 0) * m.at(0)[0]! * m.size;
}

export function readonlyAlias(xs: readonly number[]): number {
  const open = xs as number[];
  open[0]! *= 2;
  return xs[0]! * xs[1]!;
}

type Json = number | string | Json[] | { [k: string]: Json };
export function json(x: number): number {
  const sum = (j: Json): number => (typeof j === "number" ? j : 0);
  return sum(x) + sum("a");
}

export function caught(x: number): number {
  try {
    if (x > 0) throw { code: x * x };
    return x;
  } catch (e: unknown) {
    if (typeof e === "object" && e !== null && "code" in e && typeof e.code === "number") return e.code;
    throw e;
  }
}

export function satisfied(x: number): number {
  const conf = { rate: x, steps: 3 } satisfies Record<string, number>;
  return conf.rate ** conf.steps;
}

type Getters<T> = { [K in keyof T as `get${Capitalize<string & K>}`]: () => T[K] };
export function remapped(x: number): number {
  const g: Getters<{ mass: number }> = { getMass: () => x * x };
  return g.getMass();
}

export function defaulted<T extends { x: number } = { x: number }>(
  p: T,
  { k = 2, ...rest }: { k?: number; u?: number } = {},
): number {
  return p.x ** k + (rest.u ?? 0);
}

export function chained(p: { q?: { r?: { s: number }[] } }): number {
  return (p.q?.r?.[0]?.s ?? 2) * 3;
}

export function logical(x: number | undefined, y: number): number {
  let z = x;
  z ??= y * 2;
  z &&= z * y;
  z ||= 7;
  return z;
}

export function unionNumber(x: number): number {
  let v: number | string | boolean = x;
  v = x * 2;
  if (typeof v === "number") return v * x;
  return 0;
}

export function literal(x: number, k: 1 | 2 | 3): number {
  const table: Record<1 | 2 | 3, number> = { 1: x, 2: x * x, 3: x ** 3 };
  return table[k];
}
