import { describe, expect, it } from "vitest";
import * as p from "../elementals/index.ts";
import { buildFunc, type ParamSpec } from "../ir/build.ts";
import { interpret } from "../ir/interpret.ts";
import * as t from "../ir/type.ts";
import type { Func, Module, Value } from "../ir/types.ts";
import { forEachInstr } from "../ir/visit.ts";
import { inlineCalls } from "./inline.ts";

const moduleOf = (...functions: Func[]): Module => ({
  functions: new Map(functions.map((f) => [f.name, f])),
  globals: new Map(),
});
const x: ParamSpec = { type: t.number, hint: "x" };
const call = (b: Parameters<Parameters<typeof buildFunc>[2]>[0], name: string, ...args: Value[]): Value =>
  b.call(name, args, [t.number])[0] as Value;
function callsOf(func: Func | undefined): string[] {
  const names: string[] = [];
  if (func) forEachInstr(func.body, (i) => void (i.op === "call" && names.push(i.callee)));
  return names;
}

const double = buildFunc("double", [x], (b, a) => [b.apply(p.add, [a as Value, a as Value])]);
const identity = buildFunc("identity", [x], (_b, a) => [a as Value]);

describe("inlineCalls", () => {
  it("puts callees in place, through regions and through each other, and drops them", () => {
    const twice = buildFunc("twice", [x], (b, a) => [
      call(b, "double", call(b, "identity", call(b, "double", a as Value))),
    ]);
    const main = buildFunc("main", [x], (b, a) =>
      b.for({ start: b.constant(0), end: call(b, "double", b.constant(1)), step: 1 }, [a as Value], (c, _i, s) =>
        c.if(
          c.apply(p.lt, [s as Value, c.constant(100)]),
          (d) => [call(d, "twice", s as Value)],
          (d) => [call(d, "twice", d.constant(1))],
        ),
      ),
    );
    const before = moduleOf(
      double,
      identity,
      twice,
      main,
      buildFunc("unused", [], () => []),
    );
    const after = inlineCalls(before, "main");
    expect([...after.functions.keys()]).toEqual(["main"]);
    expect(callsOf(after.functions.get("main"))).toEqual([]);
    for (const input of [1, 50, 1000])
      expect(interpret(after, "main", [input])).toEqual(interpret(before, "main", [input]));
  });

  it("keeps recursion, also mutual, and inlines into it", () => {
    const half = (name: string, other: string): Func =>
      buildFunc(name, [x], (b, a) =>
        b.if(
          b.apply(p.le, [a as Value, b.constant(0)]),
          (c) => [c.constant(0)],
          (c) => [
            c.apply(p.add, [
              call(c, "double", a as Value),
              call(c, other, c.apply(p.sub, [a as Value, c.constant(1)])),
            ]),
          ],
        ),
      );
    const before = moduleOf(
      double,
      half("even", "odd"),
      half("odd", "even"),
      buildFunc("main", [x], (b, a) => [call(b, "even", a as Value)]),
    );
    const after = inlineCalls(before, "main");
    expect([...after.functions.keys()].sort()).toEqual(["even", "main", "odd"]);
    expect(callsOf(after.functions.get("even"))).toEqual(["odd"]);
    expect(interpret(after, "main", [4])).toEqual(interpret(before, "main", [4]));
  });

  it("ends the block in which a function is called that always throws", () => {
    const fail = buildFunc("fail", [x], (b, a) => {
      b.throw("RangeError", b.text([b.constant("bad "), a as Value]));
      return [];
    });
    const thrower: Func = { ...fail, results: [t.number] };
    const main = buildFunc("main", [x], (b, a) => {
      const [y] = b.if(
        b.apply(p.lt, [a as Value, b.constant(0)]),
        (c) => [c.apply(p.add, [call(c, "fail", a as Value), c.constant(1)])],
        (c) =>
          c.if(
            c.apply(p.gt, [a as Value, c.constant(10)]),
            (d) => [call(d, "fail", a as Value)],
            () => [a as Value],
          ),
      );
      const [z] = b.if(
        b.apply(p.eq, [a as Value, b.constant(5)]),
        (c) => [call(c, "fail", c.constant(1))],
        (c) => [call(c, "fail", c.constant(2))],
      );
      return [b.apply(p.add, [y as Value, z as Value])];
    });
    const before = moduleOf(thrower, main);
    const after = inlineCalls(before, "main");
    expect(callsOf(after.functions.get("main"))).toEqual([]);
    for (const [input, message] of [
      [-1, "bad -1"],
      [11, "bad 11"],
      [5, "bad 1"],
      [6, "bad 2"],
    ] as const) {
      expect(() => interpret(after, "main", [input])).toThrow(message);
    }
  });

  it("stops at its limits, and takes what is called once whatever its size", () => {
    const large = buildFunc("large", [x], (b, a) => {
      let y = a as Value;
      for (let i = 0; i < 30; i++) y = b.apply(p.sin, [y]);
      return [y];
    });
    const limits = { callee: 20, tiny: 2, growth: 100 };
    const once = buildFunc("main", [x], (b, a) => [call(b, "large", a as Value)]);
    expect(callsOf(inlineCalls(moduleOf(large, once), "main", limits).functions.get("main"))).toEqual([]);
    const twice = buildFunc("main", [x], (b, a) => [call(b, "large", call(b, "large", a as Value))]);
    expect(callsOf(inlineCalls(moduleOf(large, twice), "main", limits).functions.get("main"))).toEqual([
      "large",
      "large",
    ]);
  });
});
