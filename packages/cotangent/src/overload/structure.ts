/**
 * Arguments and results with values in the place of numbers. Arguments are copied with what they share, typed arrays as
 * lists; what a map has at a key is a part of it, and what is in a set has no derivative. Beside the copy goes what it held at entry, by which gradients get their structure. A result is read along the
 * value that the function gave on plain numbers, so that the derivative has that one's arrays and objects.
 */
import { isOverloaded } from "../core/scalar.ts";
import { partAt, partsOf, setPart } from "../core/tree.ts";
import { FloatList } from "./lists.ts";
import { plain, type Real, refuse, Value } from "./value.ts";

type FloatArray = Float64Array | Float32Array;
type Fields = Record<string, unknown>;
type Keyed = ReadonlyMap<unknown, unknown> | ReadonlySet<unknown>;

function isReal(x: unknown): x is Real {
  return typeof x === "number" || x instanceof Value;
}
/** Keys stay what they are, and copies are maps and sets of the language. */
function checkKeys(x: Keyed): void {
  const kind = x instanceof Map ? "map" : "set";
  const proper = x instanceof Map ? Map.prototype : Set.prototype;
  if (Object.getPrototypeOf(x) !== proper) refuse("not-taken", `a ${kind} of a class of its own in an overloaded call`);
  for (const key of x.keys())
    if (typeof key === "object" && key !== null)
      refuse("not-taken", `an object ${kind === "map" ? "as the key of a map" : "in a set"} in an overloaded call`);
}
function isFloatArray(x: unknown): x is FloatArray {
  return x instanceof Float64Array || x instanceof Float32Array;
}

/** The elements of a float array as they were at entry. */
export class Floats {
  readonly isSingle: boolean;
  readonly elements: readonly Real[];
  constructor(isSingle: boolean, elements: readonly Real[]) {
    this.isSingle = isSingle;
    this.elements = elements;
  }
}

/** Arguments for an overloaded call. */
export interface Lifted {
  readonly args: readonly unknown[];
  /** Mirrors of the arguments, with the values that went in; null for what holds no number. */
  readonly entry: readonly unknown[];
  /** The objects that were met, each with its copy and what that held at entry. */
  readonly objects: ReadonlyMap<object, readonly [copy: unknown, entry: unknown]>;
  /** An object is met in several places. */
  readonly isShared: boolean;
}

/** What becomes of a number of argument `position`; `along` is what stands at its place in another structure. */
export interface Leaf {
  (x: Real, position: number, along: unknown): Real;
  /** The same of a list of plain numbers, by whoever needs to know nothing of other structures. */
  readonly ofList?: (numbers: ArrayLike<number>, position: number) => Real[];
}

/**
 * Copies of `args` with what `leaf` makes of each number. `along`: a structure of the same shape, walked together. An
 * object that is met twice is one object in the copy, or two if `isApart`. Refuses views that share their memory in part.
 */
export function lift(args: readonly unknown[], leaf: Leaf, along: unknown, isApart: boolean): Lifted {
  const made = new Map<object, readonly [copy: unknown, entry: unknown]>();
  const views: ArrayBufferView[] = [];
  let isShared = false;
  let position = 0;
  const visit = (x: unknown, at: unknown): readonly [copy: unknown, entry: unknown] => {
    if (isReal(x)) {
      const lifted = leaf(x, position, at);
      return [lifted, lifted];
    }
    if (typeof x !== "object" || x === null) return [x, x === undefined ? undefined : null];
    const known = made.get(x);
    if (known) isShared = true;
    if (known && !isApart) return known;
    const keep = (copy: unknown, entry: unknown): readonly [unknown, unknown] => {
      const both = [copy, entry] as const;
      made.set(x, both);
      return both;
    };
    const beside = (typeof at === "object" && at !== null ? at : undefined) as Fields | undefined;
    if (isFloatArray(x)) {
      checkMemory(views, x);
      const isSingle = x instanceof Float32Array;
      const elements = leaf.ofList?.(x, position) ?? Array.from(x, (e, i) => leaf(e, position, beside?.[i]));
      return keep(FloatList.holding(elements, isSingle), new Floats(isSingle, elements));
    }
    if (ArrayBuffer.isView(x)) return keep((x as Uint8Array).slice(), null);
    if (x instanceof Map || x instanceof Set) checkKeys(x);
    if (x instanceof Set) return keep(new Set(x), new Set(x));
    if (Array.isArray(x)) {
      if (leaf.ofList && areNumbers(x)) {
        const list = leaf.ofList(x, position);
        return keep(list, list.slice());
      }
      const [list, listEntry]: [unknown[], unknown[]] = [new Array(x.length), new Array(x.length)];
      const both = keep(list, listEntry);
      for (let i = 0; i < x.length; i++) {
        const element = x[i];
        const along = (beside as unknown as unknown[] | undefined)?.[i];
        // Most elements are numbers, for which nothing is to be kept.
        if (typeof element === "number") list[i] = listEntry[i] = leaf(element, position, along);
        else if (i in x) [list[i], listEntry[i]] = visit(element, along);
      }
      return both;
    }
    const isMap = x instanceof Map;
    const [copy, entry] = isMap ? [new Map(), new Map()] : [Object.create(Object.getPrototypeOf(x)) as object, {}];
    const both = keep(copy, entry);
    for (const [key, part] of partsOf(x)) {
      const [inCopy, inEntry] = visit(part, partAt(at, key));
      setPart(copy, key, inCopy);
      setPart(entry, key, inEntry);
    }
    return both;
  };
  const pairs = args.map((arg, i) => {
    position = i;
    return visit(arg, (along as Fields | undefined)?.[i]);
  });
  return { args: pairs.map(([copy]) => copy), entry: pairs.map(([, entry]) => entry), objects: made, isShared };
}

function areNumbers(list: readonly unknown[]): list is readonly number[] {
  for (let i = 0; i < list.length; i++) if (typeof list[i] !== "number") return false;
  return true;
}

/** Refuses a view that shares memory with one before, which two lists would not. */
function checkMemory(views: ArrayBufferView[], view: ArrayBufferView): void {
  const end = view.byteOffset + view.byteLength;
  const overlaps = (v: ArrayBufferView): boolean =>
    v !== view && v.buffer === view.buffer && v.byteOffset < end && view.byteOffset < v.byteOffset + v.byteLength;
  if (views.some(overlaps)) refuse("overload-memory", "views of one memory");
  views.push(view);
}

/** Elements in the kind of array that they are of; a list if one of them is no number. */
export function floatsOf(isSingle: boolean, elements: readonly unknown[]): unknown {
  if (!elements.every((x) => typeof x === "number")) return elements;
  return isSingle ? Float32Array.from(elements) : Float64Array.from(elements);
}

/** What is read for a value of a mirror. */
export interface ReadReal {
  (x: Real): Real;
  /** The same of a list, unless there is something else than values in it. */
  readonly ofList?: (list: readonly unknown[]) => Real[] | undefined;
}

/** The mirror that `entry` is, or a structure of numbers, with what `read` gives for each value. */
export function readEntry(entry: unknown, read: ReadReal): unknown {
  const open = new Map<object, unknown>();
  const visit = (x: unknown): unknown => {
    if (isReal(x)) return read(x);
    if (typeof x !== "object" || x === null) return x;
    if (x instanceof Floats) return floatsOf(x.isSingle, x.elements.map(read));
    if (isFloatArray(x)) return floatsOf(x instanceof Float32Array, Array.from(x, read));
    const known = (Array.isArray(x) && read.ofList?.(x)) || open.get(x);
    if (known !== undefined) return known;
    if (x instanceof Set) return null;
    let made: object;
    if (Array.isArray(x)) {
      const list = new Array<unknown>(x.length);
      made = list;
      open.set(x, made);
      for (let i = 0; i < x.length; i++) {
        const element = x[i];
        if (isReal(element)) list[i] = read(element);
        else if (i in x) list[i] = visit(element);
      }
    } else {
      made = x instanceof Map ? new Map() : {};
      open.set(x, made);
      for (const [key, part] of partsOf(x)) setPart(made, key, visit(part));
    }
    // Only what leads back to itself is one object in a derivative: places are told apart.
    open.delete(x);
    return made;
  };
  return visit(entry);
}

/** Calls `visit` for each value of a mirror with what stands at its place in `along`. */
export function eachEntry(entry: unknown, along: unknown, visit: (x: Real, at: unknown) => void): void {
  if (isReal(entry)) visit(entry, along);
  else if (typeof entry === "object" && entry !== null) {
    const parts = entry instanceof Floats ? entry.elements : entry;
    for (const [key, part] of partsOf(parts)) eachEntry(part, partAt(along, key), visit);
  }
}

/** True if `args` still hold what they held at entry. */
export function isAsAtEntry(args: unknown, entry: unknown, met: Set<unknown> = new Set()): boolean {
  if (isReal(args)) return isReal(entry) && Object.is(plain(args), plain(entry));
  if (typeof args !== "object" || args === null || met.has(args)) return true;
  met.add(args);
  if (isFloatArray(args))
    return entry instanceof Floats && args.every((x, i) => Object.is(x, plain(entry.elements[i]!)));
  if (ArrayBuffer.isView(args)) return true;
  if (typeof entry !== "object" || entry === null) return false;
  if (args instanceof Set) return entry instanceof Set && haveSameKeys(args, entry);
  const parts = partsOf(args);
  return (
    parts.length === partsOf(entry).length && parts.every(([key, part]) => isAsAtEntry(part, partAt(entry, key), met))
  );
}

/** The same in the same order, which loops see. */
function haveSameKeys(a: Keyed, b: Keyed): boolean {
  const others = [...b.keys()];
  return a.size === others.length && [...a.keys()].every((key, i) => Object.is(key, others[i]));
}

/** Relative to the number itself: the same operations in the same order give the same, or almost. */
const tolerance = 1e-9;

function areAlike(x: Real, y: Real): boolean {
  const [a, b] = [plain(x), plain(y)];
  return Object.is(a, b) || a === b || Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b));
}

/**
 * The structure of `value`, the result on numbers, with what `read` gives for the value at each place of `result`, the same
 * on values; null for what holds no number. `differs` is called where the two are not the same.
 */
export function readAlong(value: unknown, result: unknown, read: (x: Real) => unknown, differs: () => never): unknown {
  const open = new Map<object, unknown>();
  const visit = (v: unknown, r: unknown): unknown => {
    if (isReal(v)) return isReal(r) && areAlike(v, r) ? read(r) : differs();
    if (isReal(r)) return differs();
    if (typeof v !== "object" || v === null)
      return v === r ? (v === undefined ? undefined : null) : typeof v === "function" ? null : differs();
    if (typeof r !== "object" || r === null) return differs();
    if (isFloatArray(v)) {
      const elements = r as ArrayLike<Real>;
      if (elements.length !== v.length) return differs();
      return floatsOf(
        v instanceof Float32Array,
        Array.from(v, (x, i) => visit(x, elements[i])),
      );
    }
    if (ArrayBuffer.isView(v)) return null;
    if (v instanceof Map || v instanceof Set) {
      checkKeys(v);
      if (r instanceof Map || r instanceof Set) checkKeys(r);
      if (!(r instanceof (v instanceof Map ? Map : Set) && haveSameKeys(v, r))) return differs();
    }
    if (v instanceof Set) return null;
    const known = open.get(v);
    if (known !== undefined) return known;
    const parts = partsOf(v);
    if (Array.isArray(v) !== Array.isArray(r) || parts.length !== partsOf(r).length) return differs();
    const made = Array.isArray(v) ? [] : v instanceof Map ? new Map() : {};
    open.set(v, made);
    for (const [key, part] of parts) setPart(made, key, visit(part, partAt(r, key)));
    open.delete(v);
    return made;
  };
  return visit(value, result);
}

/** What `x` is without the level of the call: `lower` gives the number of each value; `made`: objects that others stand for. */
export function lowerAll(x: unknown, lower: (x: Real) => Real, made: Map<object, unknown> = new Map()): unknown {
  const visit = (x: unknown): unknown => {
    if (isReal(x)) return lower(x);
    if (typeof x !== "object" || x === null || isOverloaded(x)) return x;
    const known = made.get(x);
    if (known !== undefined) return known;
    if (x instanceof FloatList) {
      const floats = floatsOf(x.isSingle, Array.from(x, lower));
      made.set(x, floats);
      return floats;
    }
    if (x instanceof Map || x instanceof Set) checkKeys(x);
    if (ArrayBuffer.isView(x) || x instanceof Set) return x;
    const isMap = x instanceof Map;
    const copy = (
      Array.isArray(x) ? new Array(x.length) : isMap ? new Map() : Object.create(Object.getPrototypeOf(x))
    ) as object;
    made.set(x, copy);
    for (const [key, part] of partsOf(x)) setPart(copy, key, visit(part));
    return copy;
  };
  return visit(x);
}

/** Writes the final contents of a copy over the map or set that it is of. */
function settleKeyed(
  to: Map<unknown, unknown> | Set<unknown>,
  from: typeof to,
  lowered: (part: unknown) => unknown,
): void {
  checkKeys(from);
  if (!haveSameKeys(to, from)) to.clear();
  if (to instanceof Map) for (const [key, now] of partsOf(from)) to.set(key, lowered(now));
  else for (const key of from.keys()) to.add(key);
}

/**
 * Writes the final contents of lifted arguments over the caller's, and gives `result` without the level of the call: as after
 * a plain call, what was a copy is the caller's own object again, wherever it is now.
 */
export function settle({ objects }: Lifted, result: unknown, lower: (x: Real) => Real): unknown {
  const originals = new Map<object, unknown>();
  for (const [original, [copy]] of objects) originals.set(copy as object, original);
  // What stays as it is is not written, since it may be frozen.
  const put = <K extends string | number>(to: Record<K, unknown>, key: K, now: unknown): void => {
    const made = isReal(now) ? lower(now) : lowerAll(now, lower, originals);
    if (!(Object.is(to[key], made) && key in to)) to[key] = made;
  };
  for (const [original, [copy, entry]] of objects) {
    if (Array.isArray(original) || ArrayBuffer.isView(original)) {
      const [to, from] = [original as unknown[], copy as unknown[]];
      const before = ((entry instanceof Floats ? entry.elements : entry) ?? []) as readonly unknown[];
      if (to.length !== from.length) to.length = from.length;
      for (let i = 0; i < from.length; i++) {
        const now = from[i];
        if (now instanceof Value && now === before[i]) continue;
        if (i in from) put(to, i, now);
        else if (i in to) delete to[i];
      }
    } else if (original instanceof Map || original instanceof Set)
      settleKeyed(original, copy as typeof original, (now) =>
        isReal(now) ? lower(now) : lowerAll(now, lower, originals),
      );
    else {
      const [to, from] = [original, copy] as [Fields, Fields];
      for (const key of Object.keys(to)) if (!(key in from)) delete to[key];
      for (const key of Object.keys(from)) put(to, key, from[key]);
    }
  }
  return lowerAll(result, lower, originals);
}
