/**
 * Derivative structures at run time, where no type says what a value holds. A derivative that has been computed is the
 * one sure witness of its structure, since a value may have fields that its type does not name, and something missing
 * may be a number or an object; so structures are made of derivatives: zeros, bases and Jacobians. They are walked as
 * trees, in one order: an object met twice is two places, as it is for the compiler.
 */

import { reportAtRunTime } from "../core/report-at-run-time.ts";
import { isScalar } from "../core/scalar.ts";
import { partAt, partsOf, setPart } from "../core/tree.ts";
import { RuntimeError } from "../runtime/error.ts";
import type { FloatArray } from "./types.ts";

function isFloatArray(value: unknown): value is FloatArray {
  return value instanceof Float64Array || value instanceof Float32Array;
}

/**
 * `structure` with what `number` gives in the place of every number, and what `floats` gives for every array of them;
 * what is missing or inactive stays. Reports a structure that leads back to itself.
 */
function rebuild(
  structure: unknown,
  number: () => unknown,
  floats: (array: FloatArray) => unknown,
  open: readonly unknown[] = [],
): unknown {
  if (isScalar(structure)) return number();
  if (typeof structure !== "object" || structure === null) return structure;
  if (isFloatArray(structure)) return floats(structure);
  if (open.includes(structure)) reportAtRunTime("not-taken", "the Jacobian of a structure that leads back to itself");
  const within = [...open, structure];
  const visit = (part: unknown): unknown => rebuild(part, number, floats, within);
  if (Array.isArray(structure)) return structure.map(visit);
  const made = structure instanceof Map ? new Map() : {};
  for (const [key, part] of partsOf(structure)) setPart(made, key, visit(part));
  return made;
}

/** A fresh tree of zeros with the structure of the derivative `structure`. Reports one that leads back to itself. */
export function zeroTree<T>(structure: T): T {
  const zeros = (array: FloatArray): unknown => array.map(() => 0);
  return rebuild(structure, () => 0, zeros) as T;
}

/** `structure` with the next number of `numbers` in the place of each of its own; float arrays keep their kind. */
export function withNumbers(structure: unknown, numbers: Iterator<number>): unknown {
  const next = (): number => numbers.next().value as number;
  return rebuild(structure, next, (array) => array.map(next));
}

/** `structure` with what `leaf` makes in the place of each number, in order; a float array becomes a list. */
export function mapNumbers(structure: unknown, leaf: () => unknown): unknown {
  return rebuild(structure, leaf, (array) => Array.from(array, leaf));
}

/**
 * Calls `visit` for every number of the part `key` of `owner`, with the object that holds it and the key it has there:
 * a place that can be written.
 */
export function eachPlace(owner: object, key: unknown, visit: (owner: object, key: unknown) => void): void {
  const part = partAt(owner, key);
  if (isScalar(part)) visit(owner, key);
  else if (typeof part === "object" && part !== null)
    for (const [inner] of partsOf(part)) eachPlace(part, inner, visit);
}

/** The numbers of a tree, in order. */
export function numbersOf(structure: unknown): number[] {
  const found: number[] = [];
  eachPlace({ structure }, "structure", (owner, key) => {
    found.push(partAt(owner, key) as number);
  });
  return found;
}

/** The numbers of `value` at the places of `structure`, in order; NaN for what is missing there. */
export function numbersAlong(structure: unknown, value: unknown): number[] {
  if (typeof structure === "number") return [typeof value === "number" ? value : Number.NaN];
  if (typeof structure !== "object" || structure === null) return [];
  return partsOf(structure).flatMap(([key, part]) => numbersAlong(part, partAt(value, key)));
}

/** How many numbers a derivative holds; infinite if it leads back to itself. */
export function countNumbers(structure: unknown, open: readonly unknown[] = []): number {
  if (isScalar(structure)) return 1;
  if (typeof structure !== "object" || structure === null) return 0;
  if (isFloatArray(structure)) return structure.length;
  if (open.includes(structure)) return Number.POSITIVE_INFINITY;
  const within = [...open, structure];
  return partsOf(structure).reduce((sum: number, [, part]) => sum + countNumbers(part, within), 0);
}

/** True if a value consists of numbers in arrays, so that it shows its own structure. */
export function isPlain(value: unknown): boolean {
  return isScalar(value) || isFloatArray(value) || (Array.isArray(value) && value.every(isPlain));
}

/**
 * True if nothing can be missing in a value that its derivative has: in an object a field may be, and one that is a
 * number has a derivative nevertheless.
 */
export function isComplete(value: unknown): boolean {
  if (typeof value !== "object" || value === null || isScalar(value)) return value !== undefined && value !== null;
  return ArrayBuffer.isView(value) || (Array.isArray(value) && value.every(isComplete));
}

/** Throws `structure-mismatch`: a tangent, or an `out`, has not the structure of the derivative. */
function mismatch(what: string): never {
  throw new RuntimeError("structure-mismatch", `two structures that should have the same shape differ: ${what}`);
}

function checkSameLength(left: object, right: object): void {
  const [m, n] = [(left as ArrayLike<unknown>).length, (right as ArrayLike<unknown>).length];
  if (m !== n) mismatch(`${m} elements and ${n}`);
}

function checkSameKeys(value: ReadonlyMap<unknown, unknown>, derivative: object): void {
  const isAlike =
    derivative instanceof Map &&
    derivative.size === value.size &&
    [...value.keys()].every((key) => derivative.has(key));
  if (!isAlike) mismatch("a tangent or cotangent has other keys than its value");
}

/**
 * Throws `structure-mismatch` unless `tangent` has a number for every number of `argument`, arrays of the same lengths and
 * maps with the same keys; of an object it may leave out fields.
 */
export function checkTangent(argument: unknown, tangent: unknown, met = new Set<unknown>()): void {
  if (isScalar(argument)) {
    if (!isScalar(tangent)) mismatch("a number is missing");
    return;
  }
  if (typeof argument !== "object" || argument === null || met.has(argument)) return;
  met.add(argument);
  const isArray = Array.isArray(argument) || isFloatArray(argument);
  if (ArrayBuffer.isView(argument) && !isArray) return;
  const parts = partsOf(argument);
  if (typeof tangent !== "object" || tangent === null) {
    if (countNumbers(argument) > 0) mismatch("one of them is missing");
    return;
  }
  if (isArray) checkSameLength(argument, tangent);
  if (argument instanceof Map) checkSameKeys(argument, tangent);
  for (const [key, part] of parts) {
    const change = partAt(tangent, key);
    // A field that may be missing, which values do not show, may be missing in a tangent too, and counts as 0 there.
    if (isArray || change !== undefined) checkTangent(part, change, met);
  }
}

/**
 * The inner product of a derivative and a tangent of the same structure. A pair of objects that is reached twice counts
 * once, since then two names for one array are moved as one. Throws `structure-mismatch`.
 */
export function innerProduct(derivative: unknown, tangent: unknown, met = new Map<object, Set<unknown>>()): number {
  if (typeof derivative === "number") {
    return typeof tangent === "number" ? derivative * tangent : mismatch("a number is missing");
  }
  if (typeof derivative !== "object" || derivative === null) return 0;
  if (typeof tangent !== "object" || tangent === null) return mismatch("one of them is missing");
  const partners = met.get(derivative) ?? new Set();
  if (partners.has(tangent)) return 0;
  met.set(derivative, partners.add(tangent));
  let sum = 0;
  if (isFloatArray(derivative) || Array.isArray(derivative)) {
    checkSameLength(derivative, tangent);
    const [d, t] = [derivative as ArrayLike<unknown>, tangent as ArrayLike<unknown>];
    for (let i = 0; i < d.length; i++) sum += innerProduct(d[i], t[i], met);
    return sum;
  }
  for (const [key, part] of partsOf(derivative)) sum += innerProduct(part, partAt(tangent, key), met);
  return sum;
}

/** Writes the numbers of `source` over those of `target`, which has its structure. Throws `structure-mismatch`. */
export function writeInto(target: unknown, source: object): void {
  if (typeof target !== "object" || target === null) return mismatch("one of them is missing");
  if (isFloatArray(source) || Array.isArray(source)) checkSameLength(target, source);
  if (isFloatArray(source)) {
    for (let i = 0; i < source.length; i++) (target as number[])[i] = source[i] as number;
    return;
  }
  if (source instanceof Map) checkSameKeys(source, target);
  for (const [key, part] of partsOf(source)) {
    if (isScalar(part)) setPart(target, key, part);
    else if (part !== null && part !== undefined) writeInto(partAt(target, key), part as object);
    else if ((partAt(target, key) ?? null) !== null) mismatch("one of them is missing");
  }
}

/**
 * A deep copy of `values` in which everything is shared that is shared in them: objects that are met twice, and memory
 * that several views look at.
 */
export function copyTogether<T>(values: T): T {
  const made = new Map<object, unknown>();
  const keep = <V>(of: object, copied: V): V => {
    made.set(of, copied);
    return copied;
  };
  const visit = (x: unknown): unknown => {
    if (typeof x !== "object" || x === null || isScalar(x)) return x;
    const known = made.get(x);
    if (known !== undefined) return known;
    if (ArrayBuffer.isView(x)) {
      const { buffer, byteOffset, length } = x as Float64Array;
      const memory = made.get(buffer) ?? keep(buffer, buffer.slice(0));
      const kind = x.constructor as new (memory: unknown, offset: number, length: number) => unknown;
      return keep(x, new kind(memory, byteOffset, length));
    }
    if (x instanceof Set) return keep(x, new Set(x));
    const empty = Array.isArray(x) ? [] : x instanceof Map ? new Map() : Object.create(Object.getPrototypeOf(x));
    const copied = keep(x, empty as object);
    for (const [key, part] of partsOf(x)) setPart(copied, key, visit(part));
    return copied;
  };
  return visit(values) as T;
}
