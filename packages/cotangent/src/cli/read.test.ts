import { expect, test } from "vitest";
import { array, boolean, number, optional, record, string, tuple, unit } from "../ir/type.ts";
import type { Type } from "../ir/types.ts";
import { UsageError } from "./output.ts";
import { readArgnums, readArguments, readValue } from "./read.ts";

const point = record({
  name: "Point",
  isTuple: false,
  fields: [
    { name: "x", type: number },
    { name: "label", type: optional(string) },
    { name: "parent", type: optional(array(number), "null") },
  ],
});

test("argnums: a number is bare, everything else a list", () => {
  expect(readArgnums("0")).toBe(0);
  expect(readArgnums("0,1")).toEqual([0, 1]);
  expect(readArgnums("[2]")).toEqual([2]);
  expect(() => readArgnums("x")).toThrow(UsageError);
  expect(() => readArgnums("-1")).toThrow(UsageError);
});

test("values are read by their type", () => {
  expect(readValue("NaN", number, "x")).toBeNaN();
  expect(readValue(["-Infinity", 1], array(number, "Float64Array"), "x")).toEqual(new Float64Array([-Infinity, 1]));
  expect(readValue([1, true], tuple(number, boolean), "x")).toEqual([1, true]);
  expect(readValue(null, optional(number), "x")).toBeUndefined();
  expect(readValue(null, optional(number, "null"), "x")).toBeNull();
  expect(readValue(null, unit, "x")).toBeUndefined();
  expect(readValue({ x: 1, parent: null }, point, "p")).toEqual({ x: 1, parent: null });
});

test("what does not fit is named by its place", () => {
  expect(() => readValue([[1], ["a"]], array(array(number)), "--at[0]")).toThrow(
    '--at[0][1][0] must be a number, not "a"',
  );
  expect(() => readValue({ x: 1, parent: null, z: 2 }, point, "p")).toThrow("p has no field z");
  expect(() => readValue({ x: 1 }, point, "p")).not.toThrow(/label/);
});

test("trailing optional arguments may be missing", () => {
  expect(readArguments([1], { types: [number, optional(number)] }, "--at")).toEqual([1]);
  expect(() => readArguments([], { types: [number, optional(number)] }, "--at")).toThrow("1 to 2");
  expect(() => readArguments([1, 2, 3], { types: [number, number] }, "--at")).toThrow("(2), not 3");
});

test("maps are lists of pairs, sets are lists, indexed objects are objects", () => {
  const table = (outside: "map" | "set" | "dictionary", key: Type): Type =>
    record({
      name: "",
      isTuple: false,
      outside,
      fields: [
        { name: "keys", type: array(key) },
        { name: "values", type: array(number) },
      ],
    });
  expect(readValue([["a", 1]], table("map", string), "m")).toEqual(new Map([["a", 1]]));
  expect(readValue([[2, "NaN"]], table("map", number), "m")).toEqual(new Map([[2, Number.NaN]]));
  expect(readValue(["a", "b"], table("set", string), "s")).toEqual(new Set(["a", "b"]));
  expect(readValue({ a: 1 }, table("dictionary", string), "o")).toEqual({ a: 1 });
  expect(() => readValue({ a: 1 }, table("map", string), "m")).toThrow("m must be a list of pairs [key, value]");
  expect(() => readValue({ a: "x" }, table("dictionary", string), "o")).toThrow('o["a"] must be a number');
});
