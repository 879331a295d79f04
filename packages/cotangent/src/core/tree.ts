/**
 * Values as points of a vector space: their numbers, in a fixed order, wherever they sit in arrays and objects.
 *
 * A derivative has the structure of the value that it belongs to, so all that is needed to test one is to walk two
 * structures of one shape together: `x + t v`, and the inner product `<w, y>`. An object met twice counts once.
 */
import { Later } from "../runtime/later.ts";
import { CotangentError, describe } from "./errors.ts";
import { isScalar } from "./scalar.ts";

type FloatArray = Float64Array | Float32Array;
type Fields = Record<string, unknown>;

function isFloatArray(value: unknown): value is FloatArray {
  return value instanceof Float64Array || value instanceof Float32Array;
}

/**
 * The properties of an object. Reports a map or a set, whose numbers are in none: for walks that know no maps, whose
 * derivatives would not have them.
 */
export function propertiesOf(x: object): [string, unknown][] {
  if (x instanceof Map || x instanceof Set)
    throw new CotangentError(
      describe("value-not-taken", `a ${x instanceof Map ? "map" : "set"}, whose numbers are no properties`),
    );
  return Object.entries(x);
}

/** The parts of an object by their names: of a map by its keys. What is in a set has no place, and no derivative. */
export function partsOf(x: object): [key: unknown, part: unknown][] {
  if (x instanceof Map) return [...(x as Map<unknown, unknown>)];
  return x instanceof Set ? [] : Object.entries(x);
}

/** The part of that name, of an object with others. */
export function partAt(x: unknown, key: unknown): unknown {
  return x instanceof Map ? x.get(key) : (x as Fields | null | undefined)?.[key as string];
}

export function setPart(x: object, key: unknown, part: unknown): void {
  if (x instanceof Map) x.set(key, part);
  else (x as Fields)[key as string] = part;
}

/**
 * The mirror of `value` with `fill(x)` for each number x and null for what holds no number. Float arrays keep their
 * kind; objects met twice are mirrored once.
 */
export function mirror(value: unknown, fill: (x: number, isSingle: boolean) => number): unknown {
  const made = new Map<object, unknown>();
  const visit = (x: unknown): unknown => {
    if (isScalar(x)) return fill(x as number, false);
    if (typeof x !== "object" || x === null) return null;
    const known = made.get(x);
    if (known !== undefined) return known;
    if (isFloatArray(x)) {
      const copied = x.map((e) => fill(e, x instanceof Float32Array)) as FloatArray;
      made.set(x, copied);
      return copied;
    }
    if (ArrayBuffer.isView(x)) return null;
    if (Array.isArray(x)) {
      const list: unknown[] = [];
      made.set(x, list);
      for (const element of x) list.push(visit(element));
      return list;
    }
    if (x instanceof Set) return null;
    const fields = x instanceof Map ? new Map() : {};
    made.set(x, fields);
    for (const [key, element] of partsOf(x)) setPart(fields, key, visit(element));
    return fields;
  };
  return visit(value);
}

/** Calls `visit` with each number of `left` and the number at its place in `right`; null and missing places are 0. */
export function eachPair(left: unknown, right: unknown, visit: (l: number, r: number) => void): void {
  const seen = new Map<object, Set<unknown>>();
  const walk = (l: unknown, r: unknown): void => {
    if (typeof l === "number" || typeof r === "number") {
      visit(typeof l === "number" ? l : 0, typeof r === "number" ? r : 0);
      return;
    }
    if (typeof l !== "object" || l === null || typeof r !== "object" || r === null) return;
    const partners = seen.get(l);
    if (partners?.has(r)) return;
    seen.set(l, (partners ?? new Set()).add(r));
    if (isFloatArray(l) || Array.isArray(l)) {
      for (let i = 0; i < l.length; i++) walk(l[i], (r as ArrayLike<unknown>)[i]);
      return;
    }
    if (ArrayBuffer.isView(l)) return;
    for (const [key, element] of partsOf(l)) walk(element, partAt(r, key));
  };
  walk(left, right);
}

/** The numbers of `value`, in the order in which `mirror` meets them. */
export function numbersOf(value: unknown): number[] {
  const found: number[] = [];
  eachPair(value, value, (x) => {
    found.push(x);
  });
  return found;
}

/** The inner product of two structures of one shape, and the sum of its terms' magnitudes. */
export function innerProduct(left: unknown, right: unknown): { product: number; magnitude: number } {
  let product = 0;
  let magnitude = 0;
  eachPair(left, right, (l, r) => {
    // A zero weight selects nothing, also not an infinite derivative.
    if (l === 0 || r === 0) return;
    product += l * r;
    magnitude += Math.abs(l * r);
  });
  return { product, magnitude };
}

type View = FloatArray | Uint8Array;

/** The same view of a copy of its buffer; views of one buffer are views of one copy. */
function copyView<V extends View>(view: V, made: Map<object, unknown>): V {
  const { buffer } = view;
  const copied = (made.get(buffer) ?? buffer.slice(0)) as ArrayBuffer;
  made.set(buffer, copied);
  const Kind = view.constructor as new (buffer: ArrayBuffer, offset: number, length: number) => V;
  return new Kind(copied, view.byteOffset, view.length);
}

/** A deep copy of `args` with sharing kept, in which each number x with tangent v has become x + t v. */
export function displace(args: readonly unknown[], tangents: unknown, t: number): unknown[] {
  const made = new Map<object, unknown>();
  const later = new Later();
  const visit = (x: unknown, v: unknown): unknown => {
    if (typeof x === "number") return typeof v === "number" && v !== 0 ? x + t * v : x;
    if (typeof x !== "object" || x === null) return x;
    const known = made.get(x);
    if (known !== undefined) return known;
    if (isFloatArray(x)) {
      const copied = copyView(x, made);
      made.set(x, copied);
      for (let i = 0; i < x.length; i++) copied[i] = visit(copied[i], (v as FloatArray | null)?.[i]) as number;
      return copied;
    }
    if (ArrayBuffer.isView(x) && !(x instanceof DataView)) {
      const copied = copyView(x as Uint8Array, made);
      made.set(x, copied);
      return copied;
    }
    if (Array.isArray(x)) {
      const list: unknown[] = [];
      made.set(x, list);
      x.forEach((element, i) => later.set(list, i, () => visit(element, (v as unknown[] | null)?.[i])));
      return list;
    }
    if (x instanceof Map || x instanceof Set) {
      const copied = x instanceof Map ? new Map() : new Set(x);
      made.set(x, copied);
      for (const [key, element] of partsOf(x)) setPart(copied, key, visit(element, partAt(v, key)));
      return copied;
    }
    const fields = Object.create(Object.getPrototypeOf(x)) as Fields;
    made.set(x, fields);
    for (const [key, element] of Object.entries(x))
      later.set(fields, key, () => visit(element, (v as Fields | null)?.[key]));
    return fields;
  };
  const displaced = visit(args, tangents) as unknown[];
  later.finish();
  return displaced;
}

/** A deep copy of `args` with sharing kept. */
export function copyArguments(args: readonly unknown[]): unknown[] {
  return displace(args, null, 0);
}

/**
 * A deep copy of `args` in which nothing is shared: an object that is reached twice becomes two. Undefined for a structure
 * that leads back to itself.
 */
export function copyApart(args: readonly unknown[]): unknown[] | undefined {
  const open = new Set<object>();
  let leadsBack = false;
  const visit = (x: unknown): unknown => {
    if (typeof x !== "object" || x === null) return x;
    if (ArrayBuffer.isView(x)) return displace([x], null, 0)[0];
    leadsBack ||= open.has(x);
    if (leadsBack) return x;
    open.add(x);
    const copied = Array.isArray(x)
      ? x.map(visit)
      : x instanceof Map
        ? new Map()
        : x instanceof Set
          ? new Set(x)
          : Object.create(Object.getPrototypeOf(x));
    if (!Array.isArray(x)) for (const [key, part] of partsOf(x)) setPart(copied, key, visit(part));
    open.delete(x);
    return copied;
  };
  const copies = args.map(visit);
  return leadsBack ? undefined : copies;
}

/** Overwrites every number that can be reached from `value` with NaN. */
export function scribble(value: unknown): void {
  const seen = new Set<object>();
  const visit = (x: unknown): void => {
    if (typeof x !== "object" || x === null || seen.has(x)) return;
    seen.add(x);
    if (isFloatArray(x)) {
      x.fill(Number.NaN);
      return;
    }
    if (ArrayBuffer.isView(x)) return;
    for (const [key, element] of partsOf(x)) {
      if (typeof element === "number") setPart(x, key, Number.NaN);
      else visit(element);
    }
  };
  visit(value);
}

/** True if both have the same shape and the same numbers, up to `tolerance` relative to their size. */
export function agree(left: unknown, right: unknown, tolerance: number): boolean {
  if (typeof left === "number" && typeof right === "number") {
    if (Object.is(left, right) || left === right) return true;
    return Math.abs(left - right) <= tolerance * Math.max(Math.abs(left), Math.abs(right));
  }
  if (typeof left !== "object" || left === null || typeof right !== "object" || right === null) {
    return left === right || ((left ?? null) === null && (right ?? null) === null);
  }
  if (left instanceof Set && right instanceof Set) return agree([...left], [...right], tolerance);
  const parts = partsOf(left);
  if (parts.length !== partsOf(right).length) return false;
  return parts.every(([key, part]) => agree(part, partAt(right, key), tolerance));
}
