import { describe, expect, it } from "vitest";
import * as p from "../elementals/index.ts";
import { buildFunc } from "../ir/build.ts";
import * as t from "../ir/type.ts";
import type { Value } from "../ir/types.ts";
import { forEachInstr } from "../ir/visit.ts";
import { analyzeRanges, type ForInstr } from "./ranges.ts";

describe("analyzeRanges", () => {
  it("finds integers through loops, branches and arithmetic", () => {
    const found: Record<string, Value> = {};
    const func = buildFunc("f", [{ type: t.number }, { type: t.array(t.number) }], (b, x, xs) => {
      found.length = b.length(xs as Value);
      found.floor = b.apply(p.floor, [x as Value]);
      found.half = b.apply(p.div, [found.length, b.constant(2)]);
      const [k, h] = b.while(
        [b.constant(0), b.constant(0)],
        (c, i) => [c.apply(p.lt, [i as Value, x as Value])],
        (c, i, j) => {
          const [next] = c.if(
            c.apply(p.gt, [i as Value, c.constant(3)]),
            (d) => [d.apply(p.mul, [i as Value, d.constant(2)])],
            (d) => [d.apply(p.add, [i as Value, d.constant(1)])],
          );
          return [next as Value, c.apply(p.add, [j as Value, c.constant(0.5)])];
        },
      );
      found.k = k as Value;
      found.h = h as Value;
      return [];
    });
    const { isIntegral, isInteger } = analyzeRanges(func);
    expect(Object.fromEntries(Object.entries(found).map(([name, v]) => [name, [isIntegral(v), isInteger(v)]]))).toEqual(
      {
        length: [true, true],
        floor: [true, false],
        half: [false, false],
        k: [true, true],
        h: [false, false],
      },
    );
    expect(isIntegral(func.body.params[0] as Value)).toBe(false);
  });

  it("proves what loops and lengths give, and no more", () => {
    const v: Record<string, Value> = {};
    const func = buildFunc(
      "f",
      [{ type: t.number }, { type: t.number }, { type: t.array(t.number) }],
      (b, n, m, xs) => {
        Object.assign(v, { n, m, zero: b.constant(0), one: b.constant(1), length: b.length(xs as Value) });
        b.for({ start: v.zero as Value, end: n as Value, step: 1 }, [], (c, i) => {
          Object.assign(v, {
            i,
            next: c.apply(p.add, [i as Value, c.constant(1)]),
            previous: c.apply(p.sub, [i as Value, c.constant(1)]),
          });
          c.for({ start: v.previous as Value, end: c.constant(-1), step: -1 }, [], (_d, j) => {
            v.j = j as Value;
            return [];
          });
          return [];
        });
        return [];
      },
    );
    const loops: ForInstr[] = [];
    forEachInstr(func.body, (instr) => void (instr.op === "for" && loops.push(instr)));
    const { isBelow, isAtMost } = analyzeRanges(func);
    const of = (name: string): Value => v[name] as Value;
    const inside = loops.slice(0, 1);
    expect(isAtMost(of("zero"), of("length"), [])).toBe(true);
    expect(isBelow(of("zero"), of("length"), [])).toBe(false);
    expect(isBelow(of("zero"), of("n"), inside)).toBe(true);
    expect(isBelow(of("zero"), of("n"), [])).toBe(false);
    expect(isBelow(of("zero"), of("m"), inside)).toBe(false);
    expect(isBelow(of("one"), of("n"), inside)).toBe(false);
    expect(isBelow(of("zero"), of("next"), inside)).toBe(true);
    expect(isBelow(of("zero"), of("i"), inside)).toBe(false);
    expect(isBelow(of("i"), of("n"), inside)).toBe(true);
    expect(isBelow(of("next"), of("n"), inside)).toBe(false);
    expect(isBelow(of("j"), of("i"), loops)).toBe(true);
    expect(isAtMost(of("zero"), of("j"), loops)).toBe(true);
    expect(isBelow(of("j"), of("n"), loops)).toBe(true);
  });
});
