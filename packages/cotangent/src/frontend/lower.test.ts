// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the programs are texts
import { expect, test } from "vitest";
import { expectSame, lowerText, table } from "../../test/support/run-lowered.ts";
import { CotangentError } from "../core/errors.ts";

table("numbers", [
  [
    "arithmetic",
    "export function f(x: number, y: number) { return (x + y * 2 - x / y) % 7 + x ** 2 - -y; }",
    [3, 4],
    [-2, 0.5],
  ],
  ["operators in order", "export function f(x: number) { let a = x; const b = a + (a = 5) * a; return b + a; }", [3]],
  [
    "compound assignment",
    "export function f(x: number) { let a = x; a += 2; a *= 3; a -= x; a /= 2; a **= 2; a %= 5; return a; }",
    [3],
  ],
  [
    "increments",
    "export function f(x: number) { let a = x; const b = a++ + ++a; const c = a-- - --a; return [a, b, c]; }",
    [3],
  ],
  [
    "Math",
    "export function f(x: number) { return Math.sin(x) + Math.max(x, 1, 2 * x) + Math.min(1, x) + Math.hypot(x, 3, 4) + Math.pow(x, 3) + Math.PI; }",
    [3],
    [-1],
  ],
  [
    "Math of nothing",
    "export function f(x: number) { return [Math.max(), Math.min(), Math.max(x), Math.hypot()]; }",
    [3],
  ],
  [
    "spread in max",
    "export function f(x: number[]) { return Math.max(...x) - Math.min(0, ...x, 7); }",
    [[3, 9, 2]],
    [[]],
    [[1, Number.NaN]],
  ],
  [
    "constants",
    "export function f(x: number) { return [x * Number.EPSILON, Infinity, -Infinity, NaN, 1_000, 0x10, 1e3]; }",
    [3],
  ],
  ["comma and void", "export function f(x: number) { let a = 0; const b = (a = x, a + 1); void a; return b; }", [3]],
  [
    "predicates",
    "export function f(x: number) { return Number.isFinite(x) && !Number.isNaN(x) || Number.isInteger(x) ? 1 : 2; }",
    [3],
    [Number.NaN],
    [Infinity],
  ],
  ["conversion", "export function f(x: boolean) { return Number(x) + +x; }", [true], [false]],
  [
    "bits",
    "export function f(i: number) { return (i >> 1) + (i << 2) + (i & 3) + (i | 8) + (i ^ 5) + ~i + (i >>> 1); }",
    [13],
    [-7],
  ],
  ["long sums", `export function f(x: number) { return ${Array(3000).fill("x").join(" + ")}; }`, [1]],
]);

table("conditions", [
  ["ternary", "export function f(x: number) { return x > 0 ? Math.sqrt(x) : x < -1 ? -x : 0; }", [4], [-0.5], [-3]],
  [
    "truthiness",
    "export function f(x: number, s: string) { return (x ? 1 : 0) + (s ? 2 : 0) + (!x ? 4 : 0); }",
    [0, ""],
    [Number.NaN, "a"],
    [2, ""],
  ],
  [
    "logical values",
    "export function f(x: number, y: number) { return [x && y, x || y, (x || 3) * 2]; }",
    [0, 2],
    [3, 4],
    [Number.NaN, 1],
  ],
  [
    "short circuit with effects",
    "export function f(x: number) { let n = 0; const g = () => { n++; return x > 2; }; const r = (x > 0 && g()) || (x < -1 && g()); return [n, r ? 1 : 0]; }",
    [3],
    [1],
    [-1],
    [-2],
  ],
  [
    "strings",
    "export function f(k: 'a' | 'b', x: number) { return k === 'a' ? x : k !== 'b' ? 0 : -x; }",
    ["a", 2],
    ["b", 2],
  ],
  [
    "boolean equality",
    "export function f(a: boolean, b: boolean) { return a === b ? 1 : a !== true ? 2 : 3; }",
    [true, true],
    [true, false],
    [false, true],
  ],
  ["identity", "export function f(a: number[], b: number[]) { return a === b ? 1 : a !== a ? 2 : 3; }", [[1], [1]]],
  [
    "typeof",
    "export function f(x?: number) { return typeof x === 'number' ? x : typeof x === 'undefined' ? -1 : -2; }",
    [3],
    [undefined],
  ],
  [
    "enums",
    "export enum E { A, B = 5, C } const enum S { X = 'x', Y = 'y' } export function f(e: E) { const s = e === E.A ? S.X : S.Y; return e === E.C ? 1 : s === S.X ? 2 : E.B; }",
    [0],
    [5],
    [6],
  ],
  ["templates", "export function f(x: number) { const s = `a${x}b` + x + true; return s; }", [3]],
]);

table("missing values", [
  [
    "optional parameter",
    "export function f(x: number, y?: number) { return y === undefined ? x : x * y; }",
    [3],
    [3, 4],
  ],
  [
    "default parameter",
    "export function f(x: number, y = x * 2, z = y + 1) { return x + y + z; }",
    [3],
    [3, 4],
    [3, undefined, 1],
  ],
  [
    "nullish",
    "export function f(x?: number) { let y = x ?? 7; let z: number | undefined; z ??= y; z ??= 100; return y + z; }",
    [3],
    [],
  ],
  [
    "past the end",
    "export function f(x: number[], i: number) { return (x[i] ?? 0) + (x[i + 1] ?? 10); }",
    [[1, 2], 0],
    [[1, 2], 1],
    [[1, 2], 5],
  ],
  [
    "tested element",
    "export function f(x: number[], i: number) { const v = x[i]; if (v === undefined) return -1; return v * 2; }",
    [[1, 2], 0],
    [[1, 2], 2],
  ],
  ["null", "export function f(x: number | null) { return x === null ? 0 : x * x; }", [3], [null]],
  ["loose null", "export function f(x?: number) { if (x == null) return 0; return x != null ? x : 1; }", [3], []],
  [
    "optional field",
    "interface P { x: number; w?: number } export function f(p: P) { return p.x * (p.w ?? 1) + (p.w !== undefined ? p.w : 0); }",
    [{ x: 2 }],
    [{ x: 2, w: 3 }],
  ],
  [
    "optional chain",
    "interface P { q?: { r: number; s?: number[] } } export function f(p: P) { return (p.q?.r ?? 1) + (p.q?.s?.[0] ?? 10); }",
    [{}],
    [{ q: { r: 5 } }],
    [{ q: { r: 5, s: [7] } }],
  ],
  [
    "optional reference",
    "export function f(a: number[], b?: number[]) { if (!b) return a[0]; return a[0]! * b[0]!; }",
    [[2], [3]],
    [[2]],
  ],
  [
    "variable that may be missing",
    "export function f(x: number[]) { let best: number | undefined; for (const v of x) if (best === undefined || v > best) best = v; return best ?? -1; }",
    [[1, 5, 2]],
    [[]],
  ],
  [
    "record that may be missing",
    "interface P { v: number } export function f(x: number[]) { let best: P | undefined; for (const v of x) if (!best || v > best.v) best = { v }; return best ? best.v : -1; }",
    [[1, 5, 2]],
    [[]],
  ],
  [
    "null in a loop",
    "interface P { v: number } export function f(x: number[]) { let last: P | null = null; for (const v of x) { if (last !== null) last.v += v; else last = { v }; } return last === null ? 0 : last.v; }",
    [[1, 5, 2]],
    [[]],
  ],
  ["falling off the end", "export function f(x: number): number | undefined { if (x > 0) return x; }", [1], [-1]],
]);

table("control", [
  [
    "early returns",
    "export function f(x: number) { if (x > 10) return 1; if (x > 5) { if (x > 7) return 2; } else if (x < 0) return 3; return x; }",
    [11],
    [8],
    [6],
    [3],
    [-1],
  ],
  [
    "nested loops with exits",
    "export function f(a: number[][], t: number) { let n = 0; outer: for (let i = 0; i < a.length; i++) { for (let j = 0; j < a[i].length; j++) { if (a[i][j] < 0) continue outer; if (a[i][j] === t) return n; if (a[i][j] > 100) break outer; n += a[i][j]; } n += 1000; } return -n; }",
    [
      [
        [1, 2],
        [3, 4],
      ],
      4,
    ],
    [
      [
        [1, -2],
        [3, 4],
      ],
      9,
    ],
    [
      [
        [1, 2],
        [300, 4],
      ],
      9,
    ],
  ],
  [
    "while",
    "export function f(a: number) { let x = a; while (Math.abs(x * x - a) > 1e-12) x = (x + a / x) / 2; return x; }",
    [2],
    [9],
  ],
  [
    "do while",
    "export function f(n: number) { let i = 0, s = 0; do { s += i; if (s > 50) break; } while (++i < n); return [i, s]; }",
    [5],
    [0],
    [100],
  ],
  [
    "do continue",
    "export function f(n: number) { let i = 0, s = 0; do { i++; if (i % 2) continue; s += i; } while (i < n); return s; }",
    [5],
    [10],
  ],
  [
    "condition with effects",
    "export function f(n: number) { let i = n, s = 0; while (i-- > 0) { if (i === 3) continue; s += i; } return [i, s]; }",
    [6],
    [0],
  ],
  [
    "endless loop",
    "export function f(x: number) { let n = 0; for (;;) { x /= 2; n++; if (x < 1) return n; } }",
    [100],
    [0],
  ],
  [
    "while true with break",
    "export function f(x: number) { let n = 0; while (true) { x /= 2; n++; if (x < 1) break; } return n; }",
    [100],
  ],
  [
    "several counters",
    "export function f(n: number) { let s = 0; for (let i = 0, j = n; i < j; i++, j--) s += i * j; return s; }",
    [9],
  ],
  [
    "triangular",
    "export function f(x: number[]) { let s = 0; for (let i = 0; i < x.length; i++) for (let j = 0; j < i; j++) s += x[i] * x[j]; return s; }",
    [[1, 2, 3, 4]],
  ],
  [
    "for of",
    "export function f(x: number[]) { let s = 0; for (const v of x) { if (v < 0) break; s += v; } return s; }",
    [[1, 2, -1, 5]],
    [[]],
  ],
  [
    "for of growing",
    "export function f(x: number[]) { let n = 0; for (const v of x) { n += v; if (x.length < 5) x.push(v + 1); } return n; }",
    [[1]],
  ],
  [
    "for of entries",
    "export function f(x: Float64Array) { let s = 0; for (const [i, v] of x.entries()) s += i * v; for (const i of x.keys()) s += i; return s; }",
    [new Float64Array([1, 2, 3])],
  ],
  [
    "for of pairs",
    "export function f(x: [number, number][]) { let s = 0; for (const [a, b] of x) s += a * b; return s; }",
    [
      [
        [1, 2],
        [3, 4],
      ],
    ],
  ],
  [
    "switch",
    "export function f(k: number, x: number) { switch (k) { case 0: return x; case 1: case 2: x += 1; break; default: x = -x; break; case 3: x = 100; } return x; }",
    [0, 5],
    [1, 5],
    [2, 5],
    [3, 5],
    [4, 5],
  ],
  [
    "switch with fallthrough",
    "export function f(k: string, x: number) { switch (k) { case 'a': x += 1; case 'b': x *= 2; if (x > 20) break; default: x += 100; case 'd': x -= 1; } return x; }",
    ["a", 5],
    ["b", 50],
    ["c", 5],
    ["d", 5],
  ],
  [
    "switch in a loop",
    "export function f(a: number[]) { let s = 0; for (const k of a) { switch (k) { case 0: continue; case 1: s += 1; break; case 9: return -s; default: s += 10; } s += 0.5; } return s; }",
    [[0, 1, 2]],
    [[1, 9, 1]],
  ],
  [
    "labelled block",
    "export function f(x: number) { let r = 0; done: { if (x > 0) { r = 1; break done; } r = 2; } return r + x; }",
    [1],
    [-1],
  ],
  [
    "throw",
    "export function f(x: number) { if (x < 0) throw new RangeError(`negative: ${x}`); return Math.sqrt(x); }",
    [4],
    [-1],
  ],
  [
    "throw in a loop",
    "export function f(x: number[]) { let s = 0; for (const v of x) { if (v < 0) throw new Error('no'); s += v; } return s; }",
    [[1, 2]],
    [[1, -2]],
  ],
  [
    "always throws",
    "function fail(m: string): never { throw new Error(m); } export function f(x: number) { if (x < 0) fail('neg'); const g = () => { throw new Error('g'); }; if (x > 10) g(); return x; }",
    [1],
    [-1],
    [11],
  ],
  [
    "var",
    "export function f(x: number) { if (x > 0) { var y = x * 2; } else { y = 1; } for (var i = 0; i < 3; i++) y += i; return y + i; }",
    [2],
    [-2],
  ],
  [
    "shadowing",
    "export function f(x: number) { const a = x; { const a = 2; x += a; } for (let a = 0; a < 2; a++) x += a; return x + a; }",
    [2],
  ],
  [
    "return inside for of inside if",
    "export function f(x: number[], b: boolean) { if (b) { for (const v of x) { if (v > 2) return v; } } let s = 0; for (const v of x) s += v; return s; }",
    [[1, 3, 2], true],
    [[1, 1], true],
    [[1, 3], false],
  ],
]);

test("default exports, constants and members are found by name", () => {
  expectSame("const g = (x: number) => x * 2; export default g;", [[3]], "default");
  expectSame("export default function (x: number) { return x * 2; }", [[3]], "default");
  expectSame("export const h = function (x: number) { return x * 2; };", [[3]], "h");
  expectSame("export class C { static s(x: number) { return x * 2; } }", [[3]], "C.s");
});

test("a private function is found too", () => {
  expect(lowerText("function hidden(x: number) { return x; }", "hidden").entry).toBe("hidden");
});

test.each([
  ["parentheses", `return ${"(".repeat(10_000)}x${")".repeat(10_000)};`],
  ["blocks", `${"{".repeat(10_000)}x++;${"}".repeat(10_000)} return x;`],
  ["alternatives", `return ${Array.from({ length: 10_000 }, (_, i) => `x > ${i} ? ${i} : `).join("")}0;`],
  ["nesting that the parser takes", `return ${"-(".repeat(700)}x${")".repeat(700)};`],
])("%s nested too deeply are refused by a code", (_, body) => {
  const error = refusal(`export function f(x: number): number { ${body} }`);
  expect([error.code, error.file]).toEqual(["too-deep", "/programs/program.ts"]);
});

test("calls of closures that double at each level are refused", () => {
  const levels = Array.from({ length: 30 }, (_, i) => `const g${i + 1} = (v: number) => { g${i}(v); g${i}(v); };`);
  const text = `export function f(x: number) { let s = 0; const g0 = (v: number) => { s += v; }; ${levels.join(" ")} g30(x); return s; }`;
  expect(refusal(text).code).toBe("specialisation-limit");
});

test("each mistake is reported once, and what depends on it is not", () => {
  const { all } = refusal(`export function f(x: number) {
    const a = eval("1");
    const b = a * 2;
    let c = Math.random();
    c += b;
    return c * x;
  }`);
  expect(all.map((e) => [e.code, e.line])).toEqual([
    ["eval", 2],
    ["math-random", 4],
  ]);
});

test("errors of TypeScript count only where the function reaches", () => {
  const text = `const bad: number = "a";
    function unreached(): number { return "b"; }
    function reached(x: number): number { return x.foo; }
    export const fine = (x: number) => x * 2;
    export function f(x: number) { return reached(x) + fine(x); }`;
  expect(lowerText(text, "fine").entry).toBe("fine");
  expect(refusal(text).all.map((e) => [e.code, e.line])).toEqual([["TS2339", 3]]);
});

test.each([
  ["`super`", "k: x, m() { return super.toString().length * this.k; }", "method"],
  ["a prototype", "__proto__: null, get m() { return () => x; }", "object-member"],
])("an object literal with %s is refused", (_, members, code) => {
  const { all } = refusal(`export function f(x: number): number { const o = { ${members} }; return o.m(); }`);
  expect(all[0]?.code).toBe(code);
});

function refusal(text: string): CotangentError {
  try {
    lowerText(text);
  } catch (error) {
    if (error instanceof CotangentError) return error;
    throw error;
  }
  throw new Error("not refused");
}
