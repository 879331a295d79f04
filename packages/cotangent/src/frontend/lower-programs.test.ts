// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the programs are texts
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
    "elements that may be missing, in methods",
    "export function f(x: number) { const a: (number | undefined)[] = [x, undefined, 2]; const b = a.map((v) => v ?? 10); let n = 0; a.forEach((v, i) => { if (v === undefined) n += i; }); const found = a.find((v) => v === undefined); const c = [...a].reverse(); return [b[1], n, found === undefined ? 1 : 0, c[1] ?? 7, a.filter((v) => v !== undefined).length, a.indexOf(undefined)]; }",
    [5],
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
table("options and shapes", [
  [
    "options with defaults",
    "interface O { tol?: number; steps?: number } function solve(a: number, options: O = {}) { const { tol = 1e-6, steps = 50 } = options; let x = a; for (let i = 0; i < steps; i++) { const n = (x + a / x) / 2; if (Math.abs(n - x) < tol) break; x = n; } return x; } export function f(a: number, o: O = {}) { return solve(a) + solve(a, { steps: 3 }) + solve(a, o); }",
    [2],
    [2, { tol: 0.1 }],
  ],
  [
    "destructured options",
    "export function f(x: number, { n = 3, k = n * 2 }: { n?: number; k?: number } = {}) { return x * n + k; }",
    [1],
    [1, { n: 5 }],
    [1, { k: 1 }],
  ],
  [
    "inferred pattern type",
    "function g(x: number, { n = 3 } = {}) { return x * n; } export function f(x: number) { return g(x) + g(x, { n: 2 }); }",
    [2],
  ],
  [
    "arrow giving an object",
    "const mk = (x: number) => ({ x, y: x * 2, tag: 'p' as const }); export const f = (x: number) => { const p = mk(x); return p.tag === 'p' ? p.x + p.y : 0; };",
    [2],
  ],
  [
    "class of static helpers",
    "export class M { static readonly TAU = Math.PI * 2; static wave(x: number, w = M.TAU) { return Math.sin(x * w) + M.half(x); } private static half(x: number) { return x / 2; } } export function f(x: number) { return M.wave(x) + M.wave(x, 2); }",
    [0.3],
  ],
  [
    "sparse destructuring and holes",
    "export function f(x: number[]) { const [, a, , b] = x; return a * b; }",
    [[1, 2, 3, 4]],
  ],
  [
    "nested defaults",
    "export function f({ a: { b = 2, c: [d = 3] = [] } = {} }: { a?: { b?: number; c?: number[] } }) { return b * d; }",
    [{}],
    [{ a: { b: 5 } }],
    [{ a: { c: [7] } }],
  ],
  [
    "computed enum",
    "enum F { A = 1 << 0, B = 1 << 1, C = A | B } export function f(x: number, k: number) { return (k & F.B) !== 0 ? x * F.C : x; }",
    [2, 1],
    [2, 3],
  ],
  [
    "object as a table",
    "const table = { a: 1.5, b: -2 } as const; export function f(k: keyof typeof table, x: number) { return k === 'a' ? table.a * x : table['b'] * x; }",
    ["a", 2],
    ["b", 2],
  ],
  [
    "many results",
    "export function f(x: number): { s: number; v: number[]; t: [number, number]; o?: number; ok: boolean; name: string } { return { s: x, v: [x, 2], t: [x, 1], ok: x > 0, name: `n${x}` }; }",
    [2],
  ],
  ["console", "export function f(x: number) { console.assert(x > 0, 'x', x); return x * 2; }", [2]],
  [
    "iife",
    "export function f(x: number) { const v = (() => { const t = x * 2; return t + 1; })(); return (function (y: number) { return y * v; })(x); }",
    [2],
  ],
  [
    "let function variable",
    "export function f(x: number) { let g = (v: number) => v + 1; const a = g(x); g = (v) => v * 10; return a + g(x); }",
    [2],
  ],
  [
    "assigned in both branches",
    "export function f(x: number) { let y: number; let z: number[]; if (x > 0) { y = x; z = [x]; } else { y = -x; z = [1, 2]; } return y * z.length; }",
    [2],
    [-2],
  ],
  [
    "definite assignment",
    "export function f(x: number) { let y!: number; for (let i = 0; i < 2; i++) y = x * i; return y; }",
    [3],
  ],
  [
    "tuple result destructured",
    "function mm(x: number[]): [number, number] { let lo = Infinity, hi = -Infinity; for (const v of x) { lo = Math.min(lo, v); hi = Math.max(hi, v); } return [lo, hi]; } export function f(x: number[]) { const [lo, hi] = mm(x); return hi - lo; }",
    [[3, 1, 2]],
  ],
  [
    "mixed tuple",
    "function g(x: number): [number, number[]] { return [x, [x, x]]; } export function f(x: number) { const [a, b] = g(x); const p = g(2); p[0] = 5; return a + b.length + p[0] + p[1][1]; }",
    [3],
  ],
  [
    "readonly tuple parameter",
    "export function f(p: readonly [x: number, y: number]) { const [x, y] = p; return x * y + p.length; }",
    [[2, 3]],
  ],
  [
    "float32 rounding",
    "export function f(x: number) { const a = new Float32Array(2); a[0] = x; a[1] = Math.fround(x * 0.1); return a[0] + a[1]; }",
    [0.1],
  ],
  [
    "clamped bytes",
    "export function f(x: number) { const a = new Uint8ClampedArray(2); a[0] = x; const b = new Int8Array([300]); return a[0] + b[0]; }",
    [300.7],
  ],
  ["exponent tower", "export function f(x: number) { return x ** 2 ** 0.5 + (x ** 2) ** 0.5; }", [3]],
  [
    "label on a block in a switch",
    "export function f(k: number) { let r = 0; a: switch (k) { case 0: for (;;) { break a; } case 1: r = 1; } return r; }",
    [0],
    [1],
  ],
]);
