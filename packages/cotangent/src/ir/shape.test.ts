import { describe, expect, it } from "vitest";
import type { RecordShape, Shape } from "../runtime/index.ts";
import { shadowOf } from "../runtime/index.ts";
import { isRecursiveShape, shapeOf, shapeText } from "./shape.ts";
import * as t from "./type.ts";
import type { Type } from "./types.ts";

function listType(): Type {
  const fields: { name: string; type: Type }[] = [{ name: "value", type: t.number }];
  const list = t.record({ name: "List", isTuple: false, fields });
  fields.push({ name: "next", type: t.optional(list) });
  return list;
}

/** What the text of a shape evaluates to, as generated code would hold it. */
function evaluate(text: string): Shape {
  return new Function(`"use strict"; const named = ${text.replace(" as const", "")}; return named;`)() as Shape;
}

describe("shapeOf", () => {
  it("describes every type", () => {
    const inner = t.record({ name: "", isTuple: false, fields: [{ name: "x", type: t.number }] });
    expect(shapeOf(t.tuple(t.array(inner), t.string, t.array(t.number, "Float32Array"), t.tape(t.boolean)))).toEqual({
      kind: "record",
      tuple: true,
      fields: [
        ["0", { kind: "array", of: { kind: "record", fields: [["x", "number"]] } }],
        ["1", "value"],
        ["2", "Float32Array"],
        ["3", { kind: "tape", of: "value" }],
      ],
    });
    expect(shapeOf(t.optional(t.number))).toEqual({ kind: "optional", of: "number" });
    expect(shapeOf(t.optional(t.boolean))).toBe("value");
    expect(shapeOf(t.snapshot)).toBe("snapshot");
  });

  it("leads a recursive record back to itself", () => {
    const shape = shapeOf(listType()) as RecordShape;
    expect(shape.recursive).toBe(true);
    expect(shape.fields[1]).toEqual(["next", { kind: "optional", of: shape }]);
    expect(isRecursiveShape({ kind: "array", of: shape })).toBe(true);
    expect(isRecursiveShape(shapeOf(t.tuple(t.number)))).toBe(false);
  });
});

describe("shapeText", () => {
  it("is an expression for the shape", () => {
    const shape = shapeOf(t.tuple(t.array(t.array(t.number)), t.optional(t.number), t.array(t.number, "Int8Array")));
    expect(evaluate(shapeText(shape))).toEqual(shape);
  });

  it("names recursive shapes, which it reads only later", () => {
    const shape = shapeOf(listType()) as RecordShape;
    const text = shapeText(shape, (s) => (s === shape ? "named" : undefined));
    expect(text).toMatchInlineSnapshot(
      `"{ kind: "record", get fields() { return [["value", "number"], ["next", { kind: "optional", of: named }]] as const; }, recursive: true }"`,
    );
    const value = { value: 1, next: { value: 2, next: undefined } };
    expect(shadowOf(value, evaluate(text))).toEqual({ value: 0, next: { value: 0, next: undefined } });
  });
});
