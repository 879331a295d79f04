/** Where generated code need not ask whether a shadow has the element that its array has. */
import { expect, test } from "vitest";
import { openProgram } from "../api/compile.ts";

const source = `
export function sum(xs: number[]): number {
  let s = 0;
  for (let i = 0; i < xs.length; i++) s += xs[i]! * Math.sin(xs[i]!);
  return s;
}
export function copied(xs: number[]): number {
  return [...xs, 1].reduce((a, b) => a + b * b, 0);
}
export function grown(xs: number[]): number {
  xs.push(xs[0]! * 2);
  let s = 0;
  for (let i = 0; i < xs.length; i++) s += xs[i]! * xs[i]!;
  return s;
}
export function upTo(xs: number[], n: number): number {
  let s = 0;
  for (let i = 0; i < n; i++) s += xs[i]! * xs[i]!;
  return s;
}
export function nested(xs: number[], n: number): number {
  return n <= 0 ? sum(xs) : nested(xs, n - 1) * xs[0]!;
}
`;
const program = openProgram({ sources: { "/lengths.ts": source } });
const gradient = (name: string): string =>
  program.derive(`/lengths.ts#${name}`, { operator: "grad", argnums: [0], mode: "reverse" }).text;
/** Additions to an element that are made only where there is one. */
const asks = /if \(\w+(?:\[\w+\] !== undefined| < \w+\.length)\) \w+\[\w+\] \+=/;

test("a shadow made for the call is as long as its array", () => {
  expect(gradient("sum")).not.toMatch(asks);
  expect(gradient("copied")).not.toMatch(asks);
});

test("but not where the array has grown, the index may be past its end, or there are other callers", () => {
  for (const name of ["grown", "upTo", "nested"]) expect(gradient(name), name).toMatch(asks);
});
