import { table } from "../../test/support/run-lowered.ts";

table("small programs", [
  [
    "loop retry with a call",
    "interface P { v: number; w: number } function better(a: P, b: P) { return a.v > b.v; } export function f(x: number[]) { let best; for (const v of x) { const c = { v, w: 2 }; if (best === undefined || better(c, best)) best = c; } return best === undefined ? -1 : best.v; }",
    [[1, 5, 2]],
    [[]],
  ],
  [
    "closure in loop retry",
    "export function f(x: number[]) { let last: number | null = null; let n = 0; const see = (v: number) => { if (last !== null && v === last) n++; last = v; }; for (const v of x) see(v); return [n, last ?? -1]; }",
    [[1, 1, 2]],
    [[]],
  ],
  [
    "early return of optional from nested loops",
    "function find(m: number[][], t: number): { i: number; j: number } | undefined { for (let i = 0; i < m.length; i++) for (let j = 0; j < m[i].length; j++) if (m[i][j] === t) return { i, j }; return undefined; } export function f(m: number[][], t: number) { const p = find(m, t); return p ? p.i * 10 + p.j : -1; }",
    [[[1, 2], [3]], 3],
    [[[1]], 7],
  ],
  [
    "bisect",
    "export function f(a: number) { let lo = 0, hi = 10; for (let k = 0; k < 60; k++) { const mid = (lo + hi) / 2; if (mid * mid < a) lo = mid; else hi = mid; if (hi - lo < 1e-10) return (lo + hi) / 2; } return lo; }",
    [2],
  ],
  [
    "continue with update",
    "export function f(n: number) { let s = 0; for (let i = 0, k = 1; i < n; i += k, k++) { if (i % 2 === 0) continue; s += i * k; } return s; }",
    [30],
  ],
  [
    "for without condition",
    "export function f(n: number) { let s = 0; for (let i = 0; ; i++) { if (i >= n) break; s += i; } return s; }",
    [5],
  ],
  [
    "loops in a closure that returns early, in a condition",
    "export function f(x: number[]) { const has = (t: number) => { for (const v of x) if (v === t) return true; return false; }; let k = 0; while (has(k)) k++; return k; }",
    [[0, 1, 2, 5]],
  ],
  [
    "matrix product",
    "function mul(a: number[][], b: number[][]): number[][] { const n = a.length, m = b[0].length, c: number[][] = []; for (let i = 0; i < n; i++) { c.push(new Array<number>(m).fill(0)); for (let j = 0; j < m; j++) for (let k = 0; k < b.length; k++) c[i][j] += a[i][k] * b[k][j]; } return c; } export function f(a: number[][]) { return mul(a, mul(a, a)); }",
    [
      [
        [1, 2],
        [3, 4],
      ],
    ],
  ],
  [
    "string enum switch",
    "enum K { A = 'a', B = 'b' } const table: { k: K; w: number }[] = [{ k: K.A, w: 2 }, { k: K.B, w: 3 }]; export function f(x: number) { let s = 0; for (const { k, w } of table) { switch (k) { case K.A: s += w * x; break; case K.B: s -= w; } } return s; }",
    [3],
  ],
  [
    "exclusive params named like builtins",
    "export function f(length: number, undefined_: number[]) { const Math2 = length; const { length: n } = undefined_; return Math2 * n; }",
    [3, [1, 2]],
  ],
  [
    "shadowed undefined-ish optional in closure",
    "export function f(o: { a?: number; b?: { c?: number } }) { const g = (k?: number) => (k ?? 1) * 2; return g(o.a) + g(o.b?.c) + (o.b ? (o.b.c ?? 5) : 7); }",
    [{}],
    [{ a: 3, b: {} }],
    [{ b: { c: 4 } }],
  ],
  [
    "rest in tuple params",
    "function g([a, ...r]: number[]) { return a + r.length; } export function f(x: number[]) { return g(x); }",
    [[1, 2, 3]],
  ],
  [
    "assign through alias in loop",
    "export function f(x: number[]) { const rows = [x, [0, 0]]; for (const r of rows) for (let i = 0; i < r.length; i++) r[i] += i + 1; return x[1] + rows[1][0]; }",
    [[1, 2]],
  ],
  [
    "negated optional",
    "export function f(x?: number, s?: string) { return (!x ? 1 : 2) + (!s ? 10 : 20); }",
    [0, ""],
    [1, "a"],
    [undefined, undefined],
  ],
  [
    "comparison of optionals",
    "export function f(a?: number, b?: number) { return a === b ? 1 : 0; }",
    [1, 1],
    [undefined, undefined],
    [1, undefined],
    [undefined, 2],
  ],
  [
    "void callback results",
    "export function f(x: number[]) { let n = 0; x.forEach((v) => (n += v)); [1, 2].forEach(() => { n++; }); return n; }",
    [[1, 2]],
  ],
  [
    "nested map",
    "export function f(x: number[][]) { return x.map((r) => r.map((v) => v * 2).reduce((a, b) => a + b, 0)).reduce((a, b) => a * b, 1); }",
    [[[1, 2], [3]]],
  ],
  [
    "mixed number and undefined array",
    "export function f(n: number) { const a: (number | undefined)[] = [1, undefined, 3]; let s = 0; for (const v of a) s += v ?? n; a[1] = 5; return s + (a[1] ?? 0); }",
    [10],
  ],
  [
    "map to optional",
    "export function f(x: number[]) { const a = x.map((v) => (v > 1 ? v : undefined)); let s = 0; for (const v of a) if (v !== undefined) s += v; return s; }",
    [[1, 2, 3]],
  ],
  [
    "reduce to record",
    "export function f(x: number[]) { const r = x.reduce((acc, v) => ({ n: acc.n + 1, s: acc.s + v }), { n: 0, s: 0 }); return r.s / r.n; }",
    [[1, 2, 6]],
  ],
  [
    "reduce into an array",
    "export function f(x: number[]) { return x.reduce((acc: number[], v) => { acc.push(v * 2); return acc; }, []); }",
    [[1, 2]],
  ],
  [
    "array destructured from map",
    "export function f(x: number[]) { const [a, b] = x.map((v) => v + 1); return a * b; }",
    [[1, 2]],
  ],
  [
    "Array.from array like",
    "export function f(n: number) { const g = Array.from({ length: n }, () => 1); const h = Array.from(g, (v, i) => v + i); return h; }",
    [3],
  ],
  [
    "returning a parameter or a copy",
    "export function f(x: number[], c: boolean) { const y = c ? x : [...x]; y[0] = 9; return x[0]; }",
    [[1], true],
    [[1], false],
  ],
  [
    "text keys",
    "export function f(x: number) { const o = { a: 1, b: x }; let s = 0; for (const k of ['a', 'b'] as const) s += k === 'a' ? o.a : o.b; return s; }",
    [4],
  ],
  [
    "object with nested update",
    "interface S { p: { x: number; v: number }; t: number } function step(s: S, h: number): S { return { p: { x: s.p.x + h * s.p.v, v: s.p.v - h * s.p.x }, t: s.t + h }; } export function f(v: number) { let s: S = { p: { x: 1, v }, t: 0 }; while (s.t < 0.5) s = step(s, 0.1); return s; }",
    [0.3],
  ],
  [
    "swap via temp in records",
    "export function f(a: { v: number }, b: { v: number }) { let p = a, q = b; for (let i = 0; i < 3; i++) { const t = p; p = q; q = t; p.v += i; } return p.v - q.v; }",
    [{ v: 1 }, { v: 2 }],
  ],
]);
