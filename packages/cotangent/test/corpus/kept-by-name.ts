// Maps, sets and objects that are indexed by strings, as arguments and results.
export function worth(prices: Map<string, number>, counts: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const [name, count] of counts) sum += count * count * (prices.get(name) ?? 1);
  return sum * prices.size;
}

export function weighted(w: Record<string, number>, x: number): number {
  let s = 0;
  for (const key of Object.keys(w)) s += Math.sin(w[key]! * x) * key.length;
  return s + (w["a"] ?? 0) ** 2;
}

export function scaled(w: { readonly [name: string]: number }, x: number): Record<string, number> {
  const out: Record<string, number> = {};
  for (const [key, v] of Object.entries(w)) out[`${key}!`] = v * v * x;
  out["sum"] = Object.values(w).reduce((a, b) => a + b, 0);
  delete out["b!"];
  return out;
}

export function raised(m: Map<string, number>, x: number): Map<string, number> {
  m.set("a", (m.get("a") ?? 0) * x);
  for (const [k, v] of m) m.set(k, v * v);
  return m;
}

export function replaced(m: Map<string, number>, x: number): number {
  const a = m.get("a") ?? x;
  m.delete("a");
  m.set("c", a * x);
  m.set("a", x * x);
  let s = 0;
  for (const [k, v] of m) s = 2 * s + v * v * k.charCodeAt(0);
  m.delete("b");
  return s + m.size;
}

export function cleared(o: Record<string, number>, x: number): number {
  const before = o["k"]! * x;
  for (const name in o) delete o[name];
  o["2"] = before * x;
  o["z"] = x;
  o["1"] = before;
  return Object.values(o).reduce((s, v) => 3 * s + v * v, 0);
}

export interface Holding {
  count: number;
  price: number;
}
export interface Portfolio {
  cash: number;
  readonly holdings: Map<string, Holding>;
  readonly tags: Set<string>;
}
export function value(p: Portfolio, rate: number): number {
  let s = p.cash * rate;
  for (const h of p.holdings.values()) s += h.count * h.price ** 2;
  return p.tags.has("double") ? 2 * s : s;
}

export function grown(p: Portfolio, rate: number): Portfolio {
  const holdings = new Map<string, Holding>();
  for (const [name, { count, price }] of p.holdings) holdings.set(name, { count, price: price * rate });
  return { ...p, cash: p.cash * rate * rate, holdings };
}

export function traded(p: Portfolio, price: number): number {
  const held = p.holdings.get("x");
  if (held) {
    held.count += p.cash / price;
    held.price = price * held.price;
    p.cash = 0;
  }
  p.tags.add("traded");
  return [...p.holdings.values()].reduce((s, h) => s + h.count * h.price, p.cash * 3);
}

export function shared(a: Map<string, number>, b: Map<string, number>, x: number): number {
  a.set("k", x * (b.get("k") ?? 1));
  return (b.get("k") ?? 0) ** 2 + (a.get("j") ?? 0) * x;
}
export function sharedTwice(m: Map<string, number>, x: number): number {
  return shared(m, m, x);
}

export interface Tree {
  weight: number;
  readonly children: Record<string, Tree>;
}
export function total(t: Tree): number {
  let s = t.weight ** 2;
  for (const name of Object.keys(t.children)) s += total(t.children[name]!) * name.length;
  return s;
}
export function planted(depth: number, x: number): Tree {
  const children: Record<string, Tree> = {};
  for (let i = 0; i < depth; i++) children["abc"[i]!] = planted(i, x * (i + 1));
  return { weight: x * x, children };
}

export function rows(data: Record<string, number[]>, at: Set<string>): Map<string, number[]> {
  const out = new Map<string, number[]>();
  for (const [name, row] of Object.entries(data)) {
    if (!at.has(name)) continue;
    const mean = row.reduce((a, b) => a + b, 0) / row.length;
    out.set(
      name,
      row.map((x) => (x - mean) ** 2),
    );
  }
  return out;
}

export function byNumber(m: Map<number, number>, x: number): number {
  let s = 0;
  m.forEach((v, k) => {
    s += v * v * (k > 1 ? x : 1);
  });
  return s;
}

export function named(x: number, y: number): Record<string, number> {
  const out: Record<string, number> = { sum: x + y, product: x * y };
  out["ratio"] = x / y;
  return out;
}

export function listed(maps: Map<string, number>[], x: number): number {
  return maps.reduce((s, m, i) => s + (m.get("v") ?? 0) ** 2 * x ** i, 0);
}

export class Ledger {
  readonly accounts: Map<string, number>;
  fee: number;
  constructor(accounts: Map<string, number>, fee: number) {
    this.accounts = accounts;
    this.fee = fee;
  }
  transfer(from: string, to: string, amount: number): void {
    this.accounts.set(from, (this.accounts.get(from) ?? 0) - amount - this.fee);
    this.accounts.set(to, (this.accounts.get(to) ?? 0) + amount);
  }
}
export function settled(l: Ledger, x: number): number {
  l.transfer("a", "b", x * x);
  l.transfer("b", "a", x * (l.accounts.get("a") ?? 0));
  return (l.accounts.get("a") ?? 0) ** 2 + (l.accounts.get("b") ?? 0) * x;
}

export function maybe(m: Map<string, number> | undefined, o: { w?: Record<string, number> }, x: number): number {
  return (m?.get("a") ?? x) * x + (o.w?.["k"] ?? x) ** 2;
}
