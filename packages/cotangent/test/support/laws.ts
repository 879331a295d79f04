/** What the laws of derivatives on random programs compare with: `<w, J v> = <J^T w, v>`, and equality up to rounding. */
import { expect } from "vitest";
import type { AnyFunction } from "./engines.ts";
import { dot, numbersOf, withNumbers } from "./numbers.ts";

/** What two ways of adding the same terms may differ by, relative to the sizes of the terms. */
const ROUNDING = 1e-9;

function sizes(values: readonly number[]): number[] {
  return values.map(Math.abs);
}

/**
 * How often derivatives were compared, and how often forward mode alone was finite. Where a number overflows on the way
 * and the result does not depend on it, reverse mode multiplies an infinite partial by a zero cotangent: that is rare.
 */
export const tally = { points: 0, onlyForward: 0 };

/** The dot-product test, relative to the sizes of what is added. */
export function expectTransposed(
  { v, jv, w, wj }: Record<"v" | "jv" | "w" | "wj", readonly number[]>,
  what: string,
): void {
  const [isForwardFinite, isReverseFinite] = [jv.every(Number.isFinite), wj.every(Number.isFinite)];
  tally.points++;
  if (isForwardFinite && !isReverseFinite) tally.onlyForward++;
  if (!isForwardFinite || !isReverseFinite) return;
  const scale = dot(sizes(w), sizes(jv)) + dot(sizes(wj), sizes(v)) + 1e-6;
  const [left, right] = [dot(w, jv), dot(wj, v)];
  if (!(Math.abs(left - right) <= ROUNDING * scale)) expect.fail(`${what}: <w, Jv> = ${left}, <J'w, v> = ${right}`);
}

/** The same numbers up to rounding, relative to the largest. */
export function expectClose(found: readonly number[], expected: readonly number[], what: string): void {
  expect(found.length, `${what}: how many numbers`).toBe(expected.length);
  if (![...found, ...expected].every(Number.isFinite)) return;
  const scale = Math.max(1e-6, ...sizes(expected));
  const close = found.every((x, i) => Math.abs(x - (expected[i] as number)) <= ROUNDING * scale);
  if (!close) expect.fail(`${what}: ${found.join(", ")} instead of ${expected.join(", ")}`);
}

/** The same structure, and the same numbers up to rounding. */
export function expectSame(found: unknown, expected: unknown, what: string): void {
  expectClose(numbersOf(found), numbersOf(expected), what);
  const bare = (value: unknown): unknown =>
    withNumbers(
      value,
      numbersOf(value).map(() => 0),
    );
  expect(bare(found), `${what}: structure`).toEqual(bare(expected));
}

/** Does `f` write past the end of an array among its arguments, so that holes come about? */
function makesHoles(f: AnyFunction, args: unknown[]): boolean {
  let holes = false;
  const watch = (target: unknown[]): unknown[] =>
    new Proxy(target, {
      set(array, name, value) {
        holes ||= Number(name) > array.length;
        return Reflect.set(array, name, value);
      },
    });
  f(...args.map((arg) => (Array.isArray(arg) ? watch(arg) : arg)));
  return holes;
}

/** What a program gives at a point, or undefined if it throws, makes holes in arrays, or gives what is not finite. */
export function plainly(f: AnyFunction, make: () => unknown[]): { value: unknown; argsAfter: unknown[] } | undefined {
  const argsAfter = make();
  try {
    const value = structuredClone(f(...argsAfter));
    const tame = [...numbersOf(value), ...numbersOf(argsAfter)].every(Number.isFinite);
    return tame && !makesHoles(f, make()) ? { value, argsAfter } : undefined;
  } catch {
    return undefined;
  }
}
