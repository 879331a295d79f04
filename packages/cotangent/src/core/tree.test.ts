import { expect, test } from "vitest";
import { agree, copyApart, copyArguments, displace, mirror, numbersOf, propertiesOf } from "./tree.ts";

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

test("a map is walked by its keys", () => {
  const args = [
    {
      held: new Map([
        ["a", 1],
        ["b", 2],
      ]),
      names: new Set(["a"]),
    },
  ];
  const tangents = mirror(args, () => 10) as typeof args;
  expect(tangents).toEqual([
    {
      held: new Map([
        ["a", 10],
        ["b", 10],
      ]),
      names: null,
    },
  ]);
  const [moved] = displace(args, tangents, 0.5) as typeof args;
  expect(moved).toEqual({
    held: new Map([
      ["a", 6],
      ["b", 7],
    ]),
    names: new Set(["a"]),
  });
  expect(numbersOf(args)).toEqual([1, 2]);
  expect(agree(args, copyArguments(args), 0)).toBe(true);
  expect(agree(args, [moved], 0)).toBe(false);
  expect(copyApart([args[0]?.held, args[0]?.held])).toEqual([args[0]?.held, args[0]?.held]);
});

test("walks that know no maps do not pass over their numbers", () => {
  const refused = expect.objectContaining({ code: "value-not-taken" }) as Error;
  for (const held of [new Map([["a", 1]]), new Set([1])]) expect(() => propertiesOf(held)).toThrow(refused);
});
