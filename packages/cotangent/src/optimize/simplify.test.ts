import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryNumbers, arbitraryProgram } from "../../test/support/arbitrary-ir.ts";
import type { Stage } from "../elementals/identities.ts";
import * as p from "../elementals/index.ts";
import { type BlockBuilder, buildFunc } from "../ir/build.ts";
import { interpret } from "../ir/interpret.ts";
import * as t from "../ir/type.ts";
import type { Func, Module, Value } from "../ir/types.ts";
import { verifyModule } from "../ir/verify.ts";
import { forEachInstr } from "../ir/visit.ts";
import { dropDead } from "./dce.ts";
import { simplify } from "./simplify.ts";

const moduleOf = (...functions: Func[]): Module => ({
  functions: new Map(functions.map((f) => [f.name, f])),
  globals: new Map(),
});
const x = { type: t.number, hint: "x" };
const c = { type: t.boolean, hint: "c" };

/** The mnemonics of what is left of a function of `x` and `c` after simplification. */
function left(
  body: (b: BlockBuilder, x: Value, c: Value) => readonly Value[],
  stage: Stage = "before",
): readonly string[] {
  const func = buildFunc("f", [x, c], (b, ...params) => body(b, ...(params as [Value, Value])));
  const simple = simplify(func, stage);
  verifyModule(moduleOf(simple));
  const found: string[] = [];
  forEachInstr(dropDead(simple, moduleOf(simple)).body, (i) => {
    found.push(i.op === "apply" ? i.primitive.id : i.op === "constant" ? String(i.value) : i.op);
  });
  return found;
}

describe("simplify", () => {
  it("computes what is known", () => {
    expect(left((b) => [b.apply(p.add, [b.constant(2), b.apply(p.mul, [b.constant(3), b.constant(4)])])])).toEqual([
      "14",
    ]);
    expect(left((b) => [b.apply(p.neg, [b.constant(0)])])).toEqual(["0"]);
  });

  it("applies identities one after another, and never makes 0 x a zero", () => {
    const two = (b: BlockBuilder): Value => b.constant(2);
    expect(left((b, v) => [b.apply(p.pow, [b.apply(p.neg, [b.apply(p.neg, [v])]), two(b)])])).toEqual(["square"]);
    expect(left((b, v) => [b.apply(p.pow, [v, two(b)])], "after")).toEqual(["mul"]);
    expect(left((b, v) => [b.apply(p.div, [v, two(b)])])).toEqual(["0.5", "mul"]);
    expect(left((b, v) => [b.apply(p.mul, [b.constant(0), v])])).toEqual(["0", "mul"]);
  });

  it("takes the branch that is known, and knows inside what was asked outside", () => {
    const ask = (b: BlockBuilder, test: Value, v: Value): readonly Value[] =>
      b.if(
        test,
        (d) => [d.apply(p.sin, [v])],
        (d) => [d.apply(p.cos, [v])],
      );
    expect(left((b, v) => ask(b, b.constant(false), v))).toEqual(["cos"]);
    expect(
      left((b, v, test) =>
        b.if(
          test,
          (d) => ask(d, d.apply(p.not, [test]), v),
          () => [v],
        ),
      ),
    ).toEqual(["if", "cos"]);
  });

  it("makes a known exception the end of its block", () => {
    const func = buildFunc("f", [x], (b, v) => {
      b.if(b.constant(true), (d) => {
        d.throw("RangeError");
        return [];
      });
      return [v as Value];
    });
    const simple = simplify(func, "before");
    verifyModule(moduleOf(simple));
    expect(simple.body.end.kind).toBe("throw");
  });

  it("knows that values of which one is below the other are not the same", () => {
    const asked = (relation: typeof p.lt, test: typeof p.eq): readonly string[] =>
      left((b, x) => {
        const y = b.apply(p.sin, [x]);
        return b.if(
          b.apply(relation, [x, y]),
          (then) => [then.apply(p.select, [then.apply(test, [y, x]), x, y])],
          (otherwise) => [otherwise.apply(p.select, [otherwise.apply(test, [y, x]), x, y])],
        );
      });
    // Where it is not below, it may be the same.
    expect(asked(p.lt, p.eq).filter((op) => op === "eq")).toHaveLength(1);
    expect(asked(p.gt, p.ne).filter((op) => op === "ne")).toHaveLength(1);
    expect(asked(p.eq, p.ne).filter((op) => op === "ne")).toHaveLength(1);
    expect(asked(p.le, p.eq).filter((op) => op === "eq")).toHaveLength(2);
  });

  it("merges branches that yield the same", () => {
    const merge = (b: BlockBuilder, test: Value, one: Value | boolean, other: Value | boolean): readonly Value[] => {
      const give = (value: Value | boolean) => (d: BlockBuilder) => [
        typeof value === "boolean" ? d.constant(value) : value,
      ];
      return b.if(test, give(one), give(other));
    };
    expect(left((b, v, test) => merge(b, test, v, v))).toEqual([]);
    expect(left((b, _v, test) => merge(b, test, true, false))).toEqual([]);
    expect(left((b, _v, test) => merge(b, test, false, true))).toEqual(["not"]);
    expect(left((b, _v, test) => merge(b, test, true, true))).toEqual(["true"]);
  });

  it("drops loops that do not run, and what they carry unchanged", () => {
    const sum = (b: BlockBuilder, end: Value, v: Value): readonly Value[] =>
      b.for({ start: b.constant(0), end, step: 1 }, [b.constant(0), v], (d, _i, s, same) => [
        d.apply(p.add, [s as Value, same as Value]),
        same as Value,
      ]);
    expect(left((b, v) => sum(b, b.constant(0), v))).toEqual(["0"]);
    const func = buildFunc("f", [x], (b, v) => sum(b, v as Value, v as Value));
    const loop = simplify(func, "before").body.body.find((i) => i.op === "for");
    expect(loop?.results).toHaveLength(1);
    expect(interpret(moduleOf(simplify(func, "before")), "f", [3])).toEqual([9, 3]);
    const never = (b: BlockBuilder, v: Value): readonly Value[] =>
      b.while(
        [v],
        (d) => [d.constant(false)],
        (d, w) => [d.apply(p.sin, [w as Value])],
      );
    expect(left(never)).toEqual([]);
  });

  it.each(["before", "after"] as const)("keeps what random programs compute (%s)", (stage) => {
    fc.assert(
      fc.property(arbitraryProgram(), arbitraryNumbers(), ({ module, entry, makeArgs }, numbers) => {
        const functions = [...module.functions.values()].map((f) => [f.name, simplify(f, stage)] as const);
        const simple: Module = { ...module, functions: new Map(functions) };
        verifyModule(simple);
        const [before, after] = [makeArgs(numbers), makeArgs(numbers)];
        const expected = interpret(module, entry, before);
        expect(withoutZeroSigns(interpret(simple, entry, after))).toEqual(withoutZeroSigns(expected));
        expect(withoutZeroSigns(after)).toEqual(withoutZeroSigns(before));
      }),
    );
  });
});

/** Some identities give up the sign of a zero, and nothing else that random programs use. */
function withoutZeroSigns(value: unknown): unknown {
  if (typeof value === "number") return value + 0;
  if (value instanceof Float64Array) return value.map((v) => v + 0);
  if (Array.isArray(value)) return value.map(withoutZeroSigns);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, withoutZeroSigns(v)]));
}
