import { describe, expect, it } from "vitest";
import type { Primitive } from "../core/primitive.ts";
import * as p from "../elementals/index.ts";
import { type BlockBuilder, buildFunc, type ParamSpec } from "../ir/build.ts";
import { interpret } from "../ir/interpret.ts";
import * as t from "../ir/type.ts";
import type { Func, Module, Value } from "../ir/types.ts";
import { forEachInstr } from "../ir/visit.ts";
import { countLoops } from "./count-loops.ts";

const moduleOf = (...functions: Func[]): Module => ({
  functions: new Map(functions.map((f) => [f.name, f])),
  globals: new Map(),
});
const run = (func: Func, ...args: unknown[]): unknown[] => interpret(moduleOf(func), func.name, args);
function opsOf(func: Func): string[] {
  const ops: string[] = [];
  forEachInstr(func.body, (i) => void ops.push(i.op));
  return ops;
}
const n: ParamSpec = { type: t.number, hint: "n" };

const xs: ParamSpec = { type: t.array(t.number), hint: "xs" };

/** `c = start; s = 0; while (c REL n) { s += c; c += step }`, giving s and c. */
function counting(relation: Primitive, start: number, step: number, flip = false): Func {
  return buildFunc("f", [n], (b, end) =>
    b.while(
      [b.constant(start), b.constant(0)],
      (c, i) => [c.apply(relation, flip ? [end as Value, i as Value] : [i as Value, end as Value])],
      (c, i, s) => [c.apply(p.add, [i as Value, c.constant(step)]), c.apply(p.add, [s as Value, i as Value])],
    ),
  );
}

describe("countLoops", () => {
  const ends = [-4, -1.5, -1, -0.5, 0, 0.25, 1, 2, 3.5, 7, 8, Number.NaN];
  const cases: [string, Primitive, number, number, boolean][] = [
    ["i < n", p.lt, 0, 1, false],
    ["i < n by 3", p.lt, 1, 3, false],
    ["i < n from below zero", p.lt, -3, 1, false],
    ["i < n by 2 from below zero", p.lt, -3, 2, false],
    ["i <= n", p.le, 0, 1, false],
    ["i <= n by 2", p.le, -3, 2, false],
    ["i > n", p.gt, 5, -1, false],
    ["i >= n", p.ge, 5, -1, false],
    ["i >= n by 2", p.ge, 6, -2, false],
    ["n > i", p.gt, 0, 1, true],
    ["n >= i", p.ge, 0, 1, true],
    ["n < i", p.lt, 4, -1, true],
  ];
  it.each(cases)("counts %s, with the same sum and the same final counter", (_name, relation, start, step, flip) => {
    const func = counting(relation, start, step, flip);
    const counted = countLoops(func, moduleOf(func));
    expect(opsOf(counted)).toContain("for");
    expect(opsOf(counted)).not.toContain("while");
    for (const end of ends) expect(run(counted, end), `n = ${end}`).toStrictEqual(run(func, end));
  });

  it.each<[string, Primitive, Primitive, number, number, number]>([
    ["i + 1 < n", p.lt, p.add, 0, 1, 1],
    ["i + 1 <= n", p.le, p.add, 0, 1, 1],
    ["i - 2 < n", p.lt, p.sub, -3, 1, 2],
    ["i + 2 <= n by 2", p.le, p.add, -4, 2, 2],
    ["i - 1 > n", p.gt, p.sub, 6, -1, 1],
    ["i + 1 >= n", p.ge, p.add, 6, -1, 1],
  ])("counts %s", (_name, relation, shift, start, step, by) => {
    for (const isLiteral of [true, false]) {
      const func = buildFunc("f", [n, xs], (b, end, array) => {
        const distance = isLiteral ? b.constant(by) : b.length(array as Value);
        return b.while(
          [b.constant(start), b.constant(0)],
          (c, i) => [c.apply(relation, [c.apply(shift, [i as Value, distance]), end as Value])],
          (c, i, s) => [c.apply(p.add, [i as Value, c.constant(step)]), c.apply(p.add, [s as Value, i as Value])],
        );
      });
      const counted = countLoops(func, moduleOf(func));
      expect(opsOf(counted)).not.toContain("while");
      const array = new Array(by).fill(0);
      for (const end of ends) expect(run(counted, end, array), `n = ${end}`).toStrictEqual(run(func, end, array));
    }
  });

  it.each<[string, Func]>([
    ["a counter that runs away from its bound", counting(p.lt, 0, -1)],
    ["a start that is no integer", counting(p.lt, 0.5, 1)],
    ["an inequality that may be stepped over", counting(p.ne, 0, 1)],
  ])("leaves %s alone", (_name, func) => {
    expect(countLoops(func, moduleOf(func)).body).toEqual(func.body);
  });

  const overLength = (inLoop: (b: BlockBuilder, xs: Value, i: Value) => void): Func =>
    buildFunc("f", [xs], (b, array) =>
      b
        .while(
          [b.constant(0), b.constant(0)],
          (c, i) => [c.apply(p.lt, [i as Value, c.length(array as Value)])],
          (c, i, s) => {
            inLoop(c, array as Value, i as Value);
            const x = c.load(array as Value, i as Value);
            return [c.apply(p.add, [i as Value, c.constant(1)]), c.apply(p.add, [s as Value, x])];
          },
        )
        .slice(1),
    );

  it("reads a length once if nothing in the loop changes it", () => {
    const func = overLength((b, array, i) => b.store(array, i, b.apply(p.mul, [b.load(array, i), b.constant(2)])));
    const counted = countLoops(func, moduleOf(func));
    expect(counted.body.body.map((i) => i.op)).toContain("length");
    expect(opsOf(counted)).toContain("for");
    expect(run(counted, [1, 2, 3])).toEqual([12]);
    expect(run(counted, [])).toEqual([0]);
  });

  it("reads a length once if what is lengthened is something else, by origin or by points-to", () => {
    const rows: ParamSpec = { type: t.array(xs.type), hint: "rows" };
    const filling = (isFromOutside: boolean): Func =>
      buildFunc("f", [rows], (b, all) => {
        const zero = b.constant(0);
        const made = b.array([], rows.type);
        b.push(made, b.array([], xs.type));
        const filled = b.load(isFromOutside ? (all as Value) : made, zero);
        const first = b.load(all as Value, zero);
        b.while(
          [zero],
          (c, i) => [c.apply(p.lt, [i as Value, c.length(first)])],
          (c, i) => {
            c.if(c.apply(p.lt, [i as Value, c.constant(3)]), (d) => {
              d.push(filled, i as Value);
              return [];
            });
            return [c.apply(p.add, [i as Value, c.constant(1)])];
          },
        );
        return [made];
      });
    for (const isFromOutside of [true, false]) {
      const func = filling(isFromOutside);
      const counted = countLoops(func, moduleOf(func));
      expect(opsOf(counted).includes("while")).toBe(isFromOutside);
      expect(run(counted, [[1, 2]])).toEqual(run(func, [[1, 2]]));
    }
  });

  it("leaves a loop alone that may lengthen the array", () => {
    const func = overLength((b, array, i) => {
      b.if(b.apply(p.lt, [i, b.constant(2)]), (c) => {
        c.push(array, i);
        return [];
      });
    });
    expect(opsOf(countLoops(func, moduleOf(func)))).toContain("while");
  });

  it("stops at an inequality that is surely met", () => {
    const func = buildFunc("f", [xs], (b, array) =>
      b.while(
        [b.constant(0), b.constant(0)],
        (c, i) => [c.apply(p.ne, [i as Value, c.length(array as Value)])],
        (c, i, s) => [
          c.apply(p.add, [i as Value, c.constant(1)]),
          c.apply(p.add, [s as Value, c.load(array as Value, i as Value)]),
        ],
      ),
    );
    const counted = countLoops(func, moduleOf(func));
    expect(opsOf(counted)).toContain("for");
    expect(run(counted, [4, 5])).toEqual([2, 9]);
  });

  it("sees a counter through values that go round unchanged, and nested loops", () => {
    const func = buildFunc("f", [n], (b, end) =>
      b.while(
        [b.constant(0), end as Value, b.constant(0)],
        (c, i, e) => [c.apply(p.lt, [i as Value, e as Value])],
        (c, i, e, s) => {
          const [, sum] = c.while(
            [c.constant(0), s as Value],
            (d, j) => [d.apply(p.le, [j as Value, i as Value])],
            (d, j, r) => [d.apply(p.add, [j as Value, d.constant(1)]), d.apply(p.add, [r as Value, j as Value])],
          );
          return [c.apply(p.add, [i as Value, c.constant(1)]), e as Value, sum as Value];
        },
      ),
    );
    const counted = countLoops(func, moduleOf(func));
    expect(opsOf(counted).filter((op) => op === "for")).toHaveLength(2);
    expect(opsOf(counted)).not.toContain("while");
    for (const end of [0, 1, 4]) expect(run(counted, end)).toStrictEqual(run(func, end));
  });
});
