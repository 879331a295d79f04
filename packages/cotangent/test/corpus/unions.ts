/** Unions of kinds of object: told apart by a tag, by `in`, by guards; in trees and lists, copied, changed, handed about. */

export type Figure =
  | { kind: "circle"; r: number }
  | { kind: "rect"; w: number; h: number }
  | { kind: "polygon"; sides: number[] };

function areaOf(s: Figure): number {
  switch (s.kind) {
    case "circle":
      return Math.PI * s.r ** 2;
    case "rect":
      return s.w * s.h;
    case "polygon": {
      let product = 1;
      for (const side of s.sides) product *= side;
      return product;
    }
    default: {
      const never: never = s;
      throw new Error(`no figure: ${never}`);
    }
  }
}

/** Figures of the caller and of the function. */
export function totalArea(figures: Figure[], x: number): number {
  const all: Figure[] = [...figures, { kind: "circle", r: x }, { kind: "polygon", sides: [x, 2, x] }];
  let total = 0;
  for (const f of all) total += areaOf(f) * (1 + 0.1 * total);
  return total;
}

export function oneFigure(f: Figure): number {
  return areaOf(f) ** 2;
}

interface Point {
  x: number;
  y: number;
}

export type Expr =
  | { op: "const"; value: number }
  | { op: "var"; name: string }
  | { op: "add" | "mul"; left: Expr; right: Expr }
  | { op: "neg"; of: Expr }
  | { op: "sin"; of: Expr };

function evaluate(e: Expr, x: Point): number {
  if (e.op === "const") return e.value;
  if (e.op === "var") return e.name === "x" ? x.x : x.y;
  if (e.op === "neg") return -evaluate(e.of, x);
  if (e.op === "sin") return Math.sin(evaluate(e.of, x));
  const left = evaluate(e.left, x);
  const right = evaluate(e.right, x);
  return e.op === "add" ? left + right : left * right;
}

/** An expression that the caller gives, in the values of its constants too. */
export function expression(e: Expr, x: Point): number {
  return evaluate(e, x);
}

function power(base: Expr, n: number): Expr {
  return n === 0 ? { op: "const", value: 1 } : { op: "mul", left: base, right: power(base, n - 1) };
}

/** An expression that the function makes. */
export function polynomial(a: number, x: number): number {
  const variable: Expr = { op: "var", name: "x" };
  let sum: Expr = { op: "const", value: a };
  for (let i = 1; i <= 3; i++) {
    const term: Expr = { op: "mul", left: { op: "const", value: a / i }, right: power(variable, i) };
    sum = { op: "add", left: sum, right: { op: "sin", of: term } };
  }
  return evaluate(sum, { x, y: a });
}

export type Result = { ok: true; value: number } | { ok: false; reason: string };

function squareRoot(x: number): Result {
  if (x < 0) return { ok: false, reason: "negative" };
  return { ok: true, value: Math.sqrt(x) };
}

export function results(x: number, y: number): number {
  let sum = 0;
  for (const v of [x, y, x - y]) {
    const r = squareRoot(v);
    if (!r.ok) {
      sum += r.reason === "negative" ? v * v : 0;
      continue;
    }
    sum += r.value * v;
  }
  return sum;
}

/** A result that is one of several kinds. */
export function resultOfUnion(x: number): Result {
  return squareRoot(x * x * x);
}

export type Layer =
  | { type: "dense"; weights: number[][]; bias: number[] }
  | { type: "scale"; by: number }
  | { type: "tanh" };

export function layers(network: Layer[], input: number[]): number[] {
  let values = input;
  for (const layer of network) {
    switch (layer.type) {
      case "dense": {
        const { weights, bias } = layer;
        const before = values;
        values = bias.map((b, i) => weights[i].reduce((s, w, j) => s + w * before[j], b));
        break;
      }
      case "scale":
        values = values.map((v) => v * layer.by);
        break;
      case "tanh":
        values = values.map(Math.tanh);
        break;
    }
  }
  return values;
}

interface Cat {
  lives: number;
}
interface Dog {
  weight: number;
  tail: { length: number };
}

function isDog(a: Cat | Dog): a is Dog {
  return "weight" in a;
}

/** No tag: `in`, and a guard. */
export function animals(x: number, y: number): number {
  const all: (Cat | Dog)[] = [{ lives: x }, { weight: y, tail: { length: x * y } }, { lives: x * x }];
  let sum = 0;
  for (const a of all) {
    if ("lives" in a) sum += a.lives * (sum + 1);
    if (isDog(a)) sum += a.weight * a.tail.length;
  }
  const dogs = all.filter(isDog);
  return sum + dogs.reduce((s, d) => s + d.tail.length ** 2, 0);
}

/** A kind mentioned by itself, before and after it is in a union. */
export function kindAlone(x: number, y: number): number {
  const make = (r: number): Extract<Figure, { kind: "circle" }> => ({ kind: "circle", r });
  const circles: Extract<Figure, { kind: "circle" }>[] = [make(x)];
  const all: Figure[] = [];
  for (const c of circles) all.push(c);
  all.push({ kind: "rect", w: x, h: y }, make(y));
  for (const f of all) if (f.kind === "circle") circles.push(f);
  // Two names for each circle.
  for (const c of circles) c.r *= 1.5;
  let sum = 0;
  for (const f of all) sum += areaOf(f);
  return sum * circles.length;
}

/** Copies with other fields; fields of other members left out of them. */
export function spreadUnion(f: Figure, k: number): number {
  const copy = { ...f };
  const grown: Figure = f.kind === "circle" ? { ...f, r: f.r * k } : f.kind === "rect" ? { ...f, h: k } : { ...f };
  const named = { w: k, ...f };
  return areaOf(copy) + areaOf(grown) * ("w" in named ? (named.w as number) : 1);
}

/** Changed through another name after the narrowing. */
export function changedUnderneath(f: Figure, x: number): number {
  const other = f;
  if (f.kind !== "circle") return areaOf(f) * x;
  const before = f.r;
  if (other.kind === "circle") other.r = before * x;
  return f.r * f.r + before;
}

/** Members replaced while others still name them. */
export function replacedMembers(x: number): number {
  const list: Figure[] = [
    { kind: "circle", r: x },
    { kind: "rect", w: x, h: 3 },
  ];
  const first = list[0];
  list[0] = list[1];
  list[1] = first;
  list[0] = { kind: "polygon", sides: [x, x] };
  let sum = first.kind === "circle" ? first.r : 0;
  for (const f of list) sum = sum * 0.5 + areaOf(f);
  return sum;
}

enum Mode {
  Slow,
  Fast,
}
type Motion = { mode: Mode.Slow; v: number } | { mode: Mode.Fast; v: number; boost: number; next?: Motion };

/** A tag that is an enum's member, a field that may be missing in the member that has it. */
export function enumTag(x: number, y: number): number {
  const speed = (m: Motion): number => {
    if (m.mode === Mode.Slow) return m.v;
    const { boost, next } = m;
    return m.v * boost + (next ? 0.5 * speed(next) : 1);
  };
  const slow: Motion = { mode: Mode.Slow, v: x };
  const fast: Motion = { mode: Mode.Fast, v: y, boost: x, next: slow };
  return speed({ mode: Mode.Fast, v: x, boost: y, next: fast }) + speed(fast) * speed(slow);
}

/** Fields of one name with records of several kinds in them. */
export type Item = { tag: "one"; data: { a: number } } | { tag: "two"; data: { a: number; b: number[] } };

export function innerRecords(items: Item[]): number {
  let sum = 0;
  for (const { tag, data } of items) {
    sum += data.a;
    if (tag === "two") sum += data.b[0] * data.a;
  }
  for (const item of items) sum += item.tag === "one" ? item.data.a ** 2 : item.data.b.length;
  return sum;
}

/** A tree whose leaves are one kind and whose nodes another. */
export type Tree = { left: Tree; right: Tree; weight: number } | { leaf: number };

export function treeSum(t: Tree): number {
  if ("leaf" in t) return t.leaf * t.leaf;
  return t.weight * treeSum(t.left) + treeSum(t.right) / t.weight;
}

/** Wider objects in a narrower place, and the other way round. */
export function widerObjects(a: number, b: number): number {
  const p = { x: a, y: b, z: a * b };
  const q = { y: a, x: b };
  const points: Point[] = [p, { x: 1, y: a }, q];
  p.z *= 2;
  for (const point of points) point.x *= point.y;
  let sum = p.z * q.x;
  for (const { x, y } of points) sum += x * y;
  return sum;
}

/** A literal that becomes a member of the union only later. */
export function literalFirst(x: number, y: number): number {
  const c = { kind: "circle" as const, r: x };
  const list: Figure[] = [{ kind: "rect", w: x, h: y }];
  list.push(c);
  c.r *= y;
  let chosen: Figure = c;
  if (x > y) chosen = { kind: "rect", w: 2, h: x };
  return list.reduce((s, f) => s + areaOf(f), 0) * areaOf(chosen);
}

type State = { phase: "start" } | { phase: "running"; t: number; v: number } | { phase: "done"; v: number };

function step(s: State, dt: number): State {
  if (s.phase === "start") return { phase: "running", t: 0, v: dt };
  if (s.phase === "done") return s;
  const t = s.t + dt;
  return t > 2 ? { phase: "done", v: s.v * t } : { ...s, t, v: s.v + Math.sin(t) };
}

/** A machine whose state changes its kind in a loop. */
export function machine(dt: number): number {
  let s: State = { phase: "start" };
  for (let i = 0; i < 10 && s.phase !== "done"; i++) s = step(s, dt);
  return s.phase === "done" ? s.v : s.phase === "running" ? -s.v : 0;
}

/** Optional chains, absent members, truth of a tag. */
export function maybeMembers(x: number): number {
  const find = (n: number): Result | undefined => (n > 2 ? undefined : n > 1 ? squareRoot(-1) : squareRoot(x * n + x));
  let sum = 0;
  for (const n of [1, 2, 3]) {
    const r = find(n);
    if (r?.ok) sum += r.value;
    else sum += x * (r?.reason === "negative" ? 2 : 3);
  }
  return sum;
}

type Pair<T> = { state: "some"; item: T } | { state: "none" };

function orElse<T>(p: Pair<T>, fallback: T): T {
  return p.state === "some" ? p.item : fallback;
}

/** A generic union. */
export function genericUnion(x: number): number {
  const some: Pair<number> = { state: "some", item: x * x };
  const none: Pair<number> = { state: "none" };
  const list: Pair<number[]> = { state: "some", item: [x, x * x] };
  return orElse(some, 1) * orElse(none, x) + orElse(list, [0])[1];
}

interface Solid {
  volume(): number;
  grow(k: number): void;
  readonly size: number;
}

class Ball implements Solid {
  constructor(private r: number) {}
  volume(): number {
    return (4 / 3) * Math.PI * this.r ** 3;
  }
  grow(k: number): void {
    this.r *= k;
  }
  get size(): number {
    return this.r;
  }
}

class Box implements Solid {
  size: number;
  constructor(
    public w: number,
    public h: number,
  ) {
    this.size = w;
  }
  volume(): number {
    return this.w ** 2 * this.h;
  }
  grow(k: number): void {
    this.w *= k;
  }
}

/** Classes behind an interface, of which one computes what the other holds. */
export function solids(x: number, y: number): number {
  const list: Solid[] = [new Ball(x), new Box(x, y)];
  list.push(new Ball(y));
  let total = 0;
  for (const s of list) {
    s.grow(y);
    total = total * 0.5 + s.volume() * s.size;
  }
  return total + list.reduce((sum, s) => sum + s.volume(), 0);
}

class Line {
  constructor(public slope: number) {}
  at(x: number): number {
    return this.slope * x;
  }
}
class Parabola {
  constructor(
    public a: number,
    public b: number,
  ) {}
  at(x: number): number {
    return this.a * x * x + this.b;
  }
}

/** Classes that a union brings together, told apart by `instanceof`. */
export function curves(x: number, y: number): number {
  const all: (Line | Parabola)[] = [new Line(x), new Parabola(y, x)];
  let t = 1;
  for (const f of all) {
    t *= f.at(y);
    if (f instanceof Parabola) t += f.b * f.a;
  }
  return t;
}

interface Node {
  value(x: number): number;
}
class Constant implements Node {
  constructor(readonly v: number) {}
  value(): number {
    return this.v;
  }
}
class Variable implements Node {
  value(x: number): number {
    return x;
  }
}
class Sum implements Node {
  constructor(
    readonly l: Node,
    readonly r: Node,
  ) {}
  value(x: number): number {
    return this.l.value(x) + this.r.value(x);
  }
}
class Product implements Node {
  constructor(
    readonly l: Node,
    readonly r: Node,
  ) {}
  value(x: number): number {
    return this.l.value(x) * this.r.value(x);
  }
}

/** A tree of instances of several classes, whose methods call one another. */
export function interpreter(a: number, x: number): number {
  const square: Node = new Product(new Variable(), new Variable());
  return new Sum(new Product(new Constant(a), new Variable()), square).value(x);
}

type Found = { tag: "some"; at: { a: number; b: number } } | { tag: "none" };

/** A literal stands in for what a member of the union does not have, and is taken apart. */
export function takenApartOr(x: number, y: number): number {
  const o: Found = x > y ? { tag: "some", at: { a: x, b: y } } : { tag: "none" };
  const { at } = o.tag === "some" ? o : { at: { a: y, b: 2 * x } };
  at.a *= x;
  return at.a * at.b;
}

type Kind = { t: "one"; v: number } | { t: "two"; w: number };

/** What follows all members of a union is never reached, and may say so. */
export function exhausted(x: number): number {
  const value = (k: Kind): number => {
    switch (k.t) {
      case "one":
        return k.v ** 2;
      case "two":
        return k.w * Math.exp(x);
      default:
        throw new Error(`no kind ${String(k)} ${k}`);
    }
  };
  return value({ t: "one", v: x }) + value({ t: "two", w: x });
}

interface Column {
  readonly grow: number;
  min: number;
  width?: number;
}
/** Objects that get a field which they were made without: their declared type has it. */
export function widened(grow: number[], width: number): number {
  const columns: Column[] = grow.map((g, i) => ({ grow: g, min: 2 * (i + 1) }));
  const free = width - columns.reduce((s, c) => s + c.min, 0);
  const total = columns.reduce((s, c) => s + c.grow, 0);
  for (const c of columns) if (c.grow > 1) c.width = c.min + (free * c.grow) / total;
  return columns.reduce((s, c, i) => s + (c.width ?? c.min) ** 2 * (i + 1), 0);
}
