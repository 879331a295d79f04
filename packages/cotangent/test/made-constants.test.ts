/**
 * Constants that a module computes and keeps to itself. Generated code makes them once more, which must be nothing that
 * anybody could tell: not where they depend on what changes, or are within reach of code that is not looked at.
 */
import { describe, expect, test } from "vitest";
import { openProgram } from "../src/api/compile.ts";
import { withHiddenExports } from "../src/frontend/program/hidden-exports.ts";
import { engines, lowerFunction, openFiles } from "./support/engines.ts";
import { runGenerated } from "./support/generated.ts";

const at = "/made/program.ts";

function lowered(text: string, isHooked = false) {
  const program = isHooked ? withHiddenExports(at, text) : text;
  return lowerFunction(openFiles([at], new Map([[at, program]])), at, "f");
}

function refusalOf(text: string, isHooked = false): string | undefined {
  try {
    lowered(text, isHooked);
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

const made: Readonly<Record<string, readonly [declarations: string, value: string]>> = {
  "a table": ["const t = Array.from({ length: 3 }, (_, i) => Math.exp(-i));", "t[2]!"],
  "an instance": [
    "class Vec { constructor(readonly x: number) {} get twice() { return 2 * this.x; } } const up = new Vec(3);",
    "up.twice",
  ],
  "a map": ['const m = new Map(["a", "b"].map((s, i) => [s, i + 2] as const));', 'm.get("b")!'],
  "a part of another one": [
    "const all = [1, 2].map((v) => [v, v]); const [, second] = all;",
    "second![0]! + all[1]![1]!",
  ],
  "a default that reads what was taken before": ["const [low, high = low + 1] = [4].map((v) => v);", "high"],
  "what a list holds twice": ["const row = [2].map((v) => v); const rows = [row, row];", "rows[1]![0]! + row[0]!"],
  "what may throw": ["const t = ((): number[] => { if (Math.sin(1) > 2) throw new Error(); return [3]; })();", "t[0]!"],
  "an object that another one holds": ["const a = [1, 2].map((v) => v); const o = { a };", "o.a === a ? 1 : 2"],
  "a typed array, by a function": ["const t = Float32Array.from([1, 2], (v) => v * 3);", "t[1]!"],
  "what has a name that a getter has elsewhere": [
    "class Counter { n = 0; get size() { return ++this.n; } get length() { return ++this.n; } } const m = new Map([1].map((v) => [v, v] as const)); const t = [1].map((v) => v); export function say(): number { return m.size + t.length + new Counter().size; }",
    "m.size + t.length",
  ],
  "what methods only read": [
    "class Row { constructor(readonly v: number[]) {} part(): number[] { return this.v; } get first() { return this.v[0]!; } toString() { return String(this.v); } } const r = new Row([3]); export function say(): string { return String(r) + r.part()[0] + r.first; }",
    "r.part()[0]!",
  ],
  "what stands before what it does not need": [
    "const t = [1].map((v) => v); class C { static k = 2; static q = [C.k].map((v) => v); } var n = 3;",
    "t[0]! * C.k * C.q[0]! * n",
  ],
  "an enum whose members are looked up": [
    "enum E { a = 2, b } export function names(): unknown { return [Object.keys(E), E[2], (E as unknown as Record<string, number>)['b']]; }",
    "E.b",
  ],
  "a static member": ["class C { static readonly t = [1, 2].map((v) => v * 2); }", "C.t[1]!"],
};

const kept: Readonly<Record<string, readonly [declarations: string, value: string]>> = {
  "a clock": ["const t = [Date.now()];", "t[0]!"],
  "a variable that changes": ["let n = 3; const t = Array.from({ length: n }, () => 1); n = 4;", "t.length"],
  "a constant that the module changes": ["const b = [1]; const t = b.map((v) => v); b[0] = 5;", "t[0]!"],
  "a constant that others may change": ["export const b = [1]; const t = b.map((v) => v);", "t[0]!"],
  "a member that others may change": ["export class C { static k = 2; } const t = [C.k * 2];", "t[0]!"],
  "what is counted": ["let n = 0; const next = () => ++n; const t = [next()];", "t[0]!"],
  "what is said": ['const t = (() => { console.log("made"); return [1]; })();', "t[0]!"],
  "functions that remember": ["const t = [1, 2].map((k) => () => k++);", "t[0]!()"],
  "a variable that is not there yet": ["const t = [n()]; var k = 3; function n() { return k ?? 1; }", "t[0]! + n()"],
  "a variable that is not there yet, in a callback": [
    "const t = [1].map(n); var [k] = [3]; function n() { return k ?? 1; }",
    "t[0]!",
  ],
  "a static member that is not there yet": ["class C { static t = [1].map(() => C.k ?? 7); static k = 2; }", "C.t[0]!"],
  "a member of a namespace that is not there yet": [
    "namespace N { export const t = [1].map(() => N.k ?? 7); export const k = 2; }",
    "N.t[0]!",
  ],
  "a variable that is declared again": ["var n = 3; const t = [n].map((v) => v); var n = 4;", "t[0]!"],
  itself: ["const t: number[] = [size()]; function size(): number { return t.length; }", "t[0]!"],
};

const tick = "tick() { return ++this.n; }";
const ways: Readonly<Record<string, readonly [members: string, code: string]>> = {
  "a method": [tick, "c.tick();"],
  "a method that goes by another name": [tick, "const { tick } = c; tick.call(c);"],
  "a method that types do not say": [tick, "(c as any).tick();"],
  "a method of an interface": [tick, "const t: { tick(): number } = c; t.tick();"],
  "a method of the class that it extends": ["go() { super.poke(); }", "c.go();"],
  "a part that the class that it extends gives": ["all() { return super.part(); }", "c.all()[0] = 9;"],
  "a private method": ["#add() { this.n++; } all() { this.#add(); }", "c.all();"],
  "a part that a method gives": ["list() { return this.v; }", "c.list()[0] = 9;"],
  "a getter": ["get next() { return ++this.n; }", "c.next;"],
  "a getter, in a pattern": ["get next() { return ++this.n; }", "const { next } = c;"],
  iteration: ["*[Symbol.iterator]() { yield ++this.n; }", "for (const v of c) v.toFixed();"],
  "what makes text of it": ["toString() { return String(++this.n); }", "String(c);"],
  "a tag": ["", `tag\`\${c}\`;`],
  "a constructor": ["", "new Keeper(c);"],
  "a function that says arguments": ["", "other(c);"],
  "a callback that says arguments": ["", "[c].map((d) => d).forEach(function () { arguments[0].n++; });"],
  "a frozen one": ["", "Object.freeze(c).v[0]!++;"],
  "an assignment's value": ["", "let d: C; (d = c).n++;"],
  "what is called console": ["", "{ const console = { log(d: C) { d.n++; } }; console.log(c); }"],
};
const inClass = (members: string, code: string): readonly [string, string] => [
  `class B { n = 0; v = [1]; poke(): void { this.n++; } part(): number[] { return this.v; } }
  class C extends B { ${members} }
  class Keeper { constructor(readonly c: C) { c.n++; } }
  function other(_: C): void { arguments[0].n++; }
  function tag(_: TemplateStringsArray, d: C): void { d.n++; }
  const c = new C(); export function change(): void { ${code} }`,
  "c.n",
];
const ticking = Object.fromEntries(
  Object.entries(ways).map(([name, [members, code]]) => [`written by ${name}`, inClass(members, code)] as const),
);

const changed: Readonly<Record<string, readonly [declarations: string, value: string]>> = {
  "held by what the module exports": ["const t = [1].map((v) => v); export const all = [t];", "t[0]!"],
  "exported under another name": ["const t = [1, 2]; export const u = t;", "t[0]!"],
  "given back": ["const t = [1].map((v) => v); export function table(): number[] { return t; }", "t[0]!"],
  "of an enum that a cast lets the program write": ["enum E { a = 2 } (E as any).a = 5;", "E.a"],
  "of an enum that is cast and handed on": ["enum E { a = 2 } const e = E as { a: number }; e.a = 5;", "E.a"],
  "written by its own method": ["class C { n = 0; tick() { return ++this.n; } } const c = new C();", "c.tick()"],
  "written where it is missing": ["const m = new Map<number, number>();", "(m.get(1) ?? (m.set(1, 2), 2))"],
  ...ticking,
  "written by way of a class that extends its own": [
    "class C { static t = [1].map((v) => v); } class D extends C {} function set(c: { t: number[] }) { c.t[0] = 9; } export function change() { set(D); }",
    "C.t[0]!",
  ],
  "written by way of this": [
    "class C { static t = [1].map((v) => v); static change() { set(this); } } function set(c: { t: number[] }) { c.t[0] = 9; } export function change() { C.change(); }",
    "C.t[0]!",
  ],
  "written by way of an instance's class": [
    "class C { static t = [1].map((v) => v); } export function change() { (new C().constructor as typeof C).t[0] = 9; }",
    "C.t[0]!",
  ],
  "that is private to a class and written": [
    "class C { static #t = [1].map((v) => v); static get() { return C.#t[0]!; } static set() { C.#t[0]!++; } } export function change() { C.set(); }",
    "C.get()",
  ],
  "whose memory is seen elsewhere": [
    "const t = new Float64Array(3).map((_, i) => i); const u = t.subarray(1); export function change() { u[0] = 9; }",
    "t[1]!",
  ],
  "written by a method that its prototype is given": [
    "class C { n = 0; } interface C { tick(): void } C.prototype.tick = function () { this.n++; }; const c = new C(); export function change() { c.tick(); }",
    "c.n",
  ],
  "written by a method that overrides": [
    "class A { go(t: number[]) { return t.length; } } class B extends A { go(t: number[]) { return t[0]!++; } } const t = [1].map((v) => v); const a: A = new B(); export function change() { a.go(t); }",
    "t[0]!",
  ],
  "written by a function": ["const t = [1].map((v) => v); export function set(): void { t[0] = 2; }", "t[0]!"],
};

const program = ([declarations, value]: readonly [string, string]): string =>
  `${declarations}\nexport function f(x: number): number { return x * x * (${value}); }`;

describe.each(Object.entries(made))("generated code makes %s", (_, text) => {
  test.each(engines.map((engine) => [engine.name, engine] as const))("%s", async (_, engine) => {
    const { f } = runGenerated(program(text));
    const slope = 4 * (f?.(1) as number);
    for (const mode of ["forward", "reverse"] as const) {
      const derived = await engine.derive(lowered(program(text)), { operator: "grad", mode });
      expect([derived(2), derived(2)]).toEqual([slope, slope]);
    }
  });
});

test("is made once, and kept", async () => {
  const text = program(["const t = Array.from({ length: 40 }, (_, i) => Math.exp(-i));", "t[7]!"]);
  const opened = openProgram({ cwd: "/made", sources: { [at]: text } });
  const generated = opened.derive(`${at}#f`, { operator: "grad" }).text;
  expect(generated).toMatch(/^const t: number\[\] = makeT\(\);$/m);
  expect(generated.match(/makeT/g)).toHaveLength(2);
});

describe("refused where it could be told", () => {
  test.each(Object.entries(kept))("what depends on %s", (_, text) => {
    expect(refusalOf(program(text))).toBe("private-constant");
  });
  test.each(Object.entries(changed))("a constant %s", (_, text) => {
    expect(refusalOf(program(text))).toBe("module-state");
  });
  test("and not where members are there, and nothing asks for them", () => {
    for (const members of [tick, "get next() { return ++this.n; }", "list() { return this.v; }", ""])
      expect(refusalOf(program(inClass(members, "c.n; const { v } = c; v[0];")))).toBeUndefined();
  });
});

test("members of one name in classes that have nothing to do with one another", () => {
  const text = `
interface Lens { get(s: number): number; set(a: number): (s: number) => number }
class Gauge { level = 0; set(a: number): void { this.level = a; } get(): number { return this.level; } }
class Point { constructor(public x: number) {} get(): number { return this.x; } }
const lens: Lens = { get: (s) => 2 * s, set: (a) => (s) => a * s };
const point = new Point([1, 2].map((v) => v)[1]!);
export function f(x: number): number { const g = new Gauge(); g.set(x); return lens.set(lens.get(x))(g.get()) * point.get(); }`;
  expect(refusalOf(text)).toBeUndefined();
  const cast = "export function poke(): void { (point as unknown as Gauge).set(3); }";
  expect(refusalOf(text + cast)).toBeDefined();
});

describe("with hidden exports", () => {
  // What is read from the module needs no copy.
  const read = ["a clock", "what is counted", "what is said", "a constant that the module changes", "itself"];
  test.each(Object.entries(kept).filter(([name]) => read.includes(name)))("%s is read", (_, text) => {
    expect(refusalOf(program(text), true)).toBeUndefined();
  });
  test.each(Object.entries(made))("%s", (_, text) => {
    expect(refusalOf(program(text), true)).toBeUndefined();
  });
  test("a map of others", () => {
    const names = 'const names = ["a"].map((s) => s); const m = new Map(names.map((s) => [s, 2] as const));';
    expect(refusalOf(program([names, 'm.get("a")!']), true)).toBeUndefined();
    const written = `${names} function add(): void { m.set("b", 1); } add();`;
    expect(refusalOf(program([written, 'm.get("a")!']), true)).toBe("module-state");
  });
  test("what modules fill when they load", () => {
    const filled = "const t: number[] = []; for (let i = 0; i < 3; i++) t.push(i);";
    expect(refusalOf(program([filled, "t[2]!"]), true)).toBeUndefined();
    expect(refusalOf(program([filled, "t[2]!"]))).toBe("private-constant");
  });
});
