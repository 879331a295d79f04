// Objects that are indexed by strings.
export function counts(xs: number[]): number {
  const names = ["a", "b", "c"];
  const o: Record<string, number> = {};
  for (let i = 0; i < xs.length; i++) {
    const k = names[i % 3]!;
    o[k] = (o[k] ?? 0) + xs[i]! ** 2;
  }
  let s = 0;
  for (const k in o) s = 2 * s + o[k]! ** 2;
  return s;
}

export function compound(x: number): number {
  const o: { [k: string]: number } = { a: x, b: x * x };
  o["a"]! += 2;
  o.b! *= x;
  o["c"] ??= x ** 3;
  o["c"] ??= 100;
  o.a!++;
  let s = 0;
  for (const [k, v] of Object.entries(o)) s += k === "a" ? v * v : v;
  return s;
}

export function order(x: number): number {
  const o: Record<string, number> = { b: x, 10: 2, a: x * x };
  o["2"] = 3 * x;
  o["01"] = 5;
  delete o["b"];
  o["b"] = x;
  return Object.values(o).reduce((s, v) => 3 * s + v * v, 0) + Object.keys(o).indexOf("b");
}

export function numeric(x: number): number {
  const o: Record<number, number> = {};
  for (let i = 5; i >= 0; i--) o[i * i] = x ** i;
  let s = 0;
  for (const k in o) s = 0.5 * s + o[k]! * (k === "4" ? 3 : 1);
  return s + (o[7] ?? x) + (4 in o ? 1 : 0);
}

export function deleting(x: number): number {
  const o: Record<string, number> = { a: x, b: x * x, c: 3 * x };
  let s = 0;
  for (const k in o) {
    s += o[k]!;
    if (k === "a") {
      delete o["b"];
      o["z"] = 5;
    }
  }
  return s + Object.keys(o).length;
}

export function inherited(x: number): number {
  const o: Record<string, number> = { a: x };
  let s = x;
  for (const k of ["a", "toString", "b", "constructor"]) if (k in o) s += Object.hasOwn(o, k) ? o[k]! * x : 10;
  return s;
}

export function entriesRound(x: number): number {
  const w = Object.fromEntries(Object.entries({ a: x, b: x * x }).map(([k, v]) => [k, v * v])) as Record<
    string,
    number
  >;
  const c: Record<string, number> = { ...w, c: 2 };
  w["a"] = 0;
  return c["a"]! * c["b"]! + Object.keys(c).length;
}

export function nested(x: number): number {
  const o: Record<string, Record<string, number>> = {};
  for (const a of ["p", "q"]) {
    const r: Record<string, number> = (o[a] ??= {});
    for (const b of ["u", "v"]) r[b] = (r[b] ?? 1) * x;
    r["u"]! += 1;
  }
  let s = 0;
  for (const r of Object.values(o)) for (const v of Object.values(r)) s += v * v;
  return s;
}

function add(o: Record<string, number>, k: string, v: number): void {
  o[k] = (o[k] ?? 0) + v;
}

export function passed(x: number): number {
  const o: Record<string, number> = {};
  const alias = o;
  add(o, "a", x);
  add(alias, "a", x * x);
  add(o, "b", alias["a"]!);
  const before = o["a"]! ** 2;
  o["a"] = 1;
  return before * alias["b"]! * alias["a"]!;
}

export function groups(xs: number[]): number {
  const g: Record<string, number[]> = {};
  for (const x of xs) (g[x > 1 ? "big" : "small"] ??= []).push(x);
  let s = 0;
  for (const [k, v] of Object.entries(g)) s += v.reduce((a, b) => a * 0.5 + b * b, 0) * (k === "big" ? 2 : 1);
  return s;
}

export function memo(x: number): number {
  const seen: Record<string, number> = {};
  const go = (n: number): number => {
    const key = `n${n}`;
    if (key in seen) return seen[key]!;
    const r = n < 2 ? x : go(n - 1) * 0.5 + go(n - 2) * x;
    seen[key] = r;
    return r;
  };
  return go(9);
}

export function reduced(xs: number[]): number {
  const t = xs.reduce<Record<string, number>>((acc, x, i) => {
    acc[`k${i % 2}`] = (acc[`k${i % 2}`] ?? 1) * x;
    return acc;
  }, {});
  return t["k0"]! + t["k1"]! ** 2;
}

/** `||=` of what may be missing: what it gives is there. */
export function madeIfNone(x: number): number {
  const rows = [
    { key: "a", v: x },
    { key: "b", v: 2 },
    { key: "a", v: x * x },
  ];
  const groups: Record<string, number[]> = {};
  for (const { key, v } of rows) (groups[key] ||= []).push(v);
  const o: { a?: number; b?: { v: number } } = { a: 0 };
  o.a ||= x;
  const made = (o.b ||= { v: x });
  made.v *= 2;
  o.a &&= o.a * 5;
  return Object.entries(groups).reduce((s, [k, vs]) => s + k.length * vs.reduce((a, b) => a * b, 1), 0) * o.a * o.b.v;
}

/** `Object.assign` to an object indexed by strings, whose sources are all evaluated before any is copied. */
export function assignedNames(x: number): number {
  const rates: Record<string, number> = { a: x, b: 1 };
  const updated = (): Record<string, number> => {
    rates.b = 5 * x;
    return { c: rates.a! * 2 };
  };
  const all = Object.assign({ z: 3 } as Record<string, number>, rates, { a: 2 * x }, updated());
  let sum = 0;
  for (const name of Object.keys(all)) sum = sum * x + all[name]! * name.charCodeAt(0);
  return sum;
}
