// Maps and sets.
export function histogram(xs: number[]): number {
  const m = new Map<number, number>();
  for (let i = 0; i < xs.length; i++) {
    const k = i % 3;
    m.set(k, (m.get(k) ?? 0) + xs[i]! ** 2);
  }
  let s = 0;
  for (const [k, v] of m) s += (k + 1) * v * v;
  return s;
}

export function overwritten(x: number): number {
  const m = new Map<string, number>();
  m.set("a", x);
  const y = m.get("a")! ** 2;
  m.set("a", y * x);
  m.set("a", Math.sin(m.get("a")!));
  return y * m.get("a")!;
}

export function aliases(x: number, y: number): number {
  const m = new Map<string, number>([
    ["a", x],
    ["b", y],
  ]);
  const n = m;
  n.set("a", m.get("b")! * 3);
  const before = m.get("a")!;
  m.set("b", n.get("a")! * x);
  return before * m.get("b")! + n.size;
}

function rec(n: number, x: number, memo: Map<number, number>): number {
  if (n <= 1) return x;
  const hit = memo.get(n);
  if (hit !== undefined) return hit;
  const r = Math.sin(rec(n - 1, x, memo)) + rec(n - 2, x, memo) * x;
  memo.set(n, r);
  return r;
}

export function memoPassed(x: number): number {
  return rec(10, x, new Map());
}

export function activeKeys(xs: number[]): number {
  const s = new Set<number>();
  for (const x of xs) s.add(x);
  s.add(xs[0]!);
  let t = 0;
  for (const k of s) t = t * 0.5 + k * k;
  return t * s.size;
}

export function deletes(x: number): number {
  const m = new Map<number, number>();
  for (let i = 0; i < 20; i++) m.set(i, x ** i / (i + 1));
  for (let i = 0; i < 20; i += 3) m.delete(i);
  m.set(3, x * x);
  let s = 0;
  let w = 1;
  for (const v of m.values()) {
    s += w * v;
    w *= 0.9;
  }
  for (const k of m.keys()) s += k;
  return s + (m.has(0) ? 1000 : 0) + m.size;
}

export function growWhileIterating(x: number): number {
  const m = new Map<number, number>([[0, x]]);
  let s = 0;
  for (const [k, v] of m) {
    s += v * v;
    if (k < 5) m.set(k + 1, v * 0.7 + x);
    if (k === 2) m.delete(3);
    if (k === 4) m.delete(0);
  }
  return s + m.size;
}

export function clearWhileIterating(x: number): number {
  const m = new Map<number, number>([
    [0, x],
    [1, x * x],
    [2, 5],
  ]);
  let s = 0;
  for (const [k, v] of m) {
    s += v * (k + 1);
    if (k === 0) {
      m.clear();
      m.set(7, x ** 3);
      m.set(0, 2 * x);
    }
    if (s > 100) break;
    if (k === 0 && s > 20) break;
  }
  return s;
}

export function nanKeys(x: number): number {
  const m = new Map<number, number>();
  m.set(NaN, x);
  m.set(NaN, (m.get(NaN) ?? 1) * x);
  m.set(-0, x);
  m.set(0, (m.get(-0) ?? 0) + x * x);
  return m.get(NaN)! * m.get(0)! + m.size;
}

export function adjacency(xs: number[]): number {
  const g = new Map<number, number[]>();
  const edge = (a: number, b: number) => {
    const l = g.get(a);
    if (l) l.push(b);
    else g.set(a, [b]);
  };
  for (let i = 0; i < xs.length; i++) {
    edge(i, (i * 2 + 1) % xs.length);
    edge(i, (i + 3) % xs.length);
  }
  let s = 0;
  const seen = new Set<number>();
  const visit = (n: number, w: number): void => {
    if (seen.has(n)) return;
    seen.add(n);
    s += w * xs[n]! * xs[n]!;
    for (const m of g.get(n) ?? []) visit(m, w * xs[n]! * 0.5);
  };
  visit(0, 1);
  return s;
}

export function mapInRecord(x: number, y: number): number {
  const o = { m: new Map<string, { v: number }>(), n: 0 };
  o.m.set("p", { v: x });
  const p = o.m.get("p")!;
  p.v *= y;
  o.m.set("q", p);
  o.m.get("q")!.v += x;
  o.n += o.m.size;
  return o.m.get("p")!.v * p.v + o.n;
}

export function closureOver(x: number): number {
  const m = new Map<number, number>();
  const add = (k: number, v: number) => {
    m.set(k, (m.get(k) ?? 0) + v);
  };
  [1, 2, 1, 3, 2, 1].forEach((k, i) => add(k, x ** (i + 1)));
  return [...m.values()].reduce((a, v, i) => a + v * (i + 2), 0);
}

export function forEaches(x: number): number {
  const m = new Map([
    [1, x],
    [2, x * x],
  ]);
  let s = 0;
  m.forEach((v, k) => {
    s += v * k;
    if (k === 2) m.set(9, v);
  });
  new Set([x, 2 * x]).forEach((k) => {
    s *= k;
  });
  return s;
}

export function spreads(x: number, y: number): number {
  const m = new Map<number, number>([
    [1, x],
    [2, y],
  ]);
  const ks = [...m.keys()];
  const es = [...m];
  const vs = Array.from(m.values(), (v) => v * v);
  return Math.max(...m.values()) + ks.length * es[1]![1] + vs[0]! * Math.hypot(...m.values());
}

class Counter {
  private readonly counts = new Map<string, number>();
  add(k: string, v: number): this {
    this.counts.set(k, (this.counts.get(k) ?? 0) + v);
    return this;
  }
  get total(): number {
    let s = 0;
    for (const v of this.counts.values()) s += v * v;
    return s;
  }
}

export function classWithMap(x: number): number {
  return new Counter()
    .add("a", x)
    .add("b", 2 * x)
    .add("a", x * x).total;
}

export function functionsInMap(x: number): number {
  const ops = new Map<string, (v: number) => number>();
  ops.set("sq", (v) => v * v);
  ops.set("sc", (v) => v * x);
  let y = x;
  for (const f of ops.values()) y = f(y);
  return y * (ops.get("sq")?.(x) ?? 0);
}

interface Trie {
  value: number;
  next: Map<string, Trie>;
}

export function trie(x: number): number {
  const root: Trie = { value: x, next: new Map() };
  const put = (word: string[], v: number) => {
    let t = root;
    for (const c of word) {
      let n = t.next.get(c);
      if (n === undefined) {
        n = { value: 0, next: new Map() };
        t.next.set(c, n);
      }
      t = n;
      t.value += v;
    }
  };
  put(["a", "b"], x * x);
  put(["a", "c"], 2 * x);
  const sum = (t: Trie): number => {
    let s = t.value * t.value;
    for (const n of t.next.values()) s += sum(n) * 0.5;
    return s;
  };
  return sum(root);
}

export function nested(x: number): number {
  const m = new Map<number, Map<number, number>>();
  for (let i = 0; i < 3; i++)
    for (let j = 0; j < 3; j++) {
      let r = m.get(i);
      if (!r) {
        r = new Map();
        m.set(i, r);
      }
      r.set(j, x * i + j);
    }
  let s = 0;
  for (const [i, r] of m) for (const [j, v] of r) s += v * v * (i + j);
  return s;
}

export function lru(xs: number[]): number {
  const cache = new Map<number, number>();
  let s = 0;
  for (let i = 0; i < xs.length * 3; i++) {
    const k = (i * i) % 5;
    const hit = cache.get(k);
    if (hit !== undefined) {
      cache.delete(k);
      cache.set(k, hit * 1.1);
      s += hit * hit;
    } else {
      cache.set(k, xs[i % xs.length]!);
      if (cache.size > 2)
        for (const old of cache.keys()) {
          cache.delete(old);
          break;
        }
    }
  }
  return s;
}

export function valuesOptional(x: number): number {
  const m = new Map<string, number | undefined>([
    ["a", x],
    ["b", undefined],
  ]);
  let s = 0;
  for (const v of m.values()) s += v ?? 10;
  return s * (m.get("a") ?? 1) + (m.has("b") ? 1 : 0) + (m.get("b") ?? x);
}

export function inTry(x: number): number {
  const m = new Map<string, number>([["a", x]]);
  try {
    m.set("a", x * x);
    if (x > 1) throw new Error("late");
    m.set("a", 0);
  } catch {
    m.set("b", m.get("a")! * 2);
  } finally {
    m.set("a", m.get("a")! + 1);
  }
  return m.get("a")! * (m.get("b") ?? 3);
}

export function mutatedInLoop(x: number): number {
  const m = new Map<string, number>();
  m.set("s", 1);
  for (let i = 0; i < 5; i++) {
    m.set("s", m.get("s")! * x);
    m.set(`h${i}`, m.get("s")! ** 2);
    if (i > 2) m.delete(`h${i - 2}`);
  }
  return [...m.values()].reduce((a, b) => a + b, 0);
}

/** Fibonacci's recursion by a memo that does not know what it keeps. */
export function memoOfAnything(x: number): number {
  const memo = <R>(f: (n: number) => R) => {
    const known = new Map<number, R>();
    return (n: number): R => {
      let r = known.get(n);
      if (r === undefined) {
        r = f(n);
        known.set(n, r);
      }
      return r;
    };
  };
  const g = memo((n: number): number => (n < 2 ? x : g(n - 1) * 0.5 + g(n - 2) * x));
  return g(8);
}

/** What a recursive generic function finds, or makes, and changes. */
export function madeOnDemand(x: number): number {
  const entry = <V>(m: Map<string, V>, name: string, make: () => V, depth: number): V => {
    let e = m.get(name);
    if (e === undefined) {
      e = depth > 0 ? entry(m, name + depth, make, depth - 1) : make();
      m.set(name, e);
    }
    return e;
  };
  const m = new Map<string, { v: number }>();
  entry(m, "a", () => ({ v: x }), 3).v *= x;
  return entry(m, "a", () => ({ v: 1 }), 2).v * Math.sin(x) + m.size;
}
