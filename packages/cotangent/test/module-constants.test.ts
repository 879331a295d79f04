import { describe, expect, test } from "vitest";
import type { OperatorRequest } from "../src/api/operators.ts";
import { type AnyFunction, engines, lowerFunction, openFiles } from "./support/engines.ts";

/** The code with which `f` of a program is refused; undefined if it is taken. */
function refusalOf(at: string, program: string): string | undefined {
  try {
    lowerFunction(openFiles([at], new Map([[at, program]])), at, "f");
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

// What a map reads must be as it was when the primal ran, whoever changes what a module exports in between.

const file = "/virtual/model.ts";
const text = `
export const w: number[] = [1, 2].map((x) => x);
export const table: { readonly rows: number[][] } = { rows: [[1, 2], [3, 4]].map((r) => r.slice()) };
function weight(i: number): number {
  return i < 0 ? weight(-i) : w[i]!;
}
export function loss(x: number): number {
  return w[0]! * x;
}
export function through(x: number[]): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += weight(-i) * x[i]! ** 2;
  return sum;
}
export function structured(x: number[]): number[] {
  return table.rows.map((row) => row.reduce((s, a, i) => s + a * Math.sin(x[i]!), 0));
}
export function writes(x: number[]): number {
  for (let i = 0; i < x.length; i++) x[i] = x[i]! * w[i]! * x[0]!;
  return x[0]! * x[1]!;
}
export function writesPart(m: { v: number[][] }): number {
  m.v[1]![0] = 3 * w[0]!;
  return m.v[1]![0]! * w[0]!;
}
`;
const source = openFiles([file], new Map([[file, text]]));

interface Exports {
  readonly w: number[];
  readonly table: { readonly rows: number[][] };
}
const exported = (): Exports => ({
  w: [1, 2],
  table: {
    rows: [
      [1, 2],
      [3, 4],
    ],
  },
});

describe.each(engines.map((engine) => [engine.name, engine] as const))("%s", (_, engine) => {
  const derive = (name: string, request: OperatorRequest, constants: Exports): Promise<AnyFunction> =>
    engine.derive(lowerFunction(source, file, name), request, new Map([[file, { ...constants }]]));

  test.each([
    ["loss", [3], 1],
    ["through", [[0.4, 1.2]], 1],
    ["structured", [[0.4, 1.2]], [0.3, -2]],
    ["writes", [[0.4, 1.2]], 1],
  ] as const)("a pullback of %s reads constants as they were", async (name, args, cotangent) => {
    const constants = exported();
    const vjp = await derive(name, { operator: "vjp" }, constants);
    const [, expected] = vjp(...structuredClone(args)) as [unknown, AnyFunction];
    const before = expected(cotangent);
    const [, pull] = vjp(...structuredClone(args)) as [unknown, AnyFunction];
    constants.w[0] = 50;
    constants.w[1] = 70;
    (constants.table.rows[0] as number[])[1] = 40;
    constants.table.rows[1] = [9, 9];
    expect(pull(cotangent)).toEqual(before);
    expect(expected(cotangent)).toEqual(before);
  });

  test.each([
    ["loss", [3], [1]],
    ["through", [[0.4, 1.2]], [[1, 2]]],
    ["structured", [[0.4, 1.2]], [[1, 2]]],
    ["writes", [[0.4, 1.2]], [[1, 2]]],
  ] as const)("a pushforward of %s reads constants as they were", async (name, args, tangents) => {
    const constants = exported();
    const linearize = await derive(name, { operator: "linearize" }, constants);
    const [, push] = linearize(...structuredClone(args)) as [unknown, AnyFunction];
    const before = push(tangents);
    constants.w[0] = 50;
    (constants.table.rows[0] as number[])[1] = 40;
    constants.table.rows[1] = [9, 9];
    expect(push(tangents)).toEqual(before);
  });

  test.each(["grad", "vjp"] as const)("%s refuses a constant as a part of what is written", async (operator) => {
    const constants = exported();
    const derived = await derive("writesPart", { operator }, constants);
    expect(() => derived({ v: [[1], constants.w] })).toThrow(RangeError);
    expect(() => derived({ v: [[1], [2]] })).not.toThrow();
  });
});

// Written under another name, what a module holds would be another thing at each call.

const writing: Readonly<Record<string, string>> = {
  "a part of it": "const r = rows[0]!; r.push(x); return r.length * x;",
  "what a function gives back": "const p = pick(x > 1, [x]); p[0] = x; return total(p);",
  "what an object holds": "const o = { v: one, own: [x] }; set(o.v, x); return total(o.v);",
  "what a list holds": "const all = [[x], one]; for (const v of all) v[0] = x; return total(one);",
  "what an instance holds": "const b = new Box(one); b.set(x); return total(b.v);",
  "what a function captures": "const v = one; const f = (): void => { v[0] = x; }; f(); return total(v);",
  "a row of a map": 'const r = named.get("a")!; r[0] = x; return total(r);',
  "the object of a getter": "return counter.next * x + counter.next;",
  "the object of a method": "return counter.add(x) * counter.add(1);",
  "what a function gives back at one of its calls": "set(rowOf([[x]], 0), x); rowOf(rows, 0)[0] = x; return x;",
  "what a recursive function gives back": "deep([[x]], 2)[0] = x; deep(rows, 1)[0] = 3; return x;",
  "what a called function writes at one of its calls": "return touched([[x]], x) + touched(rows, x);",
  "what functions share":
    "const box: number[][] = []; const put = (r: number[]): void => { box.push(r); }; put(rows[0]!); put([x]); set(box[0]!, x); return x;",
  "what comes back rearranged":
    "set(swapped(swapped([[x], [x]]))[0]!, 2); const t = swapped(rows); t[1]!.push(x); return x;",
  "a map under another name": 'const m = counts; m.set("a", x); return m.get("a")! * x;',
};
const reading: Readonly<Record<string, string>> = {
  "a copy": "const y = one.slice(); y[0] = x; return total(one) * total(y);",
  "copies of copies":
    "let w = one; for (let i = 0; i < 3; i++) { const n = w.slice(); n[0] = n[0]! * x; w = n; } return total(w);",
  "what a function gives back at another call": "rowOf([[x]], 0)[0] = 2 * x; return x * rowOf(rows, 0)[1]!;",
  "what a recursive function gives back of another":
    "const own = [[x]]; deep(own, 2)[0] = 2 * x; return own[0]![0]! * deep(rows, 1)[0]!;",
  "rows of a map beside it":
    'const m = new Map<string, number[]>(); m.set("a", [x]); m.get("a")!.push(x); return x * named.get("a")![0]!;',
  "beside it in an object": "const o = { v: one, own: [x] }; set(o.own, 2 * x); return total(o.v) * total(o.own);",
};
const stateful = (body: string): string | undefined => {
  const at = "/virtual/writing.ts";
  const program = `
const one: number[] = [1, 2];
const rows = [[1, 2], [3]];
const named = new Map<string, number[]>([["a", [1]]]);
const counts = new Map<string, number>([["a", 1]]);
const counter = { n: 0, get next() { return ++this.n; }, add(x: number) { this.n += x; return this.n; } };
const total = (v: readonly number[]): number => v.reduce((s, q) => s + q, 0);
const pick = (c: boolean, y: number[]): number[] => (c ? one : y);
const set = (v: number[], x: number): void => { v[0] = x; };
const rowOf = (m: number[][], k: number): number[] => m[k]!;
function deep(m: number[][], k: number): number[] { return k === 0 ? rowOf(m, 0) : deep(m, k - 1); }
function touched(m: number[][], x: number): number { const r = rowOf(m, 0); r[0] = x; return r[0]!; }
const swapped = (m: number[][]): number[][] => [m[1]!, m[0]!];
class Box { constructor(readonly v: number[]) {} set(x: number): void { this.v[0] = x; } }
export function f(x: number): number { ${body} }`;
  return refusalOf(at, program);
};

test.each(Object.entries(writing))("a function that writes %s is refused", (_, body) => {
  expect(stateful(body)).toMatch(/^(module-state|map-outside|private-constant)$/);
});

test.each(Object.entries(reading))("a function that writes %s is not", (_, body) => {
  expect(stateful(body)).toBeUndefined();
});

// Generated code has a copy of a private constant, so that other code of the module must not change what is in it.

const changing: Readonly<Record<string, string>> = {
  "under another name": "const q = rows[0]!; q[0] = 9;",
  "in a loop": "for (const r of rows) r[0] = 9;",
  "by what lists its parts": "for (const r of Object.values(rows)) r[0] = 9;",
  "by a callback": "rows.forEach((r) => r.push(9));",
  "by a function that a method is given": "rows.forEach(set);",
  "by what a method finds": "rows.find((r) => r.length > 1)![0] = 9;",
  "by a list of its parts": "rows.map((r) => r)[0]![0] = 9;",
  "by a function that is given it": "setAll(rows);",
  "by a function that gives it back": "given()[0]![0] = 9;",
  "by a pattern": "const [r] = rows; r![0] = 9;",
  "in another object": "const o = { all: rows }; o.all[0]![0] = 9;",
  "by a method of another object": "const o = { all: rows, poke(x: number) { this.all[0]![0] = x; } }; o.poke(9);",
  "in a class": "const q = Held.rows; q[0]![0] = 9;",
  "in a class, by a text": 'const q = Held["rows"]; q[0]![0] = 9;',
  "by code that is not seen": "console.table(unseen(rows));",
};
const keeping: Readonly<Record<string, string>> = {
  "its numbers": "let s = rows.length; for (const r of rows) for (const v of r) s += v; console.log(s, rows);",
  "a copy": "const q = [...rows[0]!]; q[0] = 9; rows[1]!.map((v) => 2 * v).push(3);",
  "by a function that reads": "total(rows); given()[0]!.join();",
  "copies of tables": 'const m = new Map([...rates, ["b", 2]]); m.set("a", 9); new Map(rates).clear();',
};
const around = (body: string): string | undefined => {
  const at = "/virtual/around.ts";
  const program = `
declare const unseen: (rows: number[][]) => number;
const rows = [[1, 2], [3]];
const rates = new Map<string, number>([["a", 1]]);
class Held { static rows = [[1, 2]]; }
const set = (r: number[]): void => { r[0] = 9; };
function setAll(all: number[][]): void { for (const r of all) set(r); }
function given(): number[][] { return rows; }
const total = (all: number[][]): number => all.reduce((s, r) => s + r.reduce((p, q) => p + q, 0), 0);
export function around(): void { ${body} }
export function f(x: number): number { return x * rows[0]![0]! * rates.get("a")! * Held.rows[0]![0]!; }`;
  return refusalOf(at, program);
};

test.each(Object.entries(changing))("a constant that other code changes %s is refused", (_, body) => {
  expect(around(body)).toBe("module-state");
});

test.each(Object.entries(keeping))("a constant that other code reads, %s, is not", (_, body) => {
  expect(around(body)).toBeUndefined();
});

// A private table of functions is made anew where it is read, if nothing can tell it from the one of the module.

const tabled = (body: string, more = ""): string | undefined => {
  const at = "/virtual/tabled.ts";
  const program = `
interface Rule { readonly name: string; step: (w: number, g: number) => number }
const plain: Rule = { name: "plain", step: (w, g) => w - 0.1 * g };
const bent: Rule = { name: "bent", step: (w, g) => w - Math.tanh(g) };
function train(rule: Rule, w: number): number { return rule.step(w, 2 * w); }
${more}
export function f(x: number): number { ${body} }`;
  return refusalOf(at, program);
};

test.each([
  ["return train(plain, x) + train(bent, x);", ""],
  ["return [plain, bent].reduce((w, r) => r.step(w, x), x);", ""],
  ["return plain.step(x, 2);", "export { plain as __cotangent_plain };"],
])("a table of functions that is handed on is taken: %s", (body, more) => {
  expect(tabled(body, more)).toBeUndefined();
});

test.each([
  ["compared", "function isPlain(r: Rule): boolean { return r === plain; }"],
  ["looked for", "function isAny(r: Rule): boolean { return [plain, bent].includes(r); }"],
  ["changed", "function replace(r: Rule): void { r.step = (w) => w; } replace(plain);"],
])("and is not where it is %s", (_, more) => {
  expect(tabled("return train(plain, x);", more)).toBe("private-constant");
});

// What a namespace or a class holds may be changed by way of the whole, too.

const held = (body: string, read: string): string | undefined => {
  const at = "/virtual/held.ts";
  const program = `
namespace P { export const list = [1, 2]; export const table = [3]; export const product = (a: number, b: number) => a * b; export namespace I { export const deep = [4]; } }
class L { static readonly tab = [1, 2]; static sum(x: number): number { return L.tab.length + x; } }
function poke(p: { table: number[] }): void { p.table[0] = 9; }
function keep(p: unknown): boolean { return p === undefined; }
export function around(): void { ${body} }
export function f(x: number): number { return x * ${read}; }`;
  return refusalOf(at, program);
};

test.each([
  ["poke(P);", "P.table[0]!"],
  ["const { list } = P; list[0] = 9;", "P.list[0]!"],
  ["const { ...all } = P; all.list[0] = 9;", "P.list[0]!"],
  ["const p = { ...P }; p.list[0] = 9;", "P.list[0]!"],
  ["const { I } = P; I.deep[0] = 9;", "P.I.deep[0]!"],
  ['P["list"][0] = 9;', "P.list[0]!"],
  ["keep(P.I);", "P.I.deep[0]!"],
  ["const { tab } = L; tab[0] = 9;", "L.tab[0]!"],
])("a constant of a namespace or class is refused where other code says %s", (body, read) => {
  expect(held(body, read)).toBe("module-state");
});

test.each([
  ["P.product(1, 2); P.list.map((v) => v);", "P.list[0]!"],
  ["const { table } = P; table[0] = 9;", "P.list[0]!"],
  ["L.sum(2); new L();", "L.tab[0]!"],
  ["", "[2].reduce(P.product, P.list[0]!) * P.I.deep[0]!"],
])("and is not where it says %s", (body, read) => {
  expect(held(body, read)).toBeUndefined();
});

test("maps and indexed objects that modules export are read when the function runs, and by its pullback as they were", async () => {
  const at = "/virtual/tables.ts";
  const text = `
export const rates = new Map<string, number>([["a", 2]]);
export const limits: Record<string, number> = { low: 1 };
export const kinds = { sets: [new Set(["a"])] };
export function f(x: number): number {
  let sum = 0;
  for (const [name, rate] of rates) sum += rate * x * x * (kinds.sets[0]!.has(name) ? 1 : 10);
  for (const name in limits) sum += limits[name]! * x;
  return sum;
}`;
  const lowered = lowerFunction(openFiles([at], new Map([[at, text]])), at, "f");
  for (const engine of engines) {
    const rates = new Map([["a", 2]]);
    const limits: Record<string, number> = { low: 1 };
    const kinds = { sets: [new Set(["a"])] };
    const imports = new Map([[at, { rates, limits, kinds }]]);
    const gradients = await Promise.all(
      (["forward", "reverse"] as const).map((mode) => engine.derive(lowered, { operator: "grad", mode }, imports)),
    );
    const expectSlope = (slope: number): void => expect(gradients.map((g) => g(3))).toEqual([slope, slope]);
    expectSlope(13);
    const vjp = await engine.derive(lowered, { operator: "vjp" }, imports);
    const [, pull] = vjp(3) as [unknown, AnyFunction];
    rates.set("b", 1);
    limits.high = 4;
    expectSlope(13 + 60 + 4);
    kinds.sets[0]?.add("b");
    expectSlope(13 + 6 + 4);
    expect(pull(1)).toEqual([13]);
  }
});

test("an object of a module that is given as an argument of another type, which is written, is refused", async () => {
  const at = "/virtual/likeness.ts";
  const text = `
export const settings = { rate: 1, steps: [1, 2], inner: { k: 1 } };
class Held { k = 1; twice(): number { return 2 * this.k; } }
export const held = new Held();
export function byField(o: { rate: number }, x: number): number { o.rate = x; return settings.rate * x; }
export function byPart(o: { k: number; more?: number }, x: number): number { o.k = x; return settings.inner.k * x; }
export function byInstance(o: { k: number }, x: number): number { o.k = x; return held.k * x; }`;
  const source = openFiles([at], new Map([[at, text]]));
  for (const engine of engines) {
    const settings = { rate: 1, steps: [1, 2], inner: { k: 1 } };
    const held = { k: 1 };
    const imports = new Map([[at, { settings, held }]]);
    for (const [name, given] of [
      ["byField", settings],
      ["byPart", settings.inner],
      ["byInstance", held],
    ] as const) {
      const gradient = await engine.derive(lowerFunction(source, at, name), { operator: "grad", argnums: 1 }, imports);
      expect(() => gradient(given, 3)).toThrow(RangeError);
      expect(gradient({ rate: 0, k: 0 }, 3)).toBe(1);
    }
  }
});

test("a map of a module that is given as an argument, too, is the same map", async () => {
  const at = "/virtual/given.ts";
  const text = `
export const rates = new Map<string, number>([["a", 2]]);
export function reads(m: Map<string, number>, x: number): number { return m.get("a")! * rates.get("a")! * x * (m === rates ? 1 : 10); }
export function writes(m: Map<string, number>, x: number): number { m.set("a", x); return rates.get("a")! * x; }`;
  const source = openFiles([at], new Map([[at, text]]));
  for (const engine of engines) {
    const rates = Object.freeze(new Map([["a", 2]]));
    const imports = new Map([[at, { rates }]]);
    const derive = (name: string): Promise<AnyFunction> =>
      engine.derive(lowerFunction(source, at, name), { operator: "grad", argnums: [0, 1] }, imports);
    const reads = await derive("reads");
    expect(reads(rates, 3)).toEqual([new Map([["a", 6]]), 4]);
    expect(reads(new Map([["a", 5]]), 3)).toEqual([new Map([["a", 60]]), 100]);
    const writes = await derive("writes");
    expect(() => writes(rates, 3)).toThrow(RangeError);
    expect(writes(new Map([["a", 5]]), 3)).toEqual([new Map([["a", 0]]), 2]);
    expect([...rates]).toEqual([["a", 2]]);
  }
});

test("a map of modules that a call finds twice is one map, and the object that holds it is no argument of another type", async () => {
  const at = "/virtual/found.ts";
  const text = `
export const rates = new Map<string, number>([["a", 2]]);
export const held = { rates, k: 1 };
export function same(x: number): number { return rates === held.rates ? 2 * x : x; }
export function writes(o: { k: number }, x: number): number { o.k = x; return held.k * x; }`;
  const source = openFiles([at], new Map([[at, text]]));
  for (const engine of engines) {
    const rates = new Map([["a", 2]]);
    const held = { rates, k: 1 };
    const imports = new Map([[at, { rates, held }]]);
    const value = await engine.derive(lowerFunction(source, at, "same"), { operator: "value" }, imports);
    expect(value(3)).toBe(6);
    for (const request of [
      { operator: "grad" },
      { operator: "jacobian" },
      { operator: "derivative", order: 1 },
    ] as const)
      expect((await engine.derive(lowerFunction(source, at, "same"), request, imports))(3)).toBe(2);
    const jvp = await engine.derive(lowerFunction(source, at, "same"), { operator: "jvp" }, imports);
    expect(jvp([3], [1])).toEqual([6, 2]);
    const gradient = await engine.derive(
      lowerFunction(source, at, "writes"),
      { operator: "grad", argnums: 1 },
      imports,
    );
    expect(() => gradient(held, 3)).toThrow("one object is reached as values of two types");
    expect(gradient({ k: 0 }, 3)).toBe(1);
  }
});

test("what code outside may assign is read when the function runs", async () => {
  const at = "/virtual/outside.ts";
  const text = `
export class C { static k = 2; static readonly fixed = 3; }
export namespace N { export const list = [1]; }
export function f(x: number): number { return C.k * x * C.fixed + N.list[0]!; }`;
  const lowered = lowerFunction(openFiles([at], new Map([[at, text]])), at, "f");
  for (const engine of engines) {
    const N = { list: [1] };
    const C = { k: 2, fixed: 3 };
    const gradient = await engine.derive(lowered, { operator: "grad" }, new Map([[at, { C, N }]]));
    expect(gradient(1)).toBe(6);
    C.k = 5;
    expect(gradient(1)).toBe(15);
  }
});
