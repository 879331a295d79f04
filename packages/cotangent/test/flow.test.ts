/**
 * What was not taken contributes nothing, also where the derivative of what was computed for it is infinite: reverse mode
 * gives what forward mode does. Where a cotangent is 0 since a factor is, the derivative is not known to be 0, and is NaN.
 */
import { expect, test } from "vitest";
import type { OperatorRequest } from "../src/api/operators.ts";
import { strategies } from "../src/core/request.ts";
import { engines, lowerFunction, openFiles } from "./support/engines.ts";
import { numbersOf } from "./support/numbers.ts";

const file = "/flow/program.ts";
const text = `
export function beforeBranch(x: number): number { const s = Math.sqrt(x); return x > 0 ? s : 2 * x; }
export function clamped(x: number): number { return Math.max(1, Math.sqrt(x)) + Math.min(3, 1 / x); }
export function capped(x: number): number { return Math.min(1, Math.exp(1000 * x)); }
export function early(x: number, y: number): number {
  const r = Math.sqrt(x * x + y * y);
  if (r < 1e-9) return x + 2 * y;
  return 1 / r;
}
export function through(x: number): number {
  const s = Math.log(x) + 1;
  const t = 3 * s - x;
  return Math.max(2, Math.max(t, 1) * 2, t);
}
export function bothNot(x: number, y: number): number {
  const s = Math.sqrt(x);
  let sum = y;
  if (x > 0) sum += s;
  if (y > 10) sum += 2 * s;
  return sum + Math.min(y, s + 5);
}
export function oneOfTwo(x: number, y: number): number {
  const s = Math.sqrt(x + 1);
  let sum = y;
  if (x > 0) sum += s;
  if (y < 10) sum += 2 * s;
  return sum;
}
export function distances(p: number[][]): number {
  let sum = 0;
  for (let i = 0; i < p.length; i++)
    for (let j = 0; j < p.length; j++) {
      const d = Math.sqrt((p[i]![0]! - p[j]![0]!) ** 2 + (p[i]![1]! - p[j]![1]!) ** 2);
      if (i !== j) sum += (d - 1) ** 2 + 1 / d;
      sum += Math.log(Math.max(0.5, d));
    }
  return sum;
}
export function farthest(p: number[]): number {
  let far = -1;
  for (let i = 0; i < p.length; i++) {
    const d = Math.sqrt((p[i]! - p[0]!) ** 2);
    if (d > far) far = d;
  }
  return far;
}
export function greatest(p: number[]): number {
  let most = 0;
  for (const x of p) most = Math.max(Math.sqrt(x), most);
  return most;
}
export function masked(x: number, m: boolean[]): number {
  const s = Math.sqrt(x);
  let sum = x;
  for (const isTaken of m) if (isTaken) sum += s;
  return sum;
}
export function squared(x: number): number { const s = Math.sqrt(x); return s * s; }
export function byRadius(x: number): number { return Math.hypot(Math.sqrt(x), 0) ** 2; }
export function byAngle(x: number): number { return Math.atan2(Math.sqrt(x), Math.sqrt(x)) + Math.hypot(Math.sqrt(x), Math.sqrt(x)) ** 2; }
export function bothBranches(x: number, y: number): number {
  const s = Math.sqrt(x);
  let sum = y;
  if (y > 1) sum += s;
  else sum -= s;
  return sum * y;
}
export function takenZero(x: number): number { const s = Math.sqrt(x); return x >= 0 ? s * s : x; }
`;
const source = openFiles([file], new Map([[file, text]]));

const cases: readonly (readonly [name: string, args: readonly unknown[], expected: readonly number[]])[] = [
  ["beforeBranch", [0], [2]],
  ["beforeBranch", [4], [0.25]],
  ["clamped", [0], [0]],
  ["capped", [1], [0]],
  ["early", [0, 0], [1, 2]],
  ["through", [0], [0]],
  ["bothNot", [0, 2], [0, 2]],
  ["oneOfTwo", [0, 2], [1, 1]],
  ["bothBranches", [1, 3], [1.5, 7]],
  ["bothBranches", [4, 0.5], [-0.125, -1]],
  ["farthest", [[1, 3, 2]], [-1, 1, 0]],
  ["greatest", [[0, 4, 1]], [0, 0.25, 0]],
  ["masked", [0, []], [1]],
  ["masked", [0, [false, false]], [1]],
  ["masked", [0, [false, true]], [Number.POSITIVE_INFINITY]],
];

const all = engines.map((engine) => [engine.name, engine] as const);

test.each(all)("%s", async (_, engine) => {
  const derive = async (name: string, argnums: readonly number[], request: Partial<OperatorRequest>) =>
    engine.derive(lowerFunction(source, file, name), { operator: "grad", argnums, ...request });
  const reverse = strategies.map((strategy) => ({ mode: "reverse", strategy }) as const);
  for (const [name, args, expected] of cases)
    for (const request of [{ mode: "forward" } as const, ...reverse]) {
      const argnums = [...args.keys()].filter((i) => name !== "masked" || i === 0);
      const grad = await derive(name, argnums, request);
      expect(numbersOf(grad(...args)), `${name} at ${args}, ${JSON.stringify(request)}`).toEqual(expected);
    }
  const points = [
    [0, 0],
    [1, 2],
    [0.25, 0],
  ];
  const forward = numbersOf((await derive("distances", [0], { mode: "forward" }))(points));
  expect(forward.every(Number.isFinite)).toBe(true);
  for (const request of reverse) {
    const found = numbersOf((await derive("distances", [0], request))(points));
    found.forEach((x, i) => {
      expect(x).toBeCloseTo(forward[i] as number, 10);
    });
    for (const name of ["squared", "takenZero", "byRadius", "byAngle"])
      expect(numbersOf((await derive(name, [0], request))(0)), name).toEqual([Number.NaN]);
  }
});
