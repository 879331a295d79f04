import { describe, expect, test } from "vitest";
import { CotangentError } from "../core/errors.ts";
import { typeKey } from "../ir/type.ts";
import { checkFor, copyOf, memoryOf, typeOfValue } from "./value-types.ts";

function keyOf(value: unknown): string {
  const type = typeOfValue(value, "x");
  return type === undefined || type === null ? String(type) : typeKey(type);
}

describe("types of values", () => {
  test.each([
    [1, "number"],
    [true, "boolean"],
    ["a", "string"],
    [undefined, "undefined"],
    [null, "null"],
    [[1, 2], "[number]"],
    [[], "[number]"],
    [[[1], []], "[[number]]"],
    [[[], [[1]]], "[[[number]]]"],
    [[[], [{ a: 1 }]], "[[{a:number}]]"],
    [
      [
        { w: [], b: 1 },
        { w: [[1]], b: 2 },
      ],
      "[{w:[[number]],b:number}]",
    ],
    [[1, "a"], "#(0:number,1:string)"],
    [
      [
        [1, "a"],
        [2, "b"],
      ],
      "[#(0:number,1:string)]",
    ],
    [[{ a: 1 }, { a: 1, b: 2 }], "#(0:{a:number},1:{a:number,b:number})"],
    [[1, undefined], "[number|undefined]"],
    [[null, { a: 1 }], "[{a:number}|null]"],
    [new Float64Array(2), "Float64Array"],
    [[new Int32Array(1)], "[Int32Array]"],
    [{ b: 1, a: [true] }, "{b:number,a:[boolean]}"],
    [Object.create(null), "{}"],
  ])("%j", (value, key) => expect(keyOf(value)).toBe(key));

  const cyclic: { own?: unknown } = {};
  cyclic.own = cyclic;
  test.each([
    ["a bigint", 1n],
    ["a function", { f: () => 1 }],
    ["an instance", new Map()],
    ["an instance of a class of arrays", new (class Vector extends Array<number> {})()],
    ["a view of a kind of its own", Buffer.from("a")],
    ["a hole", Object.assign([1, 2], { length: 3 })],
    ["nothing else", [undefined]],
    [
      "a getter",
      {
        get a() {
          return 1;
        },
      },
    ],
    ["itself", cyclic],
  ])("%s is refused", (_, value) => expect(() => typeOfValue(value, "x")).toThrow(CotangentError));
});

describe("a check accepts what has the type, and nothing else", () => {
  const values: readonly unknown[] = [
    1,
    "a",
    true,
    [1, 2],
    [[1], [2, 3]],
    [1, "a"],
    new Float64Array(1),
    new Float32Array(1),
    { a: 1 },
    { a: 1, b: 2 },
    { b: 2, a: 1 },
    { a: [1] },
    [{ a: 1 }],
  ];
  test.each(values.map((v, i) => [i, v] as const))("%i", (i, value) => {
    const check = checkFor(typeOfValue(value, "x"));
    expect(values.map((v) => check(v))).toEqual(values.map((v, j) => i === j || keyOf(v) === keyOf(value)));
  });
  test("an empty array is an array of anything", () => {
    expect(checkFor(typeOfValue([{ a: 1 }], "x"))([])).toBe(true);
    expect(checkFor(typeOfValue([1], "x"))([])).toBe(true);
  });
  test("what may be missing may all be there", () => {
    const check = checkFor(typeOfValue([1, undefined], "x"));
    expect([check([1, 2]), check([undefined]), check([1, null])]).toEqual([true, true, false]);
  });
  test("what is undefined is not null", () => {
    expect([checkFor(undefined)(undefined), checkFor(undefined)(null), checkFor(null)(null)]).toEqual([
      true,
      false,
      true,
    ]);
  });
});

test("copies share what the original shares, and nothing with it", () => {
  const row = new Float64Array([1]);
  const value = { a: row, b: [row, { c: 1 }] };
  const copy = copyOf(value) as typeof value;
  expect(copy).toEqual(value);
  expect(copy.a).toBe(copy.b[0]);
  expect(copy.a).not.toBe(row);
});

test("memory is that of buffers, however they are seen", () => {
  const buffer = new ArrayBuffer(16);
  const seen = memoryOf([new Float64Array(buffer, 8)]);
  expect(seen.has(buffer)).toBe(true);
});
