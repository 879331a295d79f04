// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the programs are texts
import { table } from "../../test/support/run-lowered.ts";

table("memory", [
  [
    "stores",
    "export function f(x: Float64Array) { for (let i = 1; i < x.length; i++) x[i] += x[i - 1]; return x[x.length - 1]; }",
    [new Float64Array([1, 2, 3])],
  ],
  [
    "scratch",
    "export function f(x: number[]) { const t = new Float64Array(x.length); for (let i = 0; i < x.length; i++) t[i] = x[i] * 2; const u = new Array<number>(3).fill(1); u[0] = t[0]; let s = 0; for (const v of t) s += v; return s + u[0] + u[2]; }",
    [[1, 2, 3]],
  ],
  [
    "append by index",
    "export function f(n: number) { const a: number[] = []; for (let i = 0; i < n; i++) a[i] = i * i; a[a.length] = 5; return a; }",
    [4],
    [0],
  ],
  [
    "push and pop",
    "export function f(x: number) { const a = [x]; const n = a.push(2, 3); const t = a.pop()!; const u = a.pop() ?? 0; a.pop(); const w = a.pop(); return [n, t, u, a.length, w === undefined ? 1 : 0]; }",
    [7],
  ],
  [
    "pop after counting",
    "export function f(x: number[]) { const a = new Array<number>(3).fill(0); for (let i = 0; i < 3; i++) { if (i === 1) { a.pop(); a.pop(); } a[i] = x[i]; } return a.length; }",
    [[1, 2, 3]],
  ],
  [
    "nested arrays",
    "export function f(a: number[][]) { const r: number[][] = []; for (const row of a) { const t: number[] = []; for (const v of row) t.push(v * 2); r.push(t); } r[0][1] = 9; return r; }",
    [[[1, 2], [3]]],
  ],
  [
    "records",
    "interface P { x: number; y: number } export function f(p: P) { const q = { ...p, x: 5 }; p.y = q.x + p.x; q.y += 1; const { x, y: why } = p; return [x, why, q.y]; }",
    [{ x: 1, y: 2 }],
  ],
  [
    "arrays of records",
    "interface B { m: number; v: [number, number] } export function f(bs: B[]) { let e = 0; for (const { m, v: [a, b] } of bs) e += m * (a * a + b * b); bs[0].v[0] = e; return e; }",
    [
      [
        { m: 1, v: [2, 3] },
        { m: 2, v: [1, 1] },
      ],
    ],
  ],
  [
    "aliases",
    "export function f(x: number[]) { const y = x; y[0] = 5; const p = { a: x, b: y }; p.b[1] += p.a[0]; return x[1]; }",
    [[1, 2]],
  ],
  [
    "destructuring",
    "export function f(x: number[]) { let [a, , b = 7, ...rest] = x; [a, b] = [b, a]; const { length } = rest; return [a, b, length, rest[0] ?? -1]; }",
    [[1, 2, 3, 4, 5]],
    [[1]],
  ],
  ["swap of elements", "export function f(x: number[]) { [x[0], x[1]] = [x[1], x[0]]; return x; }", [[1, 2]]],
  ["spread", "export function f(x: number[]) { const y = [0, ...x, 9, ...x]; return y; }", [[1, 2]]],
  [
    "tuples",
    "export function f(x: number): [number, string, boolean] { const t: [number, string, boolean] = [x, 'a', x > 0]; const [a, b] = t; return [a + t[0], b, t[2]]; }",
    [3],
  ],
  [
    "typed arrays",
    "export function f(x: number[]) { const a = new Float64Array([1, 2]); const b = Float64Array.from(x); const c = Float64Array.of(5, 6); const d = new Float32Array(b); d[0] = 0.1; const e = b.map((v) => v * 2); return [a[1], b[0], c.length, d[0], e[1], b.fill(3)[0]]; }",
    [[1, 2]],
  ],
  [
    "computed constant keys",
    "export function f(x: number) { const k = 'a'; const o = { [k]: x, 'b c': 2, 3: 4 }; return o['a'] + o['b c'] + o[3]; }",
    [3],
  ],
  [
    "evaluation order of a store",
    "export function f(x: number[]) { let i = 0; x[i++] = i; x[i] = (i = 2, 7); return i; }",
    [[0, 0, 0]],
  ],
  [
    "default and nested patterns",
    "export function f({ a = 1, b: [c, d = 4] }: { a?: number; b: number[] }) { return a + c * d; }",
    [{ b: [2] }],
    [{ a: 5, b: [2, 3] }],
  ],
  [
    "recursive type",
    "interface T { v: number; next?: T } export function f(t: T) { let s = 0; let at: T | undefined = t; while (at) { s += at.v; at = at.next; } return s; }",
    [{ v: 1, next: { v: 2, next: { v: 3 } } }],
  ],
  [
    "global constants",
    "const K = [[1, 2], [3, 4]]; const P = { a: 2, b: [1, 2] }; const W = new Float64Array([5, 6]); let z = 3; export function f(x: number) { let s = 0; for (const r of K) for (const v of r) s += v * x; return s * P.a + P.b[1] + W[1] + z; }",
    [3],
  ],
]);

table("functions", [
  [
    "helpers",
    "const sq = (x: number) => x * x; function g(x: number): number { return sq(x) + 1; } export function f(x: number) { return g(x) * g(2); }",
    [3],
  ],
  ["recursion", "export function f(n: number): number { return n <= 1 ? 1 : n * f(n - 1); }", [5]],
  [
    "mutual recursion",
    "function even(n: number): boolean { return n === 0 || odd(n - 1); } function odd(n: number): boolean { return n !== 0 && even(n - 1); } export function f(n: number) { return even(n) ? 1 : 0; }",
    [5],
    [8],
  ],
  [
    "inferred recursion",
    "function tree(n: number, x: number): number { if (n === 0) return x; return tree(n - 1, x * 2) + tree(n - 1, x + 1); } export function f(x: number) { return tree(3, x); }",
    [2],
  ],
  [
    "closures that assign",
    "export function f(x: number[]) { let s = 0; let n = 0; const add = (v: number) => { if (v < 0) return; s += v; n++; }; for (const v of x) add(v); x.forEach((v) => add(v * 2)); return [s, n]; }",
    [[1, -2, 3]],
  ],
  [
    "recursive closure",
    "export function f(x: number, n: number) { const go = (k: number): number => (k === 0 ? x : go(k - 1) * x); return go(n); }",
    [2, 5],
  ],
  [
    "local functions",
    "export function f(x: number) { return g(x) + h(); function g(y: number) { return y * k(y); } function h() { return g(x); } function k(z: number) { return z + x; } }",
    [3],
  ],
  [
    "higher order",
    "function integrate(g: (x: number) => number, a: number, b: number) { let s = 0; for (let i = 0; i < 4; i++) s += g(a + ((b - a) * i) / 4); return s; } export function f(p: number) { return integrate((x) => x * p, 0, 1) + integrate(Math.sin, 0, 1); }",
    [3],
  ],
  [
    "currying",
    "const scale = (a: number) => (b: number) => a * b; export function f(x: number) { const g = scale(x); return g(2) + scale(3)(x); }",
    [3],
  ],
  [
    "recursion with a callback",
    "function iterate(g: (x: number) => number, n: number, x: number): number { return n === 0 ? x : iterate(g, n - 1, g(x)); } export function f(x: number, a: number) { return iterate((v) => v * a, 3, x); }",
    [3, 2],
  ],
  [
    "generics",
    "function first<T>(xs: T[], otherwise: T): T { return xs.length > 0 ? xs[0] : otherwise; } function pair<A, B>(a: A, b: B): { a: A; b: B } { return { a, b }; } export function f(x: number[]) { const p = pair(first(x, 5), first([x], x)); return p.a + p.b.length; }",
    [[3, 4]],
    [[]],
  ],
  [
    "overloads",
    "function g(x: number): number; function g(x: number, y: number): number; function g(x: number, y?: number) { return y === undefined ? x : x + y; } export function f(x: number) { return g(x) * g(x, 2); }",
    [3],
  ],
  [
    "rest parameters",
    "function sum(...xs: number[]) { let s = 0; for (const x of xs) s += x; return s; } export function f(x: number) { return sum(x, 1, 2) + sum(); }",
    [3],
  ],
  [
    "static methods",
    "class V { static readonly k = 3; static dot(a: number[], b: number[]) { return a[0] * b[0] * V.k; } } export function f(x: number[]) { return V.dot(x, x); }",
    [[2]],
  ],
  [
    "object of functions",
    "const ops = { sq: (x: number) => x * x, cube(x: number) { return x * ops.sq(x); } }; export function f(x: number) { return ops.sq(x) + ops.cube(x); }",
    [2],
  ],
  [
    "array methods",
    "export function f(x: number[]) { const y = x.map((v, i) => v * i).filter((v) => v > 1); return [y.reduce((a, b) => a + b, 0), x.reduce((a, b) => Math.max(a, b)), x.some((v) => v > 2) ? 1 : 0, x.every((v) => v > 2) ? 1 : 0, x.indexOf(3), x.includes(4) ? 1 : 0, x.slice(1, -1).length, x.at(-1) ?? 0, x.find((v) => v > 1) ?? 0]; }",
    [[1, 2, 3, 4]],
  ],
  [
    "more array methods",
    "export function f(x: number[]) { const m = Array.from({ length: 3 }, (_, i) => Array.from({ length: 2 }, (_, j) => x[i] * j)); const c = x.concat([7], 8); const r = [...x].reverse(); const fl = m.flatMap((r) => r); return [m, c, r, fl, x.map((v) => ({ v })), x.fill(0, 1, 2)]; }",
    [[1, 2, 3]],
  ],
  [
    "objects from functions",
    "interface C { re: number; im: number } function mul(a: C, b: C): C { return { re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re }; } export function f(x: number) { let z: C = { re: x, im: 1 }; for (let i = 0; i < 3; i++) z = mul(z, z); return z; }",
    [0.5],
  ],
  [
    "default calling another parameter",
    "function g(a: number, b = a + 1, [c, d] = [a, b]) { return a + b + c * d; } export function f(x: number) { return g(x) + g(x, 2) + g(x, undefined, [1, 2]); }",
    [3],
  ],
  [
    "void functions",
    "function store(x: number[], i: number, v: number): void { if (i >= x.length) return; x[i] = v; } export function f(x: number[]) { store(x, 0, 5); store(x, 9, 5); return x[0]; }",
    [[1, 2]],
  ],
  [
    "stopGradient",
    "import { stopGradient } from 'cotangent'; export function f(x: number, y: number[]) { const z = stopGradient(y); z[0] = 7; return stopGradient(x) * y[0]; }",
    [3, [2]],
  ],
  [
    "shadowed Math",
    "const M = { sin: (x: number) => x }; function g(Math: { x: number }) { return Math.x; } export function f(x: number) { return M.sin(x) + g({ x }); }",
    [3],
  ],
]);
