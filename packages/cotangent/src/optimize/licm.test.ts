import { describe, expect, it } from "vitest";
import * as p from "../elementals/index.ts";
import { type BlockBuilder, buildFunc, type ParamSpec } from "../ir/build.ts";
import { interpret } from "../ir/interpret.ts";
import * as t from "../ir/type.ts";
import type { Block, Func, Instr, Module, Value } from "../ir/types.ts";
import { hoistInvariants } from "./licm.ts";

const moduleOf = (...functions: Func[]): Module => ({
  functions: new Map(functions.map((f) => [f.name, f])),
  globals: new Map(),
});
const n: ParamSpec = { type: t.number, hint: "n" };
const a: ParamSpec = { type: t.number, hint: "a" };
const xs: ParamSpec = { type: t.array(t.number, "Float64Array"), hint: "xs" };
const rows: ParamSpec = { type: t.array(t.array(t.number)), hint: "rows" };

/** `for (i = 0; i < n; i++) s += body(i)`. */
function summing(
  params: readonly ParamSpec[],
  body: (b: BlockBuilder, i: Value, ...params: Value[]) => Value,
  start = 0,
): Func {
  return buildFunc("f", [n, ...params], (b, end, ...rest) =>
    b.for({ start: b.constant(start), end: end as Value, step: 1 }, [b.constant(0)], (c, i, s) => [
      c.apply(p.add, [s as Value, body(c, i as Value, ...rest)]),
    ]),
  );
}
function loopBody(block: Block): Block {
  const loop = block.body.find((i): i is Extract<Instr, { op: "for" }> => i.op === "for");
  if (!loop) throw new Error("no loop");
  return loop.body;
}
const hoist = (func: Func, ...others: Func[]): Func => hoistInvariants(func, moduleOf(func, ...others));
const names = (block: Block): string[] => block.body.map((i) => (i.op === "apply" ? i.primitive.id : i.op));

describe("hoistInvariants", () => {
  it("moves integer arithmetic and reads of unwritten arrays out of a loop that may not run", () => {
    const func = summing([a, xs], (b, i, d, array) => {
      const at = b.apply(p.add, [b.length(array as Value), b.constant(-1)]);
      return b.apply(p.mul, [b.apply(p.mul, [i, d as Value]), b.load(array as Value, at)]);
    });
    const hoisted = hoist(func);
    expect(names(loopBody(hoisted.body))).toEqual(["mul", "mul", "add"]);
    for (const count of [0, 1, 3]) {
      const args = [count, 2, new Float64Array([1, 2, 3])];
      expect(interpret(moduleOf(hoisted), "f", args)).toStrictEqual(interpret(moduleOf(func), "f", args));
    }
  });

  it("keeps an elemental with an infinite slope in a loop that may not run, and moves it out of one that runs", () => {
    const root = (b: BlockBuilder, _i: Value, x: Value | undefined): Value => b.apply(p.sqrt, [x as Value]);
    expect(names(loopBody(hoist(summing([a], root)).body))).toContain("sqrt");
    const nested = buildFunc("f", [n, a], (b, end, x) =>
      b.for({ start: b.constant(0), end: end as Value, step: 1 }, [b.constant(0)], (c, _i, s) =>
        c.for({ start: c.constant(0), end: end as Value, step: 1 }, [s as Value], (d, j, r) => {
          const product = d.apply(p.mul, [j as Value, d.apply(p.sqrt, [x as Value])]);
          return [d.apply(p.add, [r as Value, product])];
        }),
      ),
    );
    const outer = loopBody(hoist(nested).body);
    expect(names(outer)).toContain("sqrt");
    expect(names(loopBody(outer))).not.toContain("sqrt");
  });

  it("keeps reads of what the loop may write, and tells arrays by what they hold", () => {
    const writing = (target: ParamSpec, store: (b: BlockBuilder, i: Value, to: Value) => void): Func =>
      summing([xs, target], (b, i, array, to) => {
        store(b, i, to as Value);
        return b.load(array as Value, b.constant(0));
      });
    const same = writing({ type: t.array(t.number, "Float64Array") }, (b, i, to) => b.store(to, i, i));
    expect(names(loopBody(hoist(same).body))).toContain("load");
    const other = writing({ type: t.array(t.number) }, (b, i, to) => b.store(to, i, i));
    expect(names(loopBody(hoist(other).body))).not.toContain("load");
  });

  it("knows that a private array is no other", () => {
    const func = buildFunc("f", [n, xs], (b, end, array) => {
      const mine = b.allocate(end as Value, t.array(t.number, "Float64Array"));
      const [sum] = b.for({ start: b.constant(0), end: end as Value, step: 1 }, [b.constant(0)], (c, i, s) => {
        c.store(mine, i as Value, c.load(array as Value, c.constant(0)));
        return [c.apply(p.add, [s as Value, c.load(mine, i as Value)])];
      });
      return [sum as Value, mine];
    });
    const hoisted = hoist(func);
    expect(names(loopBody(hoisted.body)).filter((name) => name === "load")).toHaveLength(1);
  });

  it("knows that what is made here is no parameter, though it gets around", () => {
    const both: ParamSpec = { type: t.array(xs.type), hint: "both" };
    const func = buildFunc("f", [n, xs, both], (b, end, array, all) => {
      const mine = b.allocate(end as Value, xs.type);
      b.store(all as Value, b.constant(0), mine);
      const other = b.load(all as Value, b.constant(0));
      return b.for({ start: b.constant(0), end: end as Value, step: 1 }, [b.constant(0)], (c, i, s) => {
        c.store(mine, i as Value, c.load(array as Value, c.constant(0)));
        return [c.apply(p.add, [s as Value, c.load(other, c.constant(0))])];
      });
    });
    const body = loopBody(hoist(func).body);
    const loads = body.body.filter((i) => i.op === "load");
    expect(loads.map((i) => i.array.hint)).toEqual([undefined]);
    const args = (): unknown[] => [3, new Float64Array([4]), [new Float64Array(1)]];
    expect(interpret(moduleOf(hoist(func)), "f", args())).toEqual(interpret(moduleOf(func), "f", args()));
  });

  it("keeps reads across a call that writes", () => {
    const writer = buildFunc("g", [xs], (b, array) => {
      b.store(array as Value, b.constant(0), b.constant(1));
      return [];
    });
    const reader = buildFunc("g", [xs], (b, array) => [b.load(array as Value, b.constant(1))]);
    for (const callee of [writer, reader]) {
      const func = summing([xs], (b, _i, array) => {
        b.call("g", [array as Value], callee.results);
        return b.load(array as Value, b.constant(0));
      });
      expect(names(loopBody(hoist(func, callee).body)).includes("load")).toBe(callee === writer);
    }
  });

  it("does not look into a row that a loop that may not run would never have read", () => {
    const func = summing([a, rows], (b, _i, k, all) => b.load(b.load(all as Value, k as Value), b.constant(0)));
    const hoisted = hoist(func);
    expect(names(loopBody(hoisted.body)).filter((name) => name === "load")).toHaveLength(1);
    expect(interpret(moduleOf(hoisted), "f", [0, 5, []])).toEqual([0]);
  });

  it("leaves what only a branch computes", () => {
    const func = summing([a], (b, i, x) => {
      const [y] = b.if(
        b.apply(p.gt, [i, b.constant(2)]),
        (c) => [c.apply(p.add, [x as Value, c.constant(1)])],
        (c) => [c.constant(0)],
      );
      return y as Value;
    });
    expect(hoist(func).body).toEqual(func.body);
  });
});
