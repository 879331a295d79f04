/** Unions of values of different kinds, told apart when the program runs. */

type Token = { kind: "number"; value: number } | { kind: "word"; value: string } | { kind: "list"; value: number[] };

/** A field that is of another kind in each member. */
export function tokens(x: number): number {
  const all: Token[] = [
    { kind: "number", value: x },
    { kind: "word", value: "ab" },
    { kind: "list", value: [x, x * x] },
  ];
  let sum = 0;
  for (const token of all) {
    switch (token.kind) {
      case "number":
        sum += token.value ** 2;
        break;
      case "word":
        sum *= token.value.length;
        break;
      default:
        sum += token.value.reduce((a, b) => a + b, 0);
    }
  }
  return sum;
}

/** Operands and operators in one queue, after Dijkstra. */
export function shuntingYard(source: string, x: number): number {
  const queue: (number | string)[] = [];
  const operators: string[] = [];
  const binding: Record<string, number> = { "+": 1, "*": 2 };
  for (const c of source) {
    if (c === "x") queue.push(x);
    else if (/\d/.test(c)) queue.push(Number(c));
    else {
      while (operators.length > 0 && binding[operators.at(-1)!]! >= binding[c]!) queue.push(operators.pop()!);
      operators.push(c);
    }
  }
  while (operators.length > 0) queue.push(operators.pop()!);
  const stack: number[] = [];
  for (const token of queue) {
    if (typeof token === "number") {
      stack.push(token);
      continue;
    }
    const [b, a] = [stack.pop()!, stack.pop()!];
    stack.push(token === "+" ? a + b : a * b);
  }
  return stack.pop()!;
}

type Json = number | string | boolean | null | Json[] | { [name: string]: Json };

function squares(json: Json): number {
  if (json === null) return 1;
  switch (typeof json) {
    case "number":
      return json * json;
    case "string":
      return json.length;
    case "boolean":
      return json ? 1 : 0;
    default: {
      const parts = Array.isArray(json) ? json : Object.values(json);
      return parts.reduce<number>((sum, part) => sum + squares(part), 0);
    }
  }
}

export function document(x: number, y: number): number {
  return squares([x, "abc", [true, { a: x * y, b: [y, { c: x }] }], null]);
}

type Deep<T> = T | Deep<T>[];

function weighted(tree: Deep<number>, weight: number): number {
  return Array.isArray(tree) ? tree.reduce<number>((s, t) => s + weighted(t, 2 * weight), 0) : weight * tree ** 2;
}

/** A recursive generic type; a variable that changes its kind in a loop; values that may be missing besides. */
export function changing(x: number): number {
  let sum = weighted([x, [x * x, [2, x]], 3], 1);
  let state: number | string | undefined;
  for (let i = 0; i < 4; i++) {
    if (state === undefined) state = "start";
    else if (typeof state === "number") {
      sum += state;
      state = `t${i}`;
    } else {
      sum += state.length * x;
      state = x * i;
    }
  }
  return typeof state === "number" ? sum * state : sum;
}

class Poly {
  readonly a: number;
  constructor(a: number) {
    this.a = a;
  }
  at(t: number): number {
    return this.a * t * t;
  }
}

interface Rate {
  readonly rate: number | ((t: number) => number) | Poly | readonly number[];
  readonly name?: string | number;
}

function rateAt({ rate }: Rate, t: number): number {
  if (typeof rate === "number") return rate;
  if (typeof rate === "function") return rate(t);
  return rate instanceof Poly ? rate.at(t) : rate.reduce((a, b) => a + b, t);
}

/** Numbers, functions, lists and instances in one field, and another one that may be missing. */
export function rates(x: number, t: number): number {
  const all: Rate[] = [
    { rate: x },
    { rate: (s) => s * x, name: "linear" },
    { rate: Math.sin, name: 3 },
    { rate: [x, x * t, 2], name: "" },
    { rate: new Poly(x), name: 2 },
  ];
  return all.reduce((sum, rate) => {
    const scale = typeof rate.name === "string" ? rate.name.length : (rate.name ?? 5);
    return sum + rateAt(rate, t) * (scale || 7);
  }, 0);
}

/** What is equal, what is true and what is in a map, for values of several kinds. */
export function asked(x: number): number {
  const values: (number | string | boolean)[] = [2, "", x, "a", false, true];
  let sum = 0;
  for (const [i, v] of values.entries()) if (v) sum += (i + 1) * x;
  if (values.includes(2) && !values.includes("2") && values.indexOf("a") === 3) sum *= x;
  const table = new Map<string, number | string[]>([["a", x]]);
  table.set("b", ["q", "rr"]);
  for (const [name, v] of table) sum += typeof v === "number" ? v * name.length : v.length * x;
  const chosen = x > 1 ? x : [x, 2 * x];
  const others = [x, "+", 2].filter((v): v is number => typeof v === "number");
  return sum + (Array.isArray(chosen) ? chosen[0]! * chosen[1]! : 3 * chosen) + others[0]! ** others[1]!;
}

type Result<T, E> = { ok: true; value: T } | { ok: false; error: E };
const ok = <T>(value: T): Result<T, never> => ({ ok: true, value });
const err = <E>(error: E): Result<never, E> => ({ ok: false, error });
const quotient = (a: number, b: number): Result<number, string> => (b === 0 ? err("zero") : ok(a / b));

function root(x: number): Result<number, string> {
  if (x < 0) return err("negative");
  return ok(Math.sqrt(x));
}

const chain = <T, U, E>(r: Result<T, E>, f: (t: T) => Result<U, E>): Result<U, E> => (r.ok ? f(r.value) : r);

/** Parts of a union, from functions that give no more of it. */
export function results(x: number): number {
  const r = chain(root(x), (y) => quotient(y, x - 1));
  const q = quotient(x, 2);
  return (r.ok ? r.value : r.error.length * x) * (q.ok ? q.value : 1);
}

/** Text that may be missing, as a number. */
export function fromText(x: number): number {
  const texts = new Map([["rate", "2.5"]]);
  return Number(texts.get("rate")) * x + (Number.isNaN(Number(texts.get("none"))) ? x * x : 0);
}

/** Questions whose answer is another one for each kind, and numbers made of all of them. */
export function askedByName(x: number): number {
  const values: (number | string | boolean)[] = [2, "2.5", x, true, Number.NaN];
  const whole = values.filter(Number.isInteger).length;
  const none = values.filter((v) => Number.isNaN(v)).length;
  const sum = values.slice(0, 4).reduce<number>((s, v) => s + Number(v) * x, 0);
  const same = (v: number | string | boolean): number => (v === true ? 5 * x : v === "2.5" ? x * x : v === 2 ? 7 : 0);
  return sum * whole + none * x + same(true) + same("2.5") + same(2) + same(x);
}

/** What a callback gives, one or several of them, and a generic function that takes one out. */
export function oneOrSeveral(xs: number[]): number {
  const pick = <T>(v: T | T[]): T => (Array.isArray(v) ? v[0]! : v);
  const flat = xs.flatMap((x) => (x > 0 ? x : [x, x * x]));
  const objects = xs.flatMap((x, i) => (x > 0 ? { v: x * i } : [{ v: x }, { v: x ** 3 }]));
  const several: number | number[] = xs[0]! > 0 ? xs : xs[0]! * 3;
  return flat.reduce((s, v, i) => s + v * (i + 1), 0) * pick<number>(several) + objects.reduce((p, o) => p * o.v, 1);
}

class Dual {
  readonly v: number;
  readonly d: number;
  constructor(v: number, d = 0) {
    this.v = v;
    this.d = d;
  }
  static lift(x: number | Dual): Dual {
    return x instanceof Dual ? x : new Dual(x);
  }
  times(other: number | Dual): Dual {
    const o = Dual.lift(other);
    return new Dual(this.v * o.v, this.d * o.v + this.v * o.d);
  }
}

/** A static method that asks whether what it is given is of its class. */
export function lifted(x: number): number {
  const y = new Dual(x, 1).times(3).times(Dual.lift(new Dual(x * x, 2 * x)));
  return y.v + y.d;
}

/** A property that values of several kinds have, each its own. */
export function lengths(x: number): number {
  const values: (string | number[] | number)[] = ["abc", [x, 2], 7];
  let s = 0;
  for (const v of values) s += typeof v === "number" ? v : v.length * x * x;
  return s;
}

/** What is missing is no list. */
export function listsThatMayBeMissing(x: number, y: number): number {
  const options: { scales?: number[]; rows: number[] | null }[] = [
    { rows: [x, y] },
    { scales: [y], rows: null },
    { scales: [x], rows: [y] },
  ];
  const several: (number | number[] | null)[] = [x, null, [y, x], y];
  const first = (v?: number | number[]): number => (Array.isArray(v) ? 2 * v[0] : (v ?? x * y));
  let sum = first() + first(x) * first([y]);
  for (const { scales, rows } of options) {
    if (Array.isArray(scales)) sum += scales[0] * x;
    if (!Array.isArray(rows)) continue;
    sum *= rows[0];
  }
  return several.reduce<number>((s, v) => s + (Array.isArray(v) ? v[0] * v[1] : (v ?? 1)), sum);
}
