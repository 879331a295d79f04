import { describe, expect, it } from "vitest";
import { add, hypot, lt, not, sin } from "../elementals/index.ts";
import { type BlockBody, BlockBuilder, buildBlock, buildFunc, IrError, type ParamSpec } from "./build.ts";
import { printFunc } from "./print.ts";
import * as t from "./type.ts";
import type { Value } from "./types.ts";

const vector = t.array(t.number);
const point = t.record({ name: "", isTuple: false, fields: [{ name: "x", type: t.number }] });
const params: ParamSpec[] = [
  { type: t.number, hint: "x" },
  { type: t.boolean, hint: "c" },
  { type: vector, hint: "a" },
  { type: point, hint: "p" },
  { type: t.optional(t.number), hint: "o" },
];

describe("the builder", () => {
  it("derives types from operands and keeps hints and spans", () => {
    const b = new BlockBuilder(params, { file: "f.ts", start: 0, end: 9 });
    const [x, c, a, p, o] = b.params;
    expect(b.apply(add, [x!, x!], "sum")).toMatchObject({ type: t.number, hint: "sum" });
    expect(b.apply(hypot, [x!, x!, x!]).type).toEqual(t.number);
    expect(b.apply(not, [c!]).type).toEqual(t.boolean);
    expect(b.load(a!, x!, "e", true).type).toEqual(t.optional(t.number));
    expect(b.getField(p!, "x")).toMatchObject({ type: t.number, hint: "x" });
    expect(b.unwrap(o!)).toMatchObject({ type: t.number, hint: "o" });
    expect(b.shadow([a!, c!]).map((v) => [t.typeKey(v.type), v.hint])).toEqual([
      ["[number]", "aBar"],
      ["undefined", "cBar"],
    ]);
    b.span = { file: "f.ts", start: 3, end: 4 };
    b.constant(1);
    const { body, end } = b.finish([x!]);
    expect(body[0]?.span?.end).toBe(9);
    expect(body.at(-1)?.span?.end).toBe(4);
    expect(end).toEqual({ kind: "yield", values: [x] });
  });

  it("takes the results of an if from the branch that does not throw", () => {
    const f = buildFunc("f", params, (b, x, c) =>
      b.if(
        c!,
        (then) => {
          then.throw("RangeError", then.constant("bad"));
          return [];
        },
        () => [x!],
        ["y"],
      ),
    );
    expect(printFunc(f)).toMatchInlineSnapshot(`
      "func f(x: number, c: boolean, a: [number], p: {x: number}, o: number | undefined) -> number {
        y = if c {
          %1 = const "bad"
          throw RangeError %1
        } else {
          yield x
        }
        return y
      }
      "
    `);
  });

  it.each<[string | RegExp, BlockBody]>([
    ["add takes 2 arguments, got 1", (b, x) => [b.apply(add, [x!])]],
    ["sin: expected number, got boolean", (b, _x, c) => [b.apply(sin, [c!])]],
    ["length: expected an array, got number", (b, x) => [b.length(x!)]],
    ["load index: expected number, got boolean", (b, _x, c, a) => [b.load(a!, c!)]],
    ["stored value: expected number, got boolean", (b, x, c, a) => storing(b, a!, x!, c!)],
    ["field x: expected number, got boolean", (b, _x, c) => [b.record([c!], point)]],
    [/record .*has no field y/, (b, _x, _c, _a, p) => [b.getField(p!, "y")]],
    ["present: number is not optional", (b, x) => [b.present(x!)]],
    ["if condition: expected boolean, got number", (b, x) => b.if(x!, () => [])],
    [
      "if: branches yield different numbers of values",
      (b, x, c) =>
        b.if(
          c!,
          () => [x!],
          () => [],
        ),
    ],
    [
      "if branches: expected number, got boolean",
      (b, x, c) =>
        b.if(
          c!,
          () => [x!],
          () => [c!],
        ),
    ],
    ["for: step 0.5 is not a nonzero integer", (b, x) => b.for({ start: x!, end: x!, step: 0.5 }, [], () => [])],
    ["for: body yields 0 values, not 1", (b, x) => b.for({ start: x!, end: x!, step: 1 }, [x!], () => [])],
    [
      "while: the condition yields one boolean",
      (b, x) =>
        b.while(
          [x!],
          () => [],
          (_, y) => [y!],
        ),
    ],
    [
      "while condition: expected boolean, got number",
      (b, x) =>
        b.while(
          [x!],
          (_, y) => [y!],
          (_, y) => [y!],
        ),
    ],
    [
      "while: yielded value x: expected number, got boolean",
      (b, x) =>
        b.while(
          [x!],
          (w, y) => [w.apply(lt, [y!, y!])],
          (w, y) => [w.apply(lt, [y!, y!])],
        ),
    ],
    ["slots: not a tape", (b, x) => [b.slots(x!)]],
  ])("refuses what is ill typed: %s", (message, body) => {
    const build = (): unknown => buildBlock(params, body);
    expect(build).toThrow(message);
  });

  it("refuses instructions after the end of a block", () => {
    const b = new BlockBuilder();
    b.throw("Error");
    expect(b.ended).toBe(true);
    expect(() => b.constant(1)).toThrow(IrError);
    expect(() => b.throw("Error")).toThrow("block ended twice");
    expect(b.finish([]).end.kind).toBe("throw");
  });
});

function storing(b: BlockBuilder, array: Value, index: Value, value: Value): readonly Value[] {
  b.store(array, index, value);
  return [];
}
