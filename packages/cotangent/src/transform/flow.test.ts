/** Flows say when something flows into a cotangent or a tangent: what is made of them is held against tables of truth. */
import { describe, expect, it } from "vitest";
import { argument } from "../core/bind.ts";
import type { Expression } from "../core/primitive.ts";
import { and, lt, max, mul, neg, or, select, sin } from "../elementals/index.ts";
import { BlockBuilder, freshValue } from "../ir/build.ts";
import { interpret } from "../ir/interpret.ts";
import { boolean, number } from "../ir/type.ts";
import type { Module, Value } from "../ir/types.ts";
import {
  anywhere,
  choiceOf,
  either,
  emitWhereFlowing,
  type Flow,
  flowing,
  flowOfChoice,
  flowOutside,
  isChosen,
  isConstant,
  nowhere,
  ofBranches,
} from "./flow.ts";

const [c, d, e, f] = ["c", "d", "e", "f"].map((hint) => freshValue(boolean, hint)) as [Value, Value, Value, Value];
type Test = Flow[number][number];
const is = (value: Value): Test => ({ value, is: true });
const not = (value: Value): Test => ({ value, is: false });

/** Every value of c, d, e and f. */
const worlds = Array.from({ length: 16 }, (_, n) => new Map([c, d, e, f].map((v, i) => [v, ((n >> i) & 1) === 1])));
type World = (typeof worlds)[number];
const holds = (flow: Flow | undefined, world: World): boolean =>
  flow === undefined || flow.some((tests) => tests.every((t) => world.get(t.value) === t.is));
const truth = (flow: Flow | undefined): boolean[] => worlds.map((world) => holds(flow, world));

/** What can be said of c and d. */
const cases: Flow = [
  [is(c)],
  [not(c)],
  [is(d)],
  [not(d)],
  ...[is(c), not(c)].flatMap((a) => [is(d), not(d)].map((b) => [a, b])),
];
const pairs = cases.flatMap((a, i) => cases.slice(i + 1).map((b) => [a, b]));
const flows: Flow[] = [nowhere, ...cases.map((one) => [one]), ...pairs];
const textOf = (flow: Flow | undefined): string =>
  JSON.stringify(flow?.map((tests) => tests.map((t) => `${t.is ? "" : "!"}${t.value.hint}`)));
/** How many cases of c and d differ; the order of tests is that in which they were met. */
const distinct = (...given: Flow[]): number => new Set(given.flat().map((tests) => textOf([tests]))).size;

describe("either of two flows", () => {
  it("holds where one of them does, and is given up only where it always holds or has more than three cases", () => {
    for (const a of flows)
      for (const b of flows) {
        const both = worlds.map((world) => holds(a, world) || holds(b, world));
        const found = either(a, b);
        const what = `${textOf(a)} or ${textOf(b)}: ${textOf(found)}`;
        if (found) expect(truth(found), what).toEqual(both);
        else expect(both.every(Boolean) || distinct(a, b) > 3, what).toBe(true);
        if (found) expect(found.length, what).toBeLessThanOrEqual(3);
      }
  });
  it("is anywhere if one of them is", () => {
    expect([either(anywhere, nowhere), either(nowhere, anywhere), either(anywhere, anywhere)]).toEqual([
      anywhere,
      anywhere,
      anywhere,
    ]);
  });
  it("has a case once, and of two that differ in one test what they share", () => {
    expect(either([[is(c)]], [[is(c)]])).toEqual([[is(c)]]);
    expect(either([[is(c)]], [[not(c)]])).toBe(anywhere);
    expect(either([[is(c), is(d)]], [[not(c), is(d)]])).toEqual([[is(d)]]);
    expect(either([[is(e)], [is(c), is(d)]], [[is(c), not(d)]])).toEqual([[is(e)], [is(c)]]);
    expect(either([[is(c), is(d)]], [[not(c), not(d)]])).toEqual([
      [is(c), is(d)],
      [not(c), not(d)],
    ]);
    expect(either([[is(c), is(d), is(e)]], [[is(e), is(d), not(c)]])).toEqual([[is(d), is(e)]]);
    expect(either([[is(c)]], [[not(c), is(d)]])).toEqual([[is(c)], [not(c), is(d)]]);
    expect(either([[is(c), is(d)]], [[not(d)]])).toEqual([[is(c), is(d)], [not(d)]]);
  });
  it("has three cases and not four", () => {
    expect(either([[is(c)], [is(d)]], [[is(e)]])).toEqual([[is(c)], [is(d)], [is(e)]]);
    expect(either([[is(c)], [is(d)]], [[is(e)], [is(f)]])).toBe(anywhere);
  });
});

describe("the flow of branches", () => {
  it("is that of the branch that runs", () => {
    for (const whenTrue of [anywhere, ...flows])
      for (const whenFalse of [anywhere, ...flows]) {
        const expected = worlds.map((world) => holds(world.get(e) ? whenTrue : whenFalse, world));
        const found = ofBranches(e, whenTrue, whenFalse);
        const what = `e ? ${textOf(whenTrue)} : ${textOf(whenFalse)} is ${textOf(found)}`;
        if (found) expect(truth(found), what).toEqual(expected);
        else expect(expected.every(Boolean) || distinct(whenTrue ?? [], whenFalse ?? []) > 3, what).toBe(true);
      }
  });
  it("knows a test once, and three at most", () => {
    expect(ofBranches(c, [[is(c)]], nowhere)).toEqual([[is(c)]]);
    expect(ofBranches(e, [[is(c)]], [[is(d)]])).toEqual([
      [is(c), is(e)],
      [is(d), not(e)],
    ]);
    expect(ofBranches(c, [[is(d)]], nowhere)).toEqual([[is(d), is(c)]]);
    expect(ofBranches(c, [[not(c)]], nowhere)).toEqual([[not(c), is(c)]]);
    expect(ofBranches(c, nowhere, [[not(c)]])).toEqual([[not(c)]]);
    expect(ofBranches(e, [[is(c), is(d)]], nowhere)).toEqual([[is(c), is(d), is(e)]]);
    expect(ofBranches(f, [[is(c), is(d), is(e)]], nowhere)).toEqual([[is(c), is(d), is(e)]]);
  });
  it("is anywhere outside of it if what it asks is inside", () => {
    const flow: Flow = [[is(c), is(d)], [is(e)]];
    expect(flowOutside(flow, new Set([d]))).toBe(anywhere);
    expect(flowOutside(flow, new Set([f]))).toBe(flow);
    expect(flowOutside(anywhere, new Set([d]))).toBe(anywhere);
  });
});

/** A function of c, d, e, f and two numbers, run. */
function evaluate(make: (b: BlockBuilder, x: Value, y: Value) => Value, world: World): unknown {
  const [x, y] = [freshValue(number, "x"), freshValue(number, "y")];
  const b = new BlockBuilder([c, d, e, f, x, y]);
  const made = make(b, x, y);
  const module: Module = {
    functions: new Map([["f", { name: "f", body: b.finish([made]), results: [number] }]]),
  } as unknown as Module;
  return interpret(module, "f", [...[c, d, e, f].map((v) => world.get(v) as boolean), 2, 3])[0];
}

describe("code that asks whether anything flows", () => {
  it("takes a product where it does, and 0 elsewhere", () => {
    const some: Flow[] = [...flows, [[is(c), is(d), not(e)], [not(f)], [is(e), is(f)]]];
    for (const flow of some)
      for (const world of worlds)
        expect(
          evaluate((b, x) => emitWhereFlowing(b, flow, x, "y"), world),
          textOf(flow),
        ).toBe(holds(flow, world) ? 2 : 0);
  });
  it("asks in the order in which it was met", () => {
    const b = new BlockBuilder([c, d, e]);
    emitWhereFlowing(b, [[is(c), is(d)], [is(e)]], b.constant(1), "y");
    const asked = b.instructions.flatMap((i) => (i.op === "apply" ? [i] : []));
    expect(asked.map(({ primitive }) => primitive)).toEqual([and, or, select]);
    expect(asked.slice(0, 2).map(({ args }) => args)).toEqual([
      [c, d],
      [asked[0]?.results[0], e],
    ]);
  });
  it("reads a cotangent as what it is where its one test holds", () => {
    const [x, y, x2] = [freshValue(number), freshValue(number), freshValue(number)];
    const b = new BlockBuilder([c, d, x, y, x2]);
    const chosen = b.apply(select, [c, x, y]);
    const other = b.apply(mul, [x, y]);
    const thrown = b.if(
      d,
      (then) => {
        then.throw("Error");
        return [];
      },
      () => [x],
    )[0] as Value;
    const branches = b.if(
      c,
      () => [x, y],
      (otherwise) => [y, otherwise.apply(mul, [x, y])],
    );
    const [outer, inner] = branches as [Value, Value];
    expect(flowing(b, chosen, [[is(c)]])).toBe(x);
    expect(flowing(b, chosen, [[not(c)]])).toBe(y);
    expect(flowing(b, outer, [[is(c)]])).toBe(x);
    expect(flowing(b, outer, [[not(c)]])).toBe(y);
    expect(flowing(b, inner, [[is(c)]])).toBe(y);
    // What a branch makes is not there outside of it.
    expect(flowing(b, inner, [[not(c)]])).toBe(inner);
    for (const [bar, flow] of [
      [chosen, nowhere],
      [chosen, [[is(d)]]],
      [chosen, [[is(c), is(d)]]],
      [chosen, [[is(c)], [is(d)]]],
      [outer, [[is(d)]]],
      [outer, [[is(c), is(d)]]],
      [other, [[is(x)]]],
      [thrown, [[is(d)]]],
      [x, [[is(c)]]],
    ] as const)
      expect(flowing(b, bar, flow)).toBe(bar);
  });
});

describe("partials that choose", () => {
  const x = argument(0);
  const literal = (value: number) => ({ kind: "literal", value }) as const;
  const choice = (a: ReturnType<typeof argument>, b: ReturnType<typeof argument>) =>
    ({ kind: "apply", primitive: select, args: [argument(1), a, b] }) as const;
  const applied = { kind: "apply", primitive: sin, args: [x] } as const;
  it("are constant if what they choose from is", () => {
    expect(
      [literal(2), choice(literal(0), literal(1)), choice(literal(0), choice(literal(1), literal(2)))].map(isConstant),
    ).toEqual([true, true, true]);
    expect(
      [x, applied, choice(literal(0), applied), choice(applied, literal(1)), { ...applied, args: [x, literal(1)] }].map(
        isConstant,
      ),
    ).toEqual([false, false, false, false, false]);
  });
  it("let flow what they do not choose to be 0", () => {
    const v = freshValue(number);
    const b = new BlockBuilder([c, v]);
    const product = b.apply(select, [c, v, b.constant(0)]);
    const negated = b.apply(neg, [v]);
    const flow: Flow = [[is(d)]];
    const flowOf = (partial: Expression, of: Value, flow: Flow | undefined) =>
      flowOfChoice(choiceOf(b, partial, of), flow);
    expect(flowOf(choice(applied, literal(0)), product, flow)).toEqual([[is(d), is(c)]]);
    expect(flowOf(choice(literal(0), applied), product, flow)).toEqual([[is(d), not(c)]]);
    expect(flowOf(choice(applied, literal(0)), product, anywhere)).toEqual([[is(c)]]);
    for (const partial of [
      applied,
      literal(0),
      choice(applied, applied),
      choice(literal(0), literal(0)),
      choice(literal(1), applied),
      { ...choice(applied, literal(0)), primitive: and },
    ])
      expect(flowOf(partial, product, flow)).toBe(flow);
    for (const other of [v, negated]) expect(flowOf(choice(applied, literal(0)), other, flow)).toBe(flow);
  });
});

describe("a loop", () => {
  const x = freshValue(number);
  const isChosenBy = (make: (b: BlockBuilder) => Value): boolean => {
    const b = new BlockBuilder([c, x]);
    const value = make(b);
    return isChosen(b.instructions, value);
  };
  it("knows of what it carries whether it is one of several", () => {
    expect(
      [
        (b: BlockBuilder) => b.apply(max, [x, x]),
        (b: BlockBuilder) => b.apply(select, [c, x, x]),
        (b: BlockBuilder) =>
          b.if(
            c,
            () => [x],
            () => [x],
          )[0] as Value,
      ].map(isChosenBy),
    ).toEqual([true, true, true]);
    expect(
      [
        (b: BlockBuilder) => b.apply(sin, [x]),
        (b: BlockBuilder) => b.apply(lt, [x, x]),
        (b: BlockBuilder) => b.constant(1),
        () => x,
      ].map(isChosenBy),
    ).toEqual([false, false, false, false]);
  });
});
