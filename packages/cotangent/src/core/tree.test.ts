import { expect, test } from "vitest";
import { copyArguments, displace, mirror, numbersOf } from "./tree.ts";

test("views of one buffer are views of one copy", () => {
  const whole = new Float64Array([1, 2, 3, 4]);
  const args = copyArguments([whole, whole.subarray(1, 3), [whole]]) as [Float64Array, Float64Array, [Float64Array]];
  args[1][0] = 9;
  expect([...args[0]]).toEqual([1, 9, 3, 4]);
  expect(args[2][0]).toBe(args[0]);
  expect([...whole]).toEqual([1, 2, 3, 4]);
});

test("a view moves along a tangent", () => {
  const whole = new Float64Array([1, 2, 3, 4]);
  const [moved] = displace([whole.subarray(2)], [[1, 10]], 0.5) as [Float64Array];
  expect([...moved]).toEqual([3.5, 9]);
});

test("numbers that are no properties are not passed over", () => {
  for (const held of [new Map([["a", 1]]), new Set([1])]) {
    const refused = expect.objectContaining({ code: "value-not-taken" }) as Error;
    expect(() => copyArguments([{ held }])).toThrow(refused);
    expect(() => mirror([held], () => 0)).toThrow(refused);
    expect(() => numbersOf({ held })).toThrow(refused);
  }
});
