import { describe, expect, it } from "vitest";
import { primitives } from "../elementals/index.ts";
import { interpret } from "./interpret.ts";
import { parse } from "./parse.ts";
import { printModule } from "./print.ts";

/** Every instruction and every kind of type, written as the printer writes. */
const everything = `record Pair = #[number, string]
record Node = {value: number, next: Node | undefined}
global limit: number = 3
global table: Float64Array = Float64Array[1, -0, Infinity]
global names: [{first: string, "last name": string}] = [{first: "a\\"b", "last name": ""}]
global seed: number from "/src/seed.ts" as default
global made: [number] by makeMade

func scalars(x: number, c: boolean) -> number @"/src/f.ts":0..100 {
  %1 = const -0 @1..2
  %2 = const NaN @"/src/g.ts":3..4
  %3 = const "text\\n"
  none = const undefined
  missing: number | null = const null
  u: number = unset
  s = text %3, x, c
  limit = global limit
  y = add x, limit
  y1 = mul y, y
  o: number | undefined = wrap y1
  here = present o
  %4 = if here {
    %5 = unwrap o
    yield %5
  } else {
    throw RangeError s @5..6
  }
  host console.log(%4, s)
  return %4
}

func memory(a: [[number]], p: {x: number, y: Float64Array}, q: Pair, list: Node) -> number, [number] | undefined {
  i = const 0
  row = load a[i]
  row1: [number] | undefined = load a[i]
  v = load row[i]
  store row[i] = v
  accumulate row[i] += v
  x = get p.x
  set p.x = x
  accumulate p.x += x
  first = get q.0
  fresh: [number] = array v, x
  empty: [boolean] = array
  zeros: Float32Array = allocate v
  ones: [number] = allocate v fill x
  y: Float64Array = allocate x
  r: {x: number, y: Float64Array} = record x, y
  n = length a
  push fresh, v
  last = pop fresh
  isSame = same row, fresh
  aBar, pBar = shadow a, p
  listBar = shadow.shared list
  clear aBar
  b: [[number]] = copy a
  b1: [[number]] = copy.detached a
  addTo aBar, aBar
  m = snapshot a, p
  reinstate m
  return first, row1
}

func solved(x: [number]) -> [number] root residual, solve {
  y: [number] = copy x
  return y
}

func least(x: number) -> number minimum objective {
  return x
}

func ruled(x: number) -> number tangent ruledTangent pullback ruledForward, ruledBack {
  host console.log(x)
  host global seed(x)
  y: number = host global seed(x)
  return y
}

func written(xs: [number]) -> number, [number] pullback ruledForward, ruledBack writes 1 {
  n = length xs
  xs1: [number] = copy xs
  return n, xs1
}

func tapes(n: number) -> tape<[number]> {
  t: tape<number> = tape.pooled
  k = grow t, n
  k1 = shrink t, n
  s = slots t
  t1 = reader t
  release t
  refs: tape<[number]> = tape
  return refs
}
`;

describe("parse and print", () => {
  it("are inverse on a program with every instruction", () => {
    const text = `${everything}\n${loops}`;
    const module = parse(text, primitives);
    expect(printModule(module, { spans: true })).toBe(text);
    expect(module.functions.get("scalars")?.body.body[1]?.span).toEqual({ file: "/src/g.ts", start: 3, end: 4 });
  });

  it("leave spans out unless asked", () => {
    expect(printModule(parse(everything, primitives))).not.toContain("@");
  });

  it("keep the meaning", () => {
    const module = parse(loops, primitives);
    const again = parse(printModule(module), primitives);
    expect(interpret(again, "sum odd", [6])[0]).toBe(9);
    const [, root] = interpret(again, "sum odd", [6]) as [number, (x: number) => number];
    expect(root).toBeTypeOf("function");
    expect(interpret(again, "newton", [2])[0]).toBeCloseTo(Math.SQRT2, 12);
  });

  it("tell the line of what they cannot read", () => {
    const read = (body: string) => () => parse(`func f(x: number) -> number {\n${body}\n}`, primitives);
    expect(read("  return y")).toThrow("line 2: y is not defined here");
    expect(read("  y = frobnicate x")).toThrow("line 2: no primitive frobnicate");
    expect(read("  y = add x")).toThrow("line 2: add takes 2 arguments, got 1");
    expect(read("  y = push x")).toThrow("expected ,");
    expect(read("  y = yield x")).toThrow("line 2: yield does not belong here");
    expect(read("  y = array x")).toThrow("line 2: array needs a type beside its result");
    expect(read("  y = call g(x)")).toThrow("line 2: no function g");
    expect(read("  y, z = sin x")).toThrow("line 2: 1 results, not 2");
    expect(read("  y: Nothing = unset")).toThrow("line 2: no type Nothing");
    expect(read("  y = const é")).toThrow("line 2: no word starts with");
    expect(read("  throw Error\n  y = sin x")).toThrow("line 3: expected }, because the region has ended");
  });
});

const loops = `func "sum odd"(n: number) -> number, (number) => (number), (() => ()) | null {
  %1 = const 1
  %2 = const 0
  s = for i from %1 to n step 2 with s = %2 {
    s1 = add s, i
    yield s1
  }
  f: (number) => (number) = closure newton(n)
  none: (() => ()) | null = const null
  return s, f, none
}

func newton(a: number) -> number {
  %1 = const 1e-12
  x = while with x = a {
    d = mul x, x
    d1 = sub d, a
    d2 = abs d1
    more = gt d2, %1
    yield more
  } do x1 {
    q = div a, x1
    s = add x1, q
    %2 = const 2
    x2 = div s, %2
    yield x2
  }
  while {
    never = const false
    yield never
  } do {
  }
  return x
}
`;
