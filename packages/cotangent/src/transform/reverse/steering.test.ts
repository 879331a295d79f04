/** Which values of a forward sweep are known not to vary. The sweep itself is given in as far as is asked of it. */
import { expect, test } from "vitest";
import { analyzeActivity } from "../../analysis/activity.ts";
import { analyzeRanges } from "../../analysis/ranges.ts";
import type { SweepItem } from "../../analysis/sweep.ts";
import { primitives } from "../../elementals/index.ts";
import { freshValue } from "../../ir/build.ts";
import { parse } from "../../ir/parse.ts";
import { boolean, number, string } from "../../ir/type.ts";
import type { Func, Instr, Type, Value } from "../../ir/types.ts";
import { forEachInstr } from "../../ir/visit.ts";
import type { AugmentedFunction } from "./augment.ts";
import { findSteering } from "./steering.ts";

interface Given {
  /** What instructions destroy, by the name of what they put in its place. */
  readonly old?: Readonly<Record<string, { readonly type: Type; readonly isShadowCode?: boolean }>>;
  readonly indexed?: boolean;
  /** The residuals of the calls of functions with rules. */
  readonly residuals?: readonly Value[];
}

/** The names of what does not vary, where the first parameter of `f` does. */
function steering(text: string, { old = {}, indexed = false, residuals }: Given = {}): readonly string[] {
  const module = parse(text, primitives);
  const func = module.functions.get("f") as Func;
  const active = func.body.params.map((_, i) => i === 0);
  const definition = new Map<Value, SweepItem>();
  const indexOf = new Map<Instr, Value>();
  const ruledCalls = new Map<Instr, { residuals: readonly Value[] }>();
  forEachInstr(func.body, (instr) => {
    const put = "value" in instr && typeof instr.value === "object" ? instr.value?.hint : undefined;
    const given = put === undefined ? undefined : old[put];
    if (given) {
      const kept = freshValue(given.type, `old ${put}`);
      definition.set(kept, { instr, old: kept, isShadowCode: given.isShadowCode === true } as unknown as SweepItem);
    }
    if (indexed && instr.op === "push") indexOf.set(instr, freshValue(number, "place"));
    if (residuals && (instr.op === "call" || instr.op === "copy")) ruledCalls.set(instr, { residuals });
  });
  const sweep = { definition, indexOf, ruledCalls } as unknown as AugmentedFunction;
  const found = findSteering(module, func, sweep, analyzeActivity(module, "f", active), analyzeRanges(func));
  return [...found].map((value) => value.hint ?? "?").sort();
}

test("numbers and truth values that do not vary, and whole numbers", () => {
  const text = `func f(x: number, k: number, s: string) -> number {
  y = mul x, k
  w = add k, k
  n = floor y
  z = mul x, n
  c = lt x, k
  v = if c {
    inner = mul k, w
    outer = mul inner, x
    yield outer
  } else {
    yield y
  }
  return v
}
`;
  expect(steering(text)).toEqual(["c", "inner", "k", "n", "w"]);
});

test("what loops carry", () => {
  const text = `func f(x: number, k: number) -> number {
  from = const 0
  sum, power = for i from from to k step 1 with s = x, p = k {
    t = mul s, p
    q = mul p, k
    yield t, q
  }
  return sum
}
`;
  expect(steering(text)).toEqual(["from", "i", "k", "p", "power", "q"]);
});

const stores = `func f(x: number, k: number, xs: [number], p: {x: number, k: number}) -> number {
  ks: [number] = array k, k
  zero = const 0
  a = mul x, x
  b = mul k, k
  c = add x, a
  d = add k, b
  g = sub x, a
  h = sub k, b
  e = mul x, k
  store xs[zero] = a
  store ks[zero] = b
  accumulate xs[zero] += c
  accumulate ks[zero] += d
  set p.x = g
  set p.k = h
  accumulate p.x += e
  accumulate p.k += k
  push ks, k
  return x
}
`;

test("what counts, though it starts at what varies", () => {
  const text = `func f(x: number, k: number) -> number {
  sum = for i from x to k step 1 with s = x {
    t = mul s, i
    yield t
  }
  return sum
}
`;
  expect(steering(text)).toEqual(["i", "k"]);
});

test("elements that are destroyed, by the memory that they are in", () => {
  const type = number;
  const given = { a: { type }, b: { type }, c: { type }, d: { type }, g: { type }, h: { type }, e: { type } };
  const old = steering(stores, { old: given }).filter((name) => name.startsWith("old"));
  expect(old).toEqual(["old b", "old d", "old h"]);
  const others = steering(stores, { old: { b: { type: boolean }, d: { type, isShadowCode: true }, k: { type } } });
  // A push destroys nothing.
  expect(others.filter((name) => name.startsWith("old"))).toEqual(["old k"]);
});

test("places of what comes and goes", () => {
  expect(steering(stores, { indexed: true })).toContain("place");
  expect(steering(stores)).not.toContain("place");
});

test("residuals that a rule's forward half makes of data alone", () => {
  const text = (body: string): string => `func g(a: number, b: number, ys: [number]) -> number, number, number, number {
  u = mul a, b
  v = mul b, b
  zero = const 0
  l = load ys[zero]
  return u, u, v, l
}

func f(x: number, k: number, xs: [number]) -> number {
  ${body}
  return x
}
`;
  const [first, second, third] = ["first", "second", "third"].map((hint) => freshValue(number, hint));
  const residuals = [first, second, third] as Value[];
  const of = (body: string, kept: readonly Value[] = residuals): readonly string[] => {
    const named = new Set(kept.map(({ hint }) => hint));
    return steering(text(body), { residuals: kept }).filter((name) => named.has(name));
  };
  expect(of("r, r1, r2, r3 = call g(x, k, xs)")).toEqual(["second"]);
  expect(of("r, r1, r2, r3 = call g(k, x, xs)")).toEqual([]);
  expect(of("r, r1, r2, r3 = call g(k, k, xs)")).toEqual(["first", "second"]);
  expect(of("copied: [number] = copy xs")).toEqual([]);
  const others = [freshValue(boolean, "asked"), freshValue(string, "said"), freshValue(number, "varies")];
  expect(of("r, r1, r2, r3 = call g(x, k, xs)", others)).toEqual(["asked"]);
  const many = [number, number, number, number, number].map((type, i) => freshValue(type, `number ${i}`));
  expect(of("r, r1, r2, r3 = call g(k, k, xs)", many)).toEqual(["number 1", "number 2", "number 3"]);
});
