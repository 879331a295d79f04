import { expect, test } from "vitest";
import { callInactive } from "./inactive.ts";

test("an inactive function gets copies and gives a copy", () => {
  const kept: number[][] = [];
  const rows = [[1, 2], [3]];
  const result = callInactive((x: number[][]) => {
    kept.push(...x);
    return x[0] as number[];
  }, rows);
  expect(result).toEqual([1, 2]);
  expect(kept[0]).not.toBe(rows[0]);
  expect(result).not.toBe(kept[0]);
});

test("what it writes into an argument is seen, at any depth and through either name", () => {
  const shared = new Float64Array([1, 2]);
  const write = (at: { v: Float64Array }): number => {
    at.v[1] = 3;
    return 0;
  };
  expect(() => callInactive(write, { v: shared })).toThrow("write has written into an argument");
  const grow = (_: number[], y: number[]): number => y.push(1);
  const list = [1];
  expect(() => callInactive(grow, list, list)).toThrow("grow has written into");
  expect(() =>
    callInactive(
      (o: { a: number[] }) => {
        o.a = o.a.slice();
      },
      { a: [1] },
    ),
  ).toThrow("has written");
});

test("NaN stays NaN, and is no change", () => {
  expect(callInactive((x: number[]) => x[0], [Number.NaN])).toBeNaN();
});
