import { describe, expect, it } from "vitest";
import { primitives } from "../elementals/index.ts";
import { parse } from "../ir/parse.ts";
import type { Block, Module, Value } from "../ir/types.ts";
import { regions } from "../ir/visit.ts";
import { analyzePointsTo, ELEMENT } from "./points-to.ts";

/** The values of a module by name; a program here uses each name once. */
function valuesOf(module: Module): (name: string) => Value {
  const found = new Map<string, Value>();
  const define = (values: readonly Value[]): void => {
    for (const v of values) if (v.hint !== undefined) found.set(v.hint, v);
  };
  const walk = (block: Block): void => {
    define(block.params);
    for (const instr of block.body) {
      define(instr.results);
      regions(instr).forEach(walk);
    }
  };
  for (const func of module.functions.values()) walk(func.body);
  return (name) => {
    const value = found.get(name);
    if (!value) throw new RangeError(`no value ${name}`);
    return value;
  };
}

/** Analyses the program from its function `f`. */
function analyze(text: string) {
  const module = parse(text, primitives);
  const named = valuesOf(module);
  const pointsTo = analyzePointsTo(module, "f");
  const classOf = (name: string) => pointsTo.classOf(named(name));
  return { pointsTo, classOf, mayAlias: (a: string, b: string) => classOf(a) === classOf(b) };
}

describe("objects from outside", () => {
  it("are told apart while nothing is written", () => {
    const { mayAlias, classOf } = analyze(`func f(a: Float64Array, b: Float64Array, i: number) -> number {
  v = load a[i]
  w = load b[i]
  y = mul v, w
  return y
}
`);
    expect(mayAlias("a", "b")).toBe(false);
    expect(classOf("a").external).toBe(true);
  });

  it("may be one another once one of them is written, if their types agree", () => {
    const { mayAlias } = analyze(`func f(a: Float64Array, b: Float64Array, c: [number], i: number, v: number) {
  store a[i] = v
}
`);
    expect(mayAlias("a", "b")).toBe(true);
    expect(mayAlias("a", "c")).toBe(false);
  });

  it("stay apart when only memory that the function made is written", () => {
    const { mayAlias, classOf } = analyze(`func f(a: Float64Array, b: Float64Array, n: number, v: number) {
  made: Float64Array = allocate n
  %1 = const 0
  store made[%1] = v
}
`);
    expect(mayAlias("a", "b")).toBe(false);
    expect(mayAlias("a", "made")).toBe(false);
    expect(classOf("made").external).toBe(false);
    expect(classOf("made").sites.size).toBe(1);
  });

  it("include what containers from outside hold", () => {
    const { pointsTo, classOf, mayAlias } =
      analyze(`func f(rows: [Float64Array], a: Float64Array, i: number, v: number) {
  row = load rows[i]
  store row[i] = v
}
`);
    expect(pointsTo.contentsOf(classOf("rows"), ELEMENT)).toBe(classOf("row"));
    expect(mayAlias("row", "a")).toBe(true);
    expect(mayAlias("row", "rows")).toBe(false);
  });

  it("include objects that were put into them", () => {
    const { classOf, mayAlias } = analyze(`func f(rows: [Float64Array], a: Float64Array, i: number) {
  made: Float64Array = allocate i
  store rows[i] = made
}
`);
    expect(classOf("made").external).toBe(true);
    expect(mayAlias("made", "a")).toBe(true);
  });
});

describe("containers", () => {
  it("keep the fields of a record apart", () => {
    const { pointsTo, classOf, mayAlias } = analyze(`record Pair = {left: [number], right: [number]}

func f(x: number) -> [number] {
  l: [number] = array x
  r: [number] = array x
  p: Pair = record l, r
  left = get p.left
  right = get p.right
  push left, x
  return right
}
`);
    expect(mayAlias("left", "l")).toBe(true);
    expect(mayAlias("right", "r")).toBe(true);
    expect(mayAlias("left", "right")).toBe(false);
    expect(pointsTo.reachable(classOf("p"))).toEqual(new Set([classOf("p"), classOf("l"), classOf("r")]));
  });

  it("do not keep the elements of an array apart", () => {
    const { mayAlias } = analyze(`func f(x: number, i: number) -> [number] {
  a: [number] = array x
  b: [number] = array x
  both: [[number]] = array a, b
  one = load both[i]
  return one
}
`);
    expect(mayAlias("a", "b")).toBe(true);
    expect(mayAlias("one", "a")).toBe(true);
    expect(mayAlias("both", "a")).toBe(false);
  });

  it("give back what was pushed", () => {
    const { mayAlias } = analyze(`func f(x: number) -> [number] {
  stack: [[number]] = array
  a: [number] = array x
  push stack, a
  top = pop stack
  return top
}
`);
    expect(mayAlias("top", "a")).toBe(true);
  });

  it("are other objects when copied, with the sharing inside", () => {
    const { mayAlias } = analyze(`func f(rows: [[number]], i: number, x: number) {
  own: [[number]] = copy rows
  row = load own[i]
  given = load rows[i]
  push row, x
}
`);
    expect(mayAlias("own", "rows")).toBe(false);
    expect(mayAlias("row", "given")).toBe(false);
  });
});

describe("control", () => {
  it("joins what a loop carries with what it starts from, yields and results in", () => {
    const { mayAlias } = analyze(`func f(n: number, x: number) -> [number] {
  first: [number] = array x
  other: [number] = array x
  apart: [number] = array x
  %1 = const 0
  last = for i from %1 to n step 1 with carried = first {
    next: [number] = array x
    yield next
  }
  push apart, x
  return last
}
`);
    for (const name of ["first", "carried", "next"]) expect(mayAlias("last", name)).toBe(true);
    for (const name of ["other", "apart"]) expect(mayAlias("last", name)).toBe(false);
  });

  it("joins two arrays that a loop swaps", () => {
    const { mayAlias } = analyze(`func f(n: number, x: number) -> [number] {
  a: [number] = array x
  b: [number] = array x
  %1 = const 0
  a1, b1 = while with a2 = a, b2 = b {
    m = length a2
    goes = lt m, n
    yield goes
  } do a3, b3 {
    push b3, x
    yield b3, a3
  }
  return a1
}
`);
    for (const name of ["b", "a1", "b1", "a2", "b2", "a3", "b3"]) expect(mayAlias("a", name)).toBe(true);
  });

  it("joins the branches of an if", () => {
    const { mayAlias } = analyze(`func f(x: number, c: boolean) -> [number] {
  a: [number] = array x
  b: [number] = array x
  either = if c {
    yield a
  } else {
    yield b
  }
  return either
}
`);
    expect(mayAlias("a", "b")).toBe(true);
    expect(mayAlias("either", "a")).toBe(true);
  });

  it("joins the arguments of a call with the parameters, and its result with what is returned", () => {
    const { mayAlias } = analyze(`func identity(p: [number]) -> [number] {
  return p
}

func f(x: number) -> [number] {
  a: [number] = array x
  b: [number] = array x
  r = call identity(a)
  return r
}
`);
    expect(mayAlias("r", "a")).toBe(true);
    expect(mayAlias("p", "a")).toBe(true);
    expect(mayAlias("r", "b")).toBe(false);
  });
});

it("has no class for values that are not references", () => {
  const { classOf } = analyze(`func f(x: number) -> number {
  return x
}
`);
  expect(() => classOf("x")).toThrow(TypeError);
});
