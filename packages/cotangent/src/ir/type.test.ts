import { describe, expect, it } from "vitest";
import * as t from "./type.ts";
import type { Type } from "./types.ts";

function recursive(name: string): Type {
  const fields: { name: string; type: Type }[] = [{ name: "value", type: t.number }];
  const type = t.record({ name, isTuple: false, fields });
  fields.push({ name: "next", type: t.optional(type) });
  return type;
}

describe("sameType", () => {
  it("compares structure, and records by their fields", () => {
    const point = (name: string): Type => t.record({ name, isTuple: false, fields: [{ name: "x", type: t.number }] });
    expect(t.sameType(point("A"), point("B"))).toBe(true);
    expect(t.sameType(recursive("A"), recursive("B"))).toBe(true);
    expect(t.sameType(t.array(t.number), t.array(t.number, "Float64Array"))).toBe(false);
    expect(t.sameType(t.optional(t.number), t.optional(t.number, "null"))).toBe(false);
    expect(t.sameType(t.tuple(t.number, t.string), t.tuple(t.number, t.boolean))).toBe(false);
    expect(t.sameType(t.tape(t.number), t.tape(t.boolean))).toBe(false);
  });

  it("does not make a missing value more missing", () => {
    expect(t.optional(t.optional(t.number))).toEqual(t.optional(t.number));
    expect(t.optional(t.unit)).toBe(t.unit);
  });
});

describe("shadowType", () => {
  it.each<[Type, string]>([
    [t.number, "number"],
    [t.boolean, "undefined"],
    [t.array(t.number, "Float32Array"), "Float64Array"],
    [t.array(t.number, "Int32Array"), "undefined"],
    [t.array(t.array(t.number)), "[[number]]"],
    [t.array(t.string), "[undefined]"],
    [t.optional(t.number), "number"],
    [t.optional(t.array(t.number), "null"), "[number]|null"],
    [t.tuple(t.number, t.string), "#(0:number,1:undefined)"],
    [t.tape(t.array(t.number, "Float32Array")), "tape<Float64Array>"],
    [t.snapshot, "snapshot"],
  ])("mirrors a type number by number (%#)", (type, key) => {
    expect(t.typeKey(t.shadowType(type))).toBe(key);
  });

  it("mirrors a recursive record by a recursive record", () => {
    const list = recursive("List");
    expect(t.sameType(t.shadowType(list), list)).toBe(true);
    expect(t.shadowType(list)).toBe(t.shadowType(list));
  });
});

describe("holdsNumbers", () => {
  it("looks to any depth, through recursion", () => {
    expect(t.holdsNumbers(recursive("List"))).toBe(true);
    const fields: { name: string; type: Type }[] = [{ name: "name", type: t.string }];
    const tree = t.record({ name: "Tree", isTuple: false, fields });
    fields.push({ name: "children", type: t.array(tree) });
    expect(t.holdsNumbers(tree)).toBe(false);
    expect(t.holdsNumbers(t.array(t.number, "Uint8Array"))).toBe(false);
    expect(t.holdsNumbers(t.optional(t.array(t.tuple(t.string, t.number))))).toBe(true);
  });
});
