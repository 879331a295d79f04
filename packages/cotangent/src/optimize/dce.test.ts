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
import { dropDead } from "./dce.ts";

const moduleOf = (...functions: Func[]): Module => ({
  functions: new Map(functions.map((f) => [f.name, f])),
  globals: new Map(),
});
const n = { type: t.number, hint: "n" };
const floats = t.array(t.number, "Float64Array");
const drop = (func: Func, ...others: Func[]): Func => {
  const dropped = dropDead(func, moduleOf(func, ...others));
  verifyModule(moduleOf(dropped, ...others));
  return dropped;
};
const ops = (func: Func): string[] => {
  const found: string[] = [];
  forEachInstr(func.body, (i) => found.push(i.op));
  return found;
};
const counting = (b: BlockBuilder, end: Value, inits: readonly Value[], body: Parameters<BlockBuilder["for"]>[2]) =>
  b.for({ start: b.constant(0), end, step: 1 }, inits, body);

describe("dropDead", () => {
  it("drops an array that is filled and never read, and keeps one that is", () => {
    const filling = (isRead: boolean): Func =>
      buildFunc("f", [n], (b, end) => {
        const array = b.allocate(end as Value, floats);
        counting(b, end as Value, [], (c, i) => {
          c.store(array, i as Value, c.apply(p.sin, [i as Value]));
          return [];
        });
        return [isRead ? b.load(array, b.constant(1)) : (end as Value)];
      });
    expect(ops(drop(filling(false)))).toEqual([]);
    expect(ops(drop(filling(true)))).toEqual(ops(filling(true)));
  });

  it("drops a carried value that only feeds itself", () => {
    const func = buildFunc("f", [n], (b, end) => {
      const zero = b.constant(0);
      const [sum] = counting(b, end as Value, [zero, zero], (c, i, s, idle) => [
        c.apply(p.add, [s as Value, i as Value]),
        c.apply(p.mul, [idle as Value, idle as Value]),
      ]);
      return [sum as Value];
    });
    const loop = drop(func).body.body.find((i) => i.op === "for");
    expect(loop?.results).toHaveLength(1);
    expect(interpret(moduleOf(drop(func)), "f", [4])).toEqual([6]);
  });

  it("keeps exceptions and what the host sees, not the values beside them", () => {
    const func = buildFunc("f", [n], (b, x) => {
      b.if(
        b.apply(p.lt, [x as Value, b.constant(0)]),
        (c) => {
          c.throw("RangeError");
          return [];
        },
        (c) => [c.apply(p.sqrt, [x as Value])],
      );
      b.host("console.log", [x as Value]);
      return [x as Value];
    });
    expect(ops(drop(func))).toEqual(["constant", "apply", "if", "host"]);
  });

  it("drops a tape that nobody reads back, with its release", () => {
    const func = buildFunc("f", [n], (b, x) => {
      const tape = b.tape(t.number, true);
      const at = b.grow(tape, b.constant(1));
      b.store(b.slots(tape), at, x as Value);
      b.release(tape);
      return [x as Value];
    });
    expect(ops(drop(func))).toEqual([]);
  });

  it("keeps writes that reach others", () => {
    const func = buildFunc("f", [{ type: floats }, n], (b, given, x) => {
      const rows = b.array([given as Value], t.array(floats));
      b.clear(rows);
      b.store(b.load(rows, b.constant(0)), b.constant(1), x as Value);
      return [];
    });
    expect(ops(drop(func))).toEqual(ops(func));
  });

  it("keeps results, contents of arguments and exceptions of random programs", () => {
    fc.assert(
      fc.property(arbitraryProgram(), arbitraryNumbers(), ({ module, entry, makeArgs }, numbers) => {
        const functions = [...module.functions.values()].map((f) => [f.name, dropDead(f, module)] as const);
        const dropped: Module = { ...module, functions: new Map(functions) };
        verifyModule(dropped);
        const [before, after] = [makeArgs(numbers), makeArgs(numbers)];
        expect(interpret(dropped, entry, after)).toEqual(interpret(module, entry, before));
        expect(after).toEqual(before);
      }),
    );
  });
});
