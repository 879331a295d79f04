import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryNumbers, arbitraryProgram } from "../../test/support/arbitrary-ir.ts";
import * as p from "../elementals/index.ts";
import { type BlockBuilder, buildFunc } from "../ir/build.ts";
import { interpret } from "../ir/interpret.ts";
import * as t from "../ir/type.ts";
import type { Func, Module, Value } from "../ir/types.ts";
import { verifyModule } from "../ir/verify.ts";
import { forEachInstr } from "../ir/visit.ts";
import { mergeCommon } from "./cse.ts";

const moduleOf = (...functions: Func[]): Module => ({
  functions: new Map(functions.map((f) => [f.name, f])),
  globals: new Map(),
});
const floats = t.array(t.number, "Float64Array");
const params = [
  { type: t.number, hint: "x" },
  { type: floats, hint: "xs" },
  { type: floats, hint: "ys" },
  { type: t.boolean, hint: "c" },
];
type Body = (b: BlockBuilder, x: Value, xs: Value, ys: Value, c: Value) => readonly Value[];

/** How often each operation is left after merging. */
function left(body: Body, ...others: Func[]): Record<string, number> {
  const func = buildFunc("f", params, (b, ...values) => body(b, ...(values as [Value, Value, Value, Value])));
  const merged = mergeCommon(func, moduleOf(func, ...others));
  verifyModule(moduleOf(merged, ...others));
  const counts: Record<string, number> = {};
  forEachInstr(merged.body, (i) => {
    const name = i.op === "apply" ? i.primitive.id : i.op;
    counts[name] = (counts[name] ?? 0) + 1;
  });
  return counts;
}
const first = (b: BlockBuilder, array: Value): Value => b.load(array, b.constant(0));
const write = (b: BlockBuilder, array: Value, x: Value): void => b.store(array, b.constant(0), x);

describe("mergeCommon", () => {
  it("merges what is computed again, in regions too, and not the other way round", () => {
    expect(left((b, x) => [b.apply(p.sin, [x]), b.apply(p.sin, [x])])).toMatchObject({ sin: 1 });
    const inside: Body = (b, x, _xs, _ys, c) =>
      b.if(
        c,
        (d) => [d.apply(p.sin, [x])],
        (d) => [d.apply(p.sin, [x])],
      );
    expect(left(inside)).toMatchObject({ sin: 2 });
    expect(left((b, x, ...rest) => [b.apply(p.sin, [x]), ...inside(b, x, ...rest)])).toMatchObject({ sin: 1 });
  });

  it("merges sums whichever way round, not maxima, nor 0 with -0, nor two new arrays", () => {
    const both =
      (f: typeof p.add): Body =>
      (b, x, xs) => {
        const y = first(b, xs);
        return [b.apply(f, [x, y]), b.apply(f, [y, x])];
      };
    expect(left(both(p.add))).toMatchObject({ add: 1 });
    expect(left(both(p.max))).toMatchObject({ max: 2 });
    expect(left((b) => [b.constant(0), b.constant(-0)])).toMatchObject({ constant: 2 });
    expect(left((b, x) => [b.array([x], floats), b.array([x], floats)])).toMatchObject({ array: 2 });
  });

  it("merges reads unless something between may have written", () => {
    expect(left((b, _x, xs) => [first(b, xs), first(b, xs)])).toMatchObject({ load: 1 });
    const across = (between: (b: BlockBuilder, x: Value, ys: Value, c: Value) => void): Body => {
      return (b, x, xs, ys, c) => {
        const before = first(b, xs);
        between(b, x, ys, c);
        return [before, first(b, xs)];
      };
    };
    expect(left(across((b, x, ys) => write(b, ys, x)))).toMatchObject({ load: 2 });
    expect(left(across((b, x) => write(b, b.allocate(x, floats), x)))).toMatchObject({ load: 1 });
    const branch = (b: BlockBuilder, x: Value, ys: Value, c: Value): void => {
      b.if(c, (d) => {
        write(d, ys, x);
        return [];
      });
    };
    expect(left(across(branch))).toMatchObject({ load: 2 });
    const writer = buildFunc("g", [{ type: floats }], (b, array) => {
      write(b, array as Value, b.constant(1));
      return [];
    });
    const reader = buildFunc("g", [{ type: floats }], (b, array) => [first(b, array as Value)]);
    const call = (callee: Func): Body => across((b, _x, ys) => void b.call("g", [ys], callee.results));
    expect(left(call(writer), writer)).toMatchObject({ load: 2 });
    expect(left(call(reader), reader)).toMatchObject({ load: 1 });
  });

  it("reads again in a loop what the loop writes, also after the read", () => {
    const loop =
      (isWriting: boolean): Body =>
      (b, x, xs, ys) => {
        const before = first(b, xs);
        return b.for({ start: b.constant(0), end: x, step: 1 }, [before], (d, _i, s) => {
          const next = d.apply(p.add, [s as Value, first(d, xs)]);
          if (isWriting) write(d, ys, next);
          return [next];
        });
      };
    expect(left(loop(true))).toMatchObject({ load: 2 });
    expect(left(loop(false))).toMatchObject({ load: 1 });
  });

  it("gives one branch what was read before, whatever the other one writes", () => {
    const body: Body = (b, x, xs, ys, c) => {
      const before = first(b, xs);
      const [merged] = b.if(
        c,
        (d) => {
          write(d, ys, x);
          return [first(d, xs)];
        },
        (d) => [first(d, xs)],
      );
      return [before, merged as Value];
    };
    expect(left(body)).toMatchObject({ load: 2 });
  });

  it("keeps what random programs compute, to the bit", () => {
    fc.assert(
      fc.property(arbitraryProgram(), arbitraryNumbers(), ({ module, entry, makeArgs }, numbers) => {
        const functions = [...module.functions.values()].map((f) => [f.name, mergeCommon(f, module)] as const);
        const merged: Module = { ...module, functions: new Map(functions) };
        verifyModule(merged);
        const [before, after] = [makeArgs(numbers), makeArgs(numbers)];
        expect(interpret(merged, entry, after)).toEqual(interpret(module, entry, before));
        expect(after).toEqual(before);
      }),
    );
  });
});
