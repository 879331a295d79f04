/** How tangents are laid out for one direction and for several. */
import { expect, test } from "vitest";
import { array, boolean, number, optional, record, string, tape, typeKey, unit } from "../ir/type.ts";
import type { RecordDecl, RecordField, Type } from "../ir/types.ts";
import { tangentFieldsOf, tangentType, tangentTypes } from "./tangent-types.ts";

/** The fields of a type of record, with their types. */
const fields = (type: Type): readonly string[] =>
  type.kind === "record" ? type.decl.fields.map((f) => `${f.name}: ${typeKey(f.type)}`) : [];
const point = (name = "Point"): RecordDecl => ({
  name,
  isTuple: false,
  fields: [
    { name: "x", type: number },
    { name: "maybe", type: optional(number) },
    { name: "name", type: string },
    { name: "row", type: array(number) },
  ],
});

test("one direction has the shape of a shadow", () => {
  const tangent = tangentType(record(point()), 1);
  expect(fields(tangent)).toEqual(["x: number", "maybe: number", "name: undefined", "row: [number]"]);
  expect(tangent.kind === "record" && tangent.decl.name).toBe("PointBar");
  expect(tangentFieldsOf(record(point()), "row", 1)).toEqual(["row"]);
});

test("several directions stand beside one another", () => {
  const type = record(point());
  const tangent = tangentType(type, 2);
  expect(fields(tangent)).toEqual([
    "x0: number",
    "x1: number",
    "maybe0: number",
    "maybe1: number",
    "name: undefined",
    "row: [number]",
  ]);
  expect(tangent.kind === "record" && tangent.decl.name).toBe("PointBar2");
  // Known by its name where that is so, and made once.
  expect(tangentType(type, 2)).toBe(tangent);
  expect(tangentType(type, 3)).not.toBe(tangent);
  expect(tangentType(record(point()), 2)).not.toBe(tangent);
  expect(tangentFieldsOf(type, "maybe", 2)).toEqual(["maybe0", "maybe1"]);
  expect(() => tangentFieldsOf(type, "none", 2)).toThrow("no field none");
  expect(() => tangentFieldsOf(number, "x", 2)).toThrow("no field x");
});

test("a record without a name, one that is the same by its name, and a tuple", () => {
  const bare = tangentType(record(point("")), 2);
  expect(bare.kind === "record" && [bare.decl.name, bare.decl.nominal]).toEqual(["", undefined]);
  const named = tangentType(record({ ...point(), nominal: "p" }), 2);
  expect(named.kind === "record" && named.decl.nominal).toBe("p#Bar2");
  const pair = record({ name: "", isTuple: true, fields: point().fields.map((f, i) => ({ ...f, name: String(i) })) });
  expect(fields(tangentType(pair, 2))).toEqual([
    "0: number",
    "1: number",
    "2: number",
    "3: number",
    "4: undefined",
    "5: [number]",
  ]);
});

test("a record that leads back to itself", () => {
  const own: RecordField[] = [{ name: "value", type: number }];
  const list = record({ name: "List", isTuple: false, nominal: "List", fields: own });
  own.push({ name: "next", type: optional(list, "null") });
  const tangent = tangentType(list, 2);
  const next = tangent.kind === "record" ? tangent.decl.fields.at(-1)?.type : undefined;
  expect(next).toEqual({ kind: "optional", of: tangent, absent: "null" });
});

test.each([
  [number, "number"],
  [boolean, "undefined"],
  [optional(number), "number"],
  [optional(array(number), "null"), "[number]|null"],
  [array(number, "Float32Array"), "Float64Array"],
  [array(number, "Int32Array"), "undefined"],
  [array(array(boolean)), "[[undefined]]"],
  [tape(number), "tape<number>"],
  [unit, "undefined"],
] as const)("%j in two directions", (type, expected) => {
  expect(typeKey(tangentType(type, 2)).replaceAll(" ", "")).toBe(expected);
});

test("how many values the tangents of one are", () => {
  expect([number, array(number), boolean].map((type) => tangentTypes(type, 2).length)).toEqual([2, 1, 0]);
});
