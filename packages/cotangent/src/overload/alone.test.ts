/** Functions that run on values alone: by methods, which numbers have none of, or because they are not to be checked. */
import { describe, expect, test } from "vitest";
import { grad, hessian, jacobian, jvp, taylor, valueAndGrad, vjp } from "../api/verbs.ts";
import { CotangentError } from "../core/errors.ts";
import { add, gt, log, makeOverload, mul, overload, sin, type Value } from "./index.ts";

const unchecked = makeOverload({ check: false });

test("without the check derivatives are the same, of one run", () => {
  let runs = 0;
  const f = (x: number, y: number): number => {
    runs++;
    return gt(x, 1) ? add(log(x), mul(x, sin(y))) : mul(x, x);
  };
  const argnums = [0, 1] as const;
  for (const [x, y] of [
    [2, 5],
    [0.5, 3],
  ] as const) {
    const expected = valueAndGrad(f, { argnums, engine: overload })(x, y);
    runs = 0;
    expect(valueAndGrad(f, { argnums, engine: unchecked })(x, y)).toEqual(expected);
    expect(runs).toBe(1);
    const [value, pullback] = vjp(f, { engine: unchecked })(x, y);
    expect([value, pullback(1)]).toEqual(expected);
    const second = hessian(f, { argnums, engine: overload })(x, y);
    expect(hessian(f, { argnums, engine: unchecked })(x, y)).toEqual(second);
    const first = jacobian(f, { argnums, engine: overload })(x, y);
    expect(jacobian(f, { argnums, engine: unchecked })(x, y)).toEqual(first);
    expect(jvp(f, { engine: unchecked })([x, y], [1, 2])).toEqual(jvp(f, { engine: overload })([x, y], [1, 2]));
    const options = { order: 3, argnums: 0 };
    expect(taylor(f, { ...options, engine: unchecked })(x, y)).toEqual(
      taylor(f, { ...options, engine: overload })(x, y),
    );
  }
});

test("what the check is for", () => {
  const f = (x: number): number => ((x as unknown) === 2 ? mul(x, 3) : mul(x, x));
  expect(() => grad(f, { engine: overload })(2)).toThrow(expect.objectContaining({ code: "overload-differs" }));
  // The way that values take: a promise of the caller, not kept.
  expect(grad(f, { engine: unchecked })(2)).toBe(4);
  expect(() => grad((x: number) => x * x, { engine: unchecked })(2)).toThrow(CotangentError);
});

interface Link {
  at: number;
  next: Link | null;
}
interface Arguments {
  list: number[];
  other: number[];
  floats: Float64Array;
  link: Link;
}

describe("arguments end as after a plain call, object for object", () => {
  const make = (): Arguments => ({
    list: [1, 2],
    other: [3],
    floats: Float64Array.of(4, 5),
    link: { at: 6, next: null },
  });
  /** Changes what there is, puts other things in its place, and leaves what it does not name. */
  const change = (a: Arguments, times: (x: number, y: number) => number): Arguments => {
    a.list.push(times(a.list[0]!, 2));
    a.floats[1] = times(a.floats[0]!, a.floats[1]!);
    a.link.next = { at: times(a.link.at, 7), next: a.link };
    [a.list, a.other] = [a.other, a.list];
    return a;
  };
  const expected = make();
  change(expected, (x, y) => x * y);
  const byMethods = (x: number, y: number): number => (x as unknown as Value).mul(y) as unknown as number;

  test.each([
    ["by methods", overload, byMethods],
    ["unchecked", unchecked, mul as (x: number, y: number) => number],
  ] as const)("%s", (_, engine, times) => {
    const a = make();
    const { list, other, floats, link } = a;
    const [value] = jvp((of: Arguments) => change(of, times), { engine })([a], [make()] as never);
    expect(value).toBe(a);
    expect(a).toEqual(expected);
    expect([a.list, a.other, a.floats, a.link]).toEqual([other, list, floats, link]);
    expect([a.list === other, a.other === list, a.floats === floats, a.link === link]).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(a.link.next?.next).toBe(link);
  });

  test("what is frozen and not written stays", () => {
    const frozen = Object.freeze([1, 2, 3]) as number[];
    const f = (x: number[]): number => mul(x[0]!, x[1]!);
    expect(grad(f, { engine: unchecked })(frozen)).toEqual([2, 1, 0]);
  });
});
