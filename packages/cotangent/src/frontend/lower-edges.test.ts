import { table } from "../../test/support/run-lowered.ts";

table("order and state", [
  [
    "index changed on the right",
    "export function f(x: number[]) { let i = 0; x[i] = x[i++] + i; x[i] += (i = 2); return [i, x[0], x[1]]; }",
    [[1, 2, 3]],
  ],
  [
    "left operand first",
    "export function f(x: number) { let s = x; const add = (v: number) => (s += v); return s + add(3) * s - add(1); }",
    [2],
  ],
  [
    "call in a condition",
    "export function f(n: number) { let k = n; const next = () => --k; let c = 0; while (next() > 0) { if (k === 4) continue; c += k; } return [c, k]; }",
    [7],
    [0],
  ],
  [
    "right side that assigns",
    "export function f(x: number) { let n = 0; const r = x > 0 && (n = 5) > x; return [n, r ? 1 : 0]; }",
    [1],
    [9],
    [-1],
  ],
  [
    "logical assignment",
    "export function f(x: number, y: number) { let a = x, b = y; a ||= 5; b &&= a + 1; let c: number | undefined; c ??= b; const o: { v?: number } = {}; o.v ??= c; o.v ??= 99; return [a, b, c, o.v]; }",
    [0, 2],
    [1, 0],
  ],
  [
    "swap by destructuring",
    "export function f(n: number) { let a = 0, b = 1; for (let i = 0; i < n; i++) [a, b] = [b, a + b]; return a; }",
    [10],
  ],
  [
    "destructuring into places",
    "export function f(p: { x: number; y: number }, a: number[]) { let z = 0; ({ x: a[0], y: z = 3 } = p); [p.x, p.y = 8] = [z, a[1]]; return z; }",
    [{ x: 1, y: 2 }, [5, 6]],
  ],
  [
    "parameter reassigned",
    "export function f(x: number, [a, b]: number[]) { x = x + 1; a *= x; x += a; return x + b; }",
    [2, [3, 4]],
  ],
  ["minus zero", "export function f(x: number) { return [1 / -0, 1 / (x * -0), (-x) ** 2]; }", [2]],
  [
    "counter after its loop",
    "export function f(n: number) { let i; for (i = 0; i < 10; i++) if (i * i > n) break; return i; }",
    [20],
    [1000],
  ],
  [
    "ping-pong buffers",
    "export function f(x: number[], n: number) { let a = x; let b = [0, 0]; for (let k = 0; k < n; k++) { b[0] = a[1] + k; b[1] = a[0] * 2; const t = a; a = b; b = t; } return a[0] - a[1]; }",
    [[1, 2], 3],
    [[1, 2], 4],
  ],
  [
    "records by identity",
    "interface P { v: number } export function f(a: P, b: P) { const c = a; c.v = 5; return [a === c ? 1 : 0, a === b ? 1 : 0, a.v + b.v]; }",
    [{ v: 1 }, { v: 2 }],
  ],
  [
    "merge of spreads",
    "export function f(x: number) { const a = { p: 1, q: x }; const b = { q: 2, r: x * 3 }; const c = { ...a, ...b, s: 1 }; return c.p + c.q * 10 + c.r * 100 + c.s; }",
    [2],
  ],
  [
    "an inner name like an outer one",
    "export function f(x: number) { const g = (x: number) => { const h = (x: number) => x * 2; return h(x + 1) + x; }; return g(x * 10) + x; }",
    [2],
  ],
]);

table("exits", [
  [
    "closure that returns from loops",
    "export function f(a: number[][], t: number) { let seen = 0; const find = (v: number) => { for (const row of a) { for (const w of row) { seen++; if (w === v) return w * 10; } } return -1; }; let s = 0; for (let k = 0; k < 3; k++) { const r = find(t + k); if (r < 0) break; s += r; } return [s, seen]; }",
    [[[1, 2], [3]], 1],
    [[[1, 2], [3]], 2],
    [[], 0],
  ],
  [
    "closure without a result on some path",
    "export function f(x: number[]) { let s = 0; const visit = (v: number) => { if (v > 2) return; s += v; }; for (const v of x) visit(v); return s; }",
    [[1, 2, 3, 4]],
  ],
  [
    "one branch may leave",
    "export function f(a: boolean, b: boolean, x: number) { if (a) { if (b) return 1; x += 1; } else return 2; x *= 2; return x; }",
    [true, true, 5],
    [true, false, 5],
    [false, true, 5],
  ],
  [
    "both may leave",
    "export function f(a: number, x: number) { if (a > 0) { if (a > 1) return 1; x++; } else { if (a < -1) return 2; x--; } if (x > 5) return x; return x * 10; }",
    [2, 0],
    [1, 0],
    [0, 0],
    [-2, 0],
    [1, 5],
    [0, 8],
  ],
  [
    "labelled continue in do while",
    "export function f(n: number) { let i = 0, s = 0; outer: do { i++; for (let j = 0; j < 5; j++) { if (j === i) continue outer; if (i + j > 7) break outer; s += j; } s += 100; } while (i < n); return [i, s]; }",
    [3],
    [6],
    [20],
  ],
  [
    "nested switches",
    "export function f(a: number, b: string) { let r = 0; for (let i = 0; i < 3; i++) { switch (a + i) { case 1: switch (b) { case 'x': r += 1; break; case 'y': continue; default: return r; } r += 10; break; case 2: r += 100; } r += 1000; } return r; }",
    [0, "x"],
    [0, "y"],
    [1, "z"],
    [5, "x"],
  ],
  [
    "default first",
    "export function f(k: number) { switch (k) { default: return -1; case 1: case 2: return k * 2; } }",
    [1],
    [2],
    [3],
  ],
  [
    "default between labels",
    "export function f(k: number) { let r = 0; switch (k) { case 1: r = 10; break; case 2: default: case 3: r = 20; } return r; }",
    [1],
    [2],
    [3],
    [4],
  ],
  [
    "switch on conditions",
    "export function f(x: number) { switch (true) { case x > 10: return 1; case x > 5: return 2; default: return 3; } }",
    [11],
    [6],
    [1],
  ],
  [
    "throwing closure in a loop",
    "export function f(x: number[]) { const check = (v: number) => { if (v < 0) throw new TypeError('bad ' + v); return Math.sqrt(v); }; let s = 0; for (const v of x) s += check(v); return s; }",
    [[1, 4]],
    [[1, -4]],
  ],
  [
    "loop that always throws",
    "export function f(x: number): number { for (;;) { if (x > 3) throw new Error('big'); x += 1; } }",
    [1],
  ],
  [
    "loop that only returns",
    "export function f(x: number[]): number { for (const v of x) return v; return -1; }",
    [[4, 5]],
    [[]],
  ],
  [
    "else-if ladder",
    `export function f(x: number) { ${Array.from({ length: 40 }, (_, i) => `if (x === ${i}) return ${i * i};`).join(" ")} return -1; }`,
    [0],
    [17],
    [39],
    [40],
  ],
  [
    "break out of a block in a loop",
    "export function f(x: number[]) { let s = 0; for (const v of x) { skip: { if (v < 0) break skip; s += v; } s += 0.5; } return s; }",
    [[1, -1, 2]],
  ],
]);

table("recursion and structures", [
  [
    "quicksort in place",
    "function sort(a: number[], lo: number, hi: number): void { if (lo >= hi) return; const p = a[hi]; let i = lo; for (let j = lo; j < hi; j++) { if (a[j] < p) { [a[i], a[j]] = [a[j], a[i]]; i++; } } [a[i], a[hi]] = [a[hi], a[i]]; sort(a, lo, i - 1); sort(a, i + 1, hi); } export function f(a: number[]) { sort(a, 0, a.length - 1); return a[0]; }",
    [[3, 1, 2, 9, 0]],
  ],
  [
    "recursion that makes arrays",
    "function build(n: number): number[] { if (n === 0) return []; const r = build(n - 1); r.push(n); return r; } export function f(n: number) { return build(n); }",
    [4],
  ],
  [
    "trees",
    "interface T { v: number; kids: T[] } function sum(t: T): number { let s = t.v; for (const k of t.kids) s += sum(k); return s; } function make(d: number, v: number): T { const kids: T[] = []; if (d > 0) { kids.push(make(d - 1, v * 2)); kids.push(make(d - 1, v + 1)); } return { v, kids }; } export function f(v: number) { return sum(make(3, v)); }",
    [2],
  ],
  [
    "recursion with a missing result",
    "function find(a: number[], i: number, t: number): number | undefined { if (i >= a.length) return undefined; if (a[i] === t) return i; return find(a, i + 1, t); } export function f(a: number[], t: number) { return find(a, 0, t) ?? -1; }",
    [[4, 5], 5],
    [[4, 5], 6],
  ],
  [
    "generic recursion",
    "function count<T>(xs: T[], i: number): number { return i >= xs.length ? 0 : 1 + count(xs, i + 1); } export function f(x: number[]) { return count(x, 0) + count([x, x], 0); }",
    [[1, 2, 3]],
  ],
  [
    "recursive closure over arrays",
    "export function f(x: number[]) { const memo: number[] = []; const go = (i: number): number => { if (i < 2) return x[i]; const known = memo[i]; if (known !== undefined) return known; const v = go(i - 1) + go(i - 2); memo[i] = v; return v; }; let s = 0; for (let i = 0; i < 6; i++) { while (memo.length < i) memo.push(-1); if (i < 2) s += go(i); } return s; }",
    [[1, 2]],
  ],
  [
    "nested growing",
    "export function f(n: number) { const m: number[][] = []; for (let i = 0; i < n; i++) { m[i] = []; for (let j = 0; j <= i; j++) m[i][j] = i * j; } return m; }",
    [3],
  ],
  [
    "tables as const",
    "const T = [[1], [2, 3]] as const; const O = { a: 'x', k: [1, 2] } as const; export function f(x: number) { let s = 0; for (const r of T) for (const v of r) s += v * x; return O.a === 'x' ? s * O.k[1] : 0; }",
    [2],
  ],
  [
    "optional boolean",
    "export function f(x: number, o: { flip?: boolean }) { return o.flip ? -x : x; }",
    [2, {}],
    [2, { flip: true }],
    [2, { flip: false }],
  ],
  [
    "boolean arrays and counting",
    "export function f(x: number[]) { const m = x.map((v) => v > 1); let n = 0; for (const b of m) if (b) n++; return n; }",
    [[1, 2, 3]],
  ],
  [
    "strings in arrays",
    "export function f(x: number, ks: string[]) { let s = 0; for (const k of ks) s += k === 'a' ? x : k === 'b' ? 2 * x : 0; return s; }",
    [3, ["a", "b", "c"]],
  ],
  [
    "integer arrays steer",
    "export function f(x: Float64Array, ix: Int32Array) { let s = 0; for (const i of ix) s += x[i]; return s; }",
    [new Float64Array([1, 2, 3]), new Int32Array([2, 0])],
  ],
  [
    "unfilled array",
    "export function f(n: number) { const a = new Array<number>(n); for (let i = 0; i < n; i++) a[i] = i * 2; return a; }",
    [3],
  ],
  [
    "filled with rows",
    "export function f(n: number) { const row = [1, 2]; const a = new Array<number[]>(n).fill(row); a[0][0] = 9; return a[n - 1][0]; }",
    [3],
  ],
  [
    "functions from a module's constants",
    "const { sin, PI } = Math; const cube = (x: number) => x ** 3; const twice = (g: (x: number) => number) => (x: number) => g(g(x)); const sixth = twice(cube); export function f(x: number) { return sixth(x) + sin(x * PI); }",
    [1.1],
  ],
  [
    "missing argument in the middle",
    "function g(a: number, b: number | undefined, c = 3) { return a + (b ?? 10) * c; } export function f(x: number) { return g(x, undefined) + g(x, 2, undefined) + g(x, x, x); }",
    [2],
  ],
  [
    "optional callback",
    "function g(x: number, h?: (v: number) => number) { return h ? h(x) : x; } export function f(x: number) { return g(x) + g(x, (v) => v * 10) + g(x, Math.sqrt); }",
    [4],
  ],
]);
