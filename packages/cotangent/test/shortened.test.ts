/**
 * Arrays that get shorter. One that its own callback shortens: JavaScript passes over what is gone, where the compiled loop
 * would read past the end; refused when the program runs, and a program that shortens other arrays is not disturbed. One
 * that is the result: its shadow keeps the elements that were removed, and a cotangent must not reach them.
 */
import { describe, expect, test } from "vitest";
import { engines, lowerFunction, openFiles } from "./support/engines.ts";

const file = "/shortened/model.ts";
const text = `
export function own(xs: number[]): number {
  const a = [...xs];
  let s = 0;
  a.forEach((v, i) => {
    if (i === 0) a.pop();
    s += v * v;
  });
  return s;
}
export function other(xs: number[]): number {
  const rest = [...xs];
  let s = 0;
  xs.forEach((v) => {
    s += v * rest.pop()!;
  });
  return s;
}
export function cut(xs: number[]): number[] {
  const a = xs.map((v) => v * v);
  a.pop();
  return a;
}
`;
const source = openFiles([file], new Map([[file, text]]));

describe.each(engines.map((engine) => [engine.name, engine] as const))("%s", (_, engine) => {
  test("is refused while its method runs", async () => {
    const gradient = await engine.derive(lowerFunction(source, file, "own"), { operator: "grad" }, new Map());
    expect(() => gradient([1, 2, 3])).toThrow(/an array was shortened while its method forEach ran over it/);
    const another = await engine.derive(lowerFunction(source, file, "other"), { operator: "grad" }, new Map());
    expect(another([1, 2, 3])).toEqual([6, 4, 2]);
  });

  test("as a result takes cotangents of its own length only", async () => {
    const vjp = await engine.derive(lowerFunction(source, file, "cut"), { operator: "vjp" }, new Map());
    const [value, pullback] = vjp([1, 2, 3]) as [number[], (bar: number[]) => unknown];
    expect(value).toEqual([1, 4]);
    expect(pullback([1, 10])).toEqual([[2, 40, 0]]);
    expect(() => pullback([1, 10, 100])).toThrow(/should have the same shape differ: 2 numbers and 3/);
    expect(() => pullback([1])).toThrow(/should have the same shape differ: 2 numbers and 1/);
    expect(pullback([1, 10])).toEqual([[2, 40, 0]]);
  });
});
