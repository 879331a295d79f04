import { describe, expect, it } from "vitest";
import { add } from "../elementals/index.ts";
import { buildBlock, buildFunc } from "../ir/build.ts";
import * as t from "../ir/type.ts";
import type { Func, Instr, Module } from "../ir/types.ts";
import { effectsOf, isDroppable, isPure } from "./effects.ts";

const vector = t.array(t.number);

function moduleOf(...functions: Func[]): Module {
  return { functions: new Map(functions.map((f) => [f.name, f])), globals: new Map() };
}

function last(func: Func): Instr {
  return func.body.body.at(-1) as Instr;
}

describe("effectsOf", () => {
  it("finds scalar arithmetic pure, alone and in regions", () => {
    const f = buildFunc("f", [{ type: t.number }, { type: t.boolean }], (b, x, c) =>
      b.if(
        c!,
        (then) => [then.apply(add, [x!, x!])],
        () => [x!],
      ),
    );
    expect(isPure(last(f))).toBe(true);
  });

  it("finds a store deep in regions, and a throw at the end of one", () => {
    const f = buildFunc("f", [{ type: vector }, { type: t.number }, { type: t.boolean }], (b, a, n, c) => {
      const zero = b.constant(0);
      b.for({ start: zero, end: n!, step: 1 }, [], (body, i) => {
        body.if(c!, (then) => {
          then.store(a!, i!, zero);
          then.throw("RangeError");
          return [];
        });
        return [];
      });
      return [];
    });
    expect(effectsOf(last(f))).toEqual({ reads: false, writes: true, allocates: false, throws: true, io: false });
  });

  it("tells the fixed length of a typed array from that of a growable one", () => {
    const f = buildBlock([{ type: vector }, { type: t.array(t.number, "Float64Array") }], (b, a, x) => [
      b.length(a!),
      b.length(x!),
    ]);
    expect(f.body.map((i) => effectsOf(i).reads)).toEqual([true, false]);
  });

  it("follows calls through mutual recursion, and assumes everything of a callee it does not see", () => {
    const even = buildFunc("even", [{ type: vector }], (b, a) => {
      b.call("odd", [a!], []);
      return [];
    });
    const odd = buildFunc("odd", [{ type: vector }], (b, a) => {
      b.push(a!, b.constant(1));
      b.call("even", [a!], []);
      return [];
    });
    const call = last(even);
    expect(effectsOf(call, moduleOf(even, odd))).toEqual({
      reads: true,
      writes: true,
      allocates: false,
      throws: false,
      io: false,
    });
    expect(effectsOf(call).io).toBe(true);
    expect(effectsOf(call, moduleOf(even)).throws).toBe(true);
  });

  it("lets an unread allocation go, but not a host call", () => {
    const f = buildBlock([], (b) => {
      b.allocate(b.constant(3), vector);
      b.host("console.log", []);
      return [];
    });
    expect(f.body.map((i) => isDroppable(i))).toEqual([true, true, false]);
    expect(isPure(f.body[1] as Instr)).toBe(false);
  });
});
