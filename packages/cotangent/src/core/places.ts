/**
 * One structure beside another of the same shape: what a run on other scalars than numbers gave, a tangent, a cotangent,
 * read at the places where a value has its numbers. Typed arrays may be lists there.
 */

import { propertiesOf } from "./tree.ts";

/** What `run` holds at the places of the numbers of `value`, in their order. */
export function scalarsAlong(value: unknown, run: unknown): unknown[] {
  if (typeof value === "number") return [run];
  if (typeof value !== "object" || value === null || !holdsNumbers(value)) return [];
  return propertiesOf(value).flatMap(([key, part]) =>
    scalarsAlong(part, (run as Readonly<Record<string, unknown>>)[key]),
  );
}

/** False for arrays of integers, through which no derivative flows. */
function holdsNumbers(structure: object): boolean {
  return !ArrayBuffer.isView(structure) || structure instanceof Float64Array || structure instanceof Float32Array;
}

/** The numbers of `given`, a tangent or cotangent, at the places of the numbers of `value`; 0 where it has none. */
export function numbersAlong(value: unknown, given: unknown): number[] {
  if (typeof value === "number") return [typeof given === "number" ? given : 0];
  if (typeof value !== "object" || value === null || !holdsNumbers(value)) return [];
  const parts = (given ?? {}) as Readonly<Record<string, unknown>>;
  return propertiesOf(value).flatMap(([key, part]) => numbersAlong(part, parts[key]));
}

/** A tree with the structure of `value` and the next of `numbers` in the place of each of its own; null where it has none. */
export function withNumbers(value: unknown, numbers: Iterator<number>): unknown {
  if (typeof value === "number") return numbers.next().value as number;
  if (typeof value !== "object" || value === null) return null;
  if (value instanceof Float64Array || value instanceof Float32Array)
    return value.map(() => numbers.next().value as number);
  if (ArrayBuffer.isView(value)) return null;
  if (Array.isArray(value)) return value.map((part) => withNumbers(part, numbers));
  return Object.fromEntries(propertiesOf(value).map(([key, part]) => [key, withNumbers(part, numbers)]));
}

/** A tree with the structure of `value` and the next of `lists` in the place of each number; null where it has none. */
export function withLists(value: unknown, lists: Iterator<readonly number[]>): unknown {
  if (typeof value === "number") return lists.next().value;
  if (typeof value !== "object" || value === null) return null;
  if (value instanceof Float64Array || value instanceof Float32Array)
    return Array.from(value, () => lists.next().value as readonly number[]);
  if (ArrayBuffer.isView(value)) return null;
  if (Array.isArray(value)) return value.map((part) => withLists(part, lists));
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withLists(part, lists)]));
}

/** n!, by which a Taylor coefficient is a derivative. */
export function factorial(n: number): number {
  return n < 2 ? 1 : n * factorial(n - 1);
}

/** The numbers of what is zero. */
export function* zeros(): Generator<number, number> {
  while (true) yield 0;
}

/** Up to rounding, of which sums that cancel have much: relative to the largest of them. */
export function areClose(found: readonly number[], expected: readonly number[]): boolean {
  const scale = expected.reduce((most, x) => (Number.isFinite(x) ? Math.max(most, Math.abs(x)) : most), 0);
  return expected.every((x, i) => Object.is(found[i], x) || Math.abs((found[i] as number) - x) <= 1e-9 * scale);
}
