// The fields of objects as data: listed, named at run time, taken as a rest.
interface Point {
  x: number;
  y: number;
  z: number;
}

export function sumSquares(p: Point): number {
  let sum = 0;
  for (const k in p) sum += p[k as keyof Point] ** 2;
  return sum;
}

export function clearedOnTheWay(p: Point): number {
  let sum = 0;
  let k = "";
  for (k in p) {
    if (k === "y") continue;
    sum += p[k as keyof Point] ** 2;
    p[k as keyof Point] = 0;
  }
  return sum * (k === "z" ? 2 : 1) + p.y;
}

export function stopsAtKey(p: Point): number {
  let sum = 0;
  for (const k of Object.keys(p)) {
    if (k === "z") break;
    sum += p[k as keyof Point] ** 3;
  }
  return sum;
}

export function weightedValues(p: Point): number {
  return Object.values(p).reduce((sum, v, i) => sum + v * v * (i + 1), 0);
}

export function entriesByName(p: Point): number {
  let sum = 0;
  for (const [k, v] of Object.entries(p)) sum += k === "y" ? v ** 3 : v * p.x;
  return sum;
}

export function restInParameter({ x, ...rest }: Point): number {
  return x * rest.y + rest.z ** 2;
}

export function restAndSpread(p: Point): number {
  const { y, ...rest } = p;
  const q = { ...rest, w: y * y };
  p.x = 7;
  return Object.values(q).reduce((sum, v) => 2 * sum + v * v, 0);
}

export function namedAtRunTime(p: Point, names: ("x" | "y")[]): number {
  let sum = 0;
  for (const name of names) {
    p[name] *= 2;
    sum += p[name] * p.z;
  }
  return sum;
}

export function assignedOver(x: number, y: number): number {
  const a = { u: x, v: y };
  const b = { v: x * y };
  const c = Object.assign(a, b);
  c.u += c.v;
  return a.u * b.v;
}

export function indicesFirst(x: number): number {
  const o = { b: x, 2: x * x, a: 3 * x, 1: 2 };
  let sum = 0;
  let weight = 1;
  for (const v of Object.values(o)) {
    sum += weight * v;
    weight *= 10;
  }
  return sum;
}

export function assignedRest(x: number): number {
  let a: number;
  let rest: { b: number; c: number };
  ({ a, ...rest } = { a: x, b: x * x, c: 3 * x });
  rest.b *= 2;
  return a * rest.b + rest.c;
}

export function mixedTuple(x: number, y: number): number {
  const t: [number, string, number] = [x, "label", y];
  let sum = 0;
  for (const i of [0, 2] as const) sum += t[i] ** 2;
  return sum;
}

export function keysAsNames(x: number): number {
  const o = { a: x, b: x * x };
  return Object.keys(o)
    .map((k) => o[k as "a" | "b"] * (k === "b" ? 3 : 1))
    .reduce((a, b) => a * b, 1);
}

export function frozenAndSpread(x: number): number {
  const o = Object.freeze({ a: x, b: x * x });
  return Math.max(...Object.values(o)) + Math.hypot(...Object.values(o)) + ("a" in o ? o.a : 0);
}

/** What `Object.assign` is given is all evaluated before any of it is copied; a spread copies what is there by then. */
export function assignedAfterAll(x: number): number {
  const state = { p: x, q: 1 };
  const update = (): { p: number } => {
    state.q += 5 * x;
    return { p: state.p * 2 };
  };
  const assigned = Object.assign({ p: 0, q: 0 }, state, update());
  const spread = { ...state, ...update() };
  return assigned.p + assigned.q * 10 + spread.q * 100 + state.q * x;
}
