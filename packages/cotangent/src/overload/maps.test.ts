/** Maps and sets in what overloaded functions take and give, against what is known of the functions. */

import { describe, expect, test } from "vitest";
import { codeOf } from "../../test/support/refusals.ts";
import { grad, hessian, jacobian, jvp, linearize, valueAndGrad, vjp } from "../api/verbs.ts";
import { numerical } from "../numerical/index.ts";
import { add, mul, overload, type Real, sin } from "./index.ts";

const engine = overload;

type Prices = Map<string, number>;
/** The sum of squares, by what is in the map. */
const squares = (m: Prices): number => [...m.values()].reduce((sum, x) => add(sum, mul(x, x)), 0);

describe("arguments", () => {
  test("the gradient of a map has its keys, in their order", () => {
    const prices = new Map([
      ["tea", 3],
      ["salt", 0.5],
    ]);
    for (const mode of ["forward", "reverse"] as const) {
      const gradient = grad(squares, { engine, mode })(prices);
      expect([...gradient]).toEqual([
        ["tea", 6],
        ["salt", 1],
      ]);
    }
    expect([...prices.values()]).toEqual([3, 0.5]);
  });

  test("what the function does to a map is done to it, and its derivative is by what came in", () => {
    const raise = (m: Prices, x: number): number => {
      m.set("a", mul(m.get("a") ?? 0, x));
      m.delete("b");
      m.set("c", x);
      return mul(m.get("a") ?? 0, m.get("c") ?? 0);
    };
    const m = new Map([
      ["b", 9],
      ["a", 2],
    ]);
    const [value, [byMap, byX]] = valueAndGrad(raise, { engine, argnums: [0, 1] })(m, 3);
    expect([value, byX]).toEqual([18, 12]);
    expect([...byMap]).toEqual([
      ["b", 0],
      ["a", 9],
    ]);
    expect([...m]).toEqual([
      ["a", 6],
      ["c", 3],
    ]);
  });

  test("sets are copies, and end as after a plain call", () => {
    const seen = new Set(["x"]);
    const f = (of: Set<string>, x: number): number => {
      of.add("y");
      return mul(x, of.size);
    };
    expect(grad(f, { engine, argnums: [0, 1] })(seen, 5)).toEqual([null, 2]);
    expect([...seen]).toEqual(["x", "y"]);
  });

  test("one map in two places is one in the call, and has a derivative in each", () => {
    const f = ({ a, b }: { a: Prices; b: Prices }): number => mul(a.get("k") ?? 0, b.get("k") ?? 0);
    const m = new Map([["k", 3]]);
    const { a, b } = grad(f, { engine })({ a: m, b: m });
    expect([a.get("k"), b.get("k")]).toEqual([3, 3]);
  });

  test("what has no copy is refused", () => {
    class Named extends Map<string, number> {}
    const key = {};
    expect(codeOf(() => grad(squares, { engine })(new Named([["a", 1]])))).toBe("not-taken");
    expect(
      codeOf(() => grad((m: Map<object, number>) => mul(m.get(key) ?? 0, 2), { engine })(new Map([[key, 1]]))),
    ).toBe("not-taken");
    expect(codeOf(() => grad((x: number) => new Map([[x, x]]).size * 1, { engine })(1))).toBe("none");
  });
});

describe("results", () => {
  const table = (m: Prices, x: number): Map<string, Real> => new Map([...m].map(([key, p]) => [key, mul(p, sin(x))]));

  test("tangents and cotangents are maps with the keys of the value", () => {
    const m = new Map([
      ["a", 2],
      ["b", 3],
    ]);
    const [, tangent] = jvp(table as (m: Prices, x: number) => Prices, { engine })([m, 0], [new Map([...m]), 1]);
    expect([...tangent]).toEqual([
      ["a", 2],
      ["b", 3],
    ]);
    const [, pushforward] = linearize(table as (m: Prices, x: number) => Prices, { engine })(m, 0);
    expect(pushforward([new Map([...m]), 1])).toEqual(tangent);
    const [, pullback] = vjp(table as (m: Prices, x: number) => Prices, { engine })(m, 0);
    expect(pullback(new Map([...m]))).toEqual([new Map([...m].map(([key]) => [key, 0])), 13]);
  });

  test("a tangent of other keys is refused", () => {
    const m = new Map([["a", 2]]);
    const run = (of: Prices) => () => jvp(squares, { engine })([m], [of]);
    for (const other of [new Map(), new Map([["b", 1]]), new Map([...m, ["b", 1]])])
      expect(run(other as Prices)).toThrow(/other keys/);
  });
});

test("Jacobians and Hessians by maps have a map at each number, by overloading as by differences", () => {
  const m = new Map([
    ["a", 2],
    ["b", 3],
  ]);
  const pair = (of: Prices): number[] => [mul(of.get("a") ?? 0, of.get("b") ?? 0), sin(of.get("a") ?? 0)];
  const rows = jacobian(pair, { engine })(m) as unknown as Prices[];
  expect(rows.map((row) => [...row.keys()])).toEqual([
    ["a", "b"],
    ["a", "b"],
  ]);
  expect(rows.map((row) => [...row.values()])).toEqual([
    [3, 2],
    [expect.closeTo(Math.cos(2), 13), 0],
  ]);
  const product = (of: Map<string, number>): number => (of.get("a") ?? 0) * (of.get("b") ?? 0);
  const byDifferences = grad(product, { engine: numerical })(m);
  expect([...byDifferences.keys()]).toEqual(["a", "b"]);
  expect(byDifferences.get("a")).toBeCloseTo(3, 9);
  const second = hessian((of: Prices) => mul(of.get("a") ?? 0, of.get("b") ?? 0), { engine })(m) as unknown as Map<
    string,
    Prices
  >;
  expect([...second].map(([key, row]) => [key, ...row.values()])).toEqual([
    ["a", 0, 1],
    ["b", 1, 0],
  ]);
});
