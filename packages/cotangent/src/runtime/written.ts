/**
 * What a function with a rule writes and gives, and what a gradient is written into. Derivatives of a rule are given place
 * by place, and a gradient has a result for each, so what is written or given must be reached in one way only; and what a
 * rule writes must be the same arrays and objects afterwards, with other contents. Looked at each time there is a call,
 * since who shares memory is known only then.
 */
import { RuntimeError } from "./error.ts";

/** Own to objects that stand for numbers (`core/scalar.ts`), which are in no place but by their value. */
const scalar = Symbol.for("cotangent.scalar");

/**
 * Throws `rule-overlaps` if one of the first `count` structures shares memory with another one, or holds an array or an
 * object in two of its places.
 */
export function checkApart(name: string, count: number, ...args: readonly unknown[]): void {
  if (sharedBy(count, args) === undefined) return;
  throw new RuntimeError(
    "rule-overlaps",
    `what ${name} writes or gives shares memory with another argument, or holds one array or object twice: its rule ` +
      "has the derivatives of each place on its own. Use a copy (`x.slice()`).",
  );
}

/** What gradients are written into, with the arguments that each was found to be apart from. */
const apart = new WeakMap<object, WeakSet<object>>();

/**
 * As `checkApart` of what a gradient is written into, the first `count` structures, and the arguments. A RangeError. Objects
 * are looked into when they are first given together: a loop that gives the same ones again does not pay for it again.
 */
export function checkOut(count: number, ...args: readonly unknown[]): void {
  const isObject = (arg: unknown): arg is object => typeof arg === "object" && arg !== null;
  const [objects, written] = [args.filter(isObject), args.slice(0, count).filter(isObject)];
  const isKnown = (out: object): boolean => {
    const others = apart.get(out);
    return (
      others !== undefined &&
      objects.every((object, i) => (object === out ? i === written.indexOf(out) : others.has(object)))
    );
  };
  if (written.every(isKnown)) return;
  const shared = sharedBy(count, args);
  if (shared === "argument") throw new RangeError("`out` must not overlap an argument");
  if (shared === "itself")
    throw new RangeError("`out` must not hold one array, object or memory in two places: each has a result of its own");
  for (const out of written) {
    const others = apart.get(out) ?? new WeakSet();
    apart.set(out, others);
    for (const object of objects) if (object !== out) others.add(object);
  }
}

/** With whom one of the first `count` structures shares memory; undefined if all of it is in one place. */
function sharedBy(count: number, args: readonly unknown[]): "argument" | "itself" | undefined {
  const written = new Set<object>();
  const views: ArrayBufferView[] = [];
  const met = new Set<object>();
  for (const [i, arg] of args.entries()) {
    const isWritten = i < count;
    const pending = [arg];
    while (pending.length > 0) {
      const value = pending.pop();
      if (typeof value !== "object" || value === null || scalar in value || met.has(value)) continue;
      const isShared = written.has(value) || (ArrayBuffer.isView(value) && views.some((v) => doOverlap(v, value)));
      if (isShared) return isWritten ? "itself" : "argument";
      (isWritten ? written : met).add(value);
      if (ArrayBuffer.isView(value)) {
        if (isWritten) views.push(value);
      } else {
        for (const part of partsOf(value)) if (typeof part === "object") pending.push(part);
      }
    }
  }
  return undefined;
}

function partsOf(value: object): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value instanceof Map ? [...value.values()] : Object.values(value);
}

function doOverlap(a: ArrayBufferView, b: ArrayBufferView): boolean {
  if (a.buffer !== b.buffer) return false;
  return a.byteOffset < b.byteOffset + b.byteLength && b.byteOffset < a.byteOffset + a.byteLength;
}

/** Throws `RangeError` unless every array in `written` has the length that it has in `made`, the contents to be. */
export function checkLengths(name: string, written: unknown, made: unknown): void {
  if (typeof written !== "object" || written === null) return;
  const [from, to] = [written, made] as [Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>];
  if ("length" in from && from.length !== to.length)
    throw new RangeError(
      `${name} makes an array that it writes longer or shorter, from ${from.length} to ${to.length}`,
    );
  if (ArrayBuffer.isView(written)) return;
  for (const key of Object.keys(from)) checkLengths(name, from[key], to[key]);
}

/** Throws `TypeError` if what a function gives is not the argument that it has written. */
export function checkReturned(name: string, given: unknown, written: unknown): void {
  if (given !== written) throw new TypeError(`${name} must give nothing, or the argument that it writes`);
}
