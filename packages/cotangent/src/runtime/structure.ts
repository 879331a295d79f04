/**
 * Whole structures at run time: their shadows, copies and sums, walked number by number along a shape. A structure is a
 * graph, not a tree: an object reached twice has one shadow and one copy, and is added to once, so that two names for
 * one array keep meaning one array (the shadow mirrors the primal's sharing; Hascoet and Pascual, The Tapenade AD Tool,
 * TOMS 39, 2013, association by address).
 */
import { RuntimeError } from "./error.ts";
import { Later } from "./later.ts";
import { refuseOverlap, Spans, type TypedArray } from "./overlap.ts";
import type { IntegerLayout, RecordShape, Shape } from "./shape.ts";
import { sameShape } from "./shape.ts";
import { hasKeysByIdentity, indexAgain, type Table } from "./tables.ts";
import { ReferenceTape, Tape } from "./tape.ts";
import { typedArrays } from "./typed-arrays.ts";

type Fields = Record<string, unknown>;

/** What stands for the objects met so far, and the memory of the views among them. */
class Memo {
  /** Where views that overlap in part are copied as such. */
  readonly spans: Spans | undefined;
  readonly later = new Later();
  /** Copies of maps and sets whose keys have been copied, and are others. */
  readonly tables: Table<unknown>[] = [];
  readonly #made = new Map<object, unknown>();
  readonly #shapes = new Map<object, Shape>();
  readonly #views = new Map<ArrayBufferLike, TypedArray[]>();

  constructor(spans?: Spans) {
    this.spans = spans;
  }

  find(object: object): unknown {
    return this.#made.get(object);
  }

  rememberShape(object: object, shape: Shape): void {
    this.#shapes.set(object, shape);
  }
  /** Refuses an object that was met as a structure of another type: its shadow would lack what that type leaves out. */
  expectShape(object: object, shape: Shape): void {
    const before = this.#shapes.get(object);
    if (before === undefined || sameShape(before, shape)) return;
    throw new RuntimeError(
      "structure-mismatch",
      "one object is reached as values of two types, with other fields, by a function that changes its arguments. " +
        "Declare both with the same type, or pass a copy.",
    );
  }

  keep<T>(object: object, made: T): T {
    this.#made.set(object, made);
    return made;
  }

  /** What stands for another view of exactly the same memory; without spans refuses one that overlaps only in part. */
  findView(view: TypedArray): unknown {
    const known = this.#made.get(view);
    if (known !== undefined) return known;
    const others = this.#views.get(view.buffer);
    if (!others) {
      this.#views.set(view.buffer, [view]);
      return undefined;
    }
    const end = view.byteOffset + view.byteLength;
    for (const other of others) {
      if (view.byteOffset >= other.byteOffset + other.byteLength || other.byteOffset >= end) continue;
      if (
        view.byteOffset === other.byteOffset &&
        view.byteLength === other.byteLength &&
        view.constructor === other.constructor
      ) {
        return this.#made.get(other);
      }
      if (!this.spans) refuseOverlap(other, view);
    }
    others.push(view);
    return undefined;
  }
}

function noSnapshot(): never {
  throw new TypeError("a snapshot cannot be walked: take one of the other structure instead");
}

/** `made` without those of the named fields that hold undefined: of a new object that not all of its kind have alike. */
export function withoutMissing<T extends object>(made: T, names: readonly (keyof T)[]): T {
  for (const name of names) if (made[name] === undefined) delete made[name];
  return made;
}

// -------------------------------------------------------------------------------------------------------- Shadows

/** The shadow of one structure: the same shape with zeros; null in place of what holds no number. */
export function shadowOf<S>(value: unknown, shape: Shape): S {
  return shadow(value, shape, undefined) as S;
}

/**
 * The shadows of several structures. If `shared`, an object reached twice has one shadow, and so do two views of the
 * same memory; throws `overlapping-views` for views that overlap only in part.
 */
export function shadowsOf<S extends readonly unknown[]>(
  shared: boolean,
  values: readonly unknown[],
  shapes: readonly Shape[],
): S {
  const memo = shared ? new Memo() : undefined;
  const made = values.map((value, i) => shadow(value, shapes[i] as Shape, memo));
  memo?.later.finish();
  return made as unknown as S;
}

function shadow(value: unknown, shape: Shape, memo: Memo | undefined): unknown {
  if (typeof shape === "string") {
    switch (shape) {
      case "number":
        return 0;
      case "Float64Array":
      case "Float32Array":
        return value == null ? value : shadowFloats(value as TypedArray, memo);
      case "value":
        return null;
      case "snapshot":
        return noSnapshot();
      default:
        shape satisfies IntegerLayout;
        // Integers have no shadow, but may not lie over numbers that have one.
        if (memo && value != null && memo.findView(value as TypedArray) === undefined) memo.keep(value, null);
        return null;
    }
  }
  if (shape.kind === "optional") return shadow(value, shape.of, memo);
  if (value == null) return value;
  const known = memo?.find(value);
  if (known !== undefined) {
    memo?.expectShape(value, shape);
    return known;
  }
  memo?.rememberShape(value, shape);
  switch (shape.kind) {
    case "array": {
      const from = value as readonly unknown[];
      const made: unknown[] = new Array(from.length);
      memo?.keep(value, made);
      if (shape.of === "number") return made.fill(0);
      if (shape.of === "value") return made.fill(null);
      for (let i = 0; i < from.length; i++) fill(made, i, shape.of, memo, (of) => shadow(from[i], of, memo));
      return made;
    }
    case "record": {
      // A structure that leads back to itself has a shadow that does, too.
      const within = memo ?? (shape.recursive ? new Memo() : undefined);
      const made = (shape.tuple ? [] : {}) as Fields;
      within?.keep(value, made);
      for (const [name, shapeOf, variant] of shape.fields) {
        if (variant && !(name in (value as Fields))) continue;
        fill(made, name, shapeOf, within, (of) => shadow((value as Fields)[name], of, within));
      }
      if (!memo) within?.later.finish();
      return made;
    }
    case "tape": {
      if (value instanceof Tape) {
        const made = new Tape(new Float64Array(value.values.length), value.length);
        return memo ? memo.keep(value, made) : made;
      }
      const from = value as ReferenceTape;
      const made = new ReferenceTape<unknown>([], from.length);
      memo?.keep(value, made);
      for (let i = 0; i < from.length; i++) made.values[i] = shadow(from.values[i], shape.of, memo);
      return made;
    }
    default:
      return shape satisfies never;
  }
}

/** Sets `container[key]`, of shape `of`, to what `make` gives: where structures may be deep, perhaps later. */
function fill(
  container: object,
  key: string | number,
  of: Shape,
  memo: Memo | undefined,
  make: (of: Shape) => unknown,
): void {
  if (!memo || typeof of === "string") (container as Record<string | number, unknown>)[key] = make(of);
  else memo.later.set(container, key, () => make(of));
}

function shadowFloats(value: TypedArray, memo: Memo | undefined): unknown {
  if (!memo) return new Float64Array(value.length);
  return memo.findView(value) ?? memo.keep(value, new Float64Array(value.length));
}

// ------------------------------------------------------------------------------------------------------- Clearing

/** Sets every number of a shadow structure to zero; `shape` is the shadow's own. */
export function clear(structure: unknown, shape: Shape): void {
  clearWithin(structure, shape, undefined);
}

/** The objects met so far. */
class Met extends Set<unknown> {
  readonly later = new Later();
}

function clearWithin(structure: unknown, shape: Shape, met: Met | undefined): void {
  if (typeof shape === "string") {
    if (shape === "snapshot") noSnapshot();
    if ((shape === "Float64Array" || shape === "Float32Array") && structure != null)
      (structure as Float64Array).fill(0);
    return;
  }
  if (structure == null || met?.has(structure)) return;
  switch (shape.kind) {
    case "optional":
      clearWithin(structure, shape.of, met);
      return;
    case "array":
      if (holdsNumber(shape.of)) (structure as number[]).fill(0);
      else if (shape.of !== "value") for (const element of structure as unknown[]) clearWithin(element, shape.of, met);
      return;
    case "record": {
      const within = met ?? (shape.recursive ? new Met() : undefined);
      within?.add(structure);
      for (const [name, of, variant] of shape.fields) {
        if (variant && !(name in (structure as Fields))) continue;
        if (holdsNumber(of)) (structure as Fields)[name] = 0;
        else if (!within) clearWithin((structure as Fields)[name], of, within);
        else within.later.visit(() => clearWithin((structure as Fields)[name], of, within));
      }
      if (!met) within?.later.finish();
      return;
    }
    case "tape":
      if (structure instanceof Tape) structure.values.fill(0);
      else {
        const tape = structure as ReferenceTape;
        for (let i = 0; i < tape.length; i++) clearWithin(tape.values[i], shape.of, met);
      }
      return;
    default:
      shape satisfies never;
  }
}

function holdsNumber(shape: Shape): boolean {
  return shape === "number" || (typeof shape !== "string" && shape.kind === "optional" && shape.of === "number");
}

// -------------------------------------------------------------------------------------------------------- Copying

/**
 * A deep copy laid out as `shape` says (arrays of numbers may differ from the original in their storage), sharing kept,
 * class instances with their prototype: views of one memory are so in the copy. Throws `overlapping-views` where elements
 * of different kinds overlap.
 */
export function copy<T>(structure: unknown, shape: Shape): T {
  // One flat array shares nothing with itself.
  const memo =
    typeof shape === "string" || (shape.kind === "array" && typeof shape.of === "string") ? undefined : new Memo();
  try {
    return copyWhole(structure, shape, memo) as T;
  } catch (error) {
    // Overlapping views are rare, and what to do about them is known when all have been seen.
    if (!(error instanceof RuntimeError && error.code === "overlapping-views")) throw error;
    return copyWhole(structure, shape, new Memo(new Spans(structure, shape))) as T;
  }
}

function copyWhole(value: unknown, shape: Shape, memo: Memo | undefined): unknown {
  const made = copyWithin(value, shape, memo);
  memo?.later.finish();
  memo?.tables.forEach(indexAgain);
  return made;
}

function copyWithin(value: unknown, shape: Shape, memo: Memo | undefined): unknown {
  if (typeof shape === "string") {
    switch (shape) {
      case "number":
      case "value":
        return value;
      case "snapshot":
        return noSnapshot();
      default: {
        if (value == null) return value;
        const from = value as TypedArray;
        const known = memo && (ArrayBuffer.isView(from) ? memo.findView(from) : memo.find(from));
        if (known !== undefined) return known;
        const make = (whole: TypedArray): TypedArray => new typedArrays[shape](whole);
        const made = memo?.spans ? memo.spans.copyOf(from, make) : make(from);
        return memo ? memo.keep(from, made) : made;
      }
    }
  }
  if (shape.kind === "optional") return copyWithin(value, shape.of, memo);
  if (value == null) return value;
  switch (shape.kind) {
    case "array": {
      const from = value as unknown[] | TypedArray;
      // JavaScript arrays cannot lie over one another.
      if (memo?.spans && !Array.isArray(from)) refuseOverlap(from, from);
      const known = memo && (ArrayBuffer.isView(from) ? memo.findView(from) : memo.find(from));
      if (known !== undefined) return known;
      const made: unknown[] = Array.isArray(from) ? from.slice() : Array.from(from);
      memo?.keep(from, made);
      if (shape.of !== "number" && shape.of !== "value") {
        for (let i = 0; i < made.length; i++) fill(made, i, shape.of, memo, (of) => copyWithin(from[i], of, memo));
      }
      return made;
    }
    case "record": {
      const known = memo?.find(value);
      if (known !== undefined) return known;
      const made = shape.tuple ? (value as unknown[]).slice() : cloneShallow(value);
      memo?.keep(value, made);
      if (hasKeysByIdentity(shape)) memo?.tables.push(made as unknown as Table<unknown>);
      for (const [name, of] of shape.fields) {
        // A copy lacks what the object lacks.
        if (of === "number" || of === "value" || !Object.hasOwn(made, name)) continue;
        fill(made, name, of, memo, (shapeOf) => copyWithin((value as Fields)[name], shapeOf, memo));
      }
      return made;
    }
    case "tape": {
      const known = memo?.find(value);
      if (known !== undefined) return known;
      if (value instanceof Tape) {
        const made = new Tape(value.values.slice(), value.length);
        return memo ? memo.keep(value, made) : made;
      }
      const from = value as ReferenceTape;
      const made = new ReferenceTape(from.values.slice(0, from.length), from.length);
      memo?.keep(value, made);
      for (let i = 0; i < from.length; i++) made.values[i] = copyWithin(made.values[i], shape.of, memo);
      return made;
    }
    default:
      return shape satisfies never;
  }
}

function cloneShallow(value: object): object {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype) return { ...value };
  return Object.assign(Object.create(prototype as object | null) as object, value);
}

// --------------------------------------------------------------------------------------------------------- Adding

/**
 * Adds every number of `source` to its place in `target`, a structure of the same shape (arrays of numbers may differ
 * in their storage); a pair of objects that is reached twice is added once. Throws `structure-mismatch` where the two
 * differ in length, or one is missing.
 */
export function addTo(target: unknown, source: unknown, shape: Shape): void {
  addWhole(target, source, shape, new Pairs(false));
}

/** As `addTo`, where arrays may have grown since they were of one length and parts be unset: what both have is added. */
export function addGrown(target: unknown, source: unknown, shape: Shape): void {
  addWhole(target, source, shape, new Pairs(true));
}

function addWhole(target: unknown, source: unknown, shape: Shape, added: Pairs): void {
  addWithin(target, source, shape, added);
  added.later.finish();
}

/** The pairs of objects met so far; nearly every object is met with one partner. `mayGrow`: lengths may differ. */
class Pairs {
  readonly mayGrow: boolean;
  readonly later = new Later();
  constructor(mayGrow: boolean) {
    this.mayGrow = mayGrow;
  }
  #partners: Map<unknown, unknown> | undefined;
  #more: Map<unknown, Set<unknown>> | undefined;

  /** True if the pair is new. */
  add(left: unknown, right: unknown): boolean {
    this.#partners ??= new Map();
    const partner = this.#partners.get(left);
    if (partner === undefined) {
      this.#partners.set(left, right);
      return true;
    }
    if (partner === right) return false;
    this.#more ??= new Map();
    const others = this.#more.get(left) ?? new Set();
    this.#more.set(left, others);
    if (others.has(right)) return false;
    others.add(right);
    return true;
  }
}

function mismatch(what: string): never {
  throw new RuntimeError("structure-mismatch", `two structures that should have the same shape differ: ${what}`);
}

/** How many elements both have. */
function lengthOfBoth(target: ArrayLike<unknown>, source: ArrayLike<unknown>, mayGrow: boolean, what: string): number {
  if (target.length !== source.length && !mayGrow) mismatch(`${target.length} ${what} and ${source.length}`);
  return Math.min(target.length, source.length);
}

function addNumbers(target: number[] | Float64Array, source: ArrayLike<number>, mayGrow: boolean): void {
  const n = lengthOfBoth(target, source, mayGrow, "numbers");
  for (let i = 0; i < n; i++) target[i] = (target[i] as number) + (source[i] as number);
}

function addWithin(target: unknown, source: unknown, shape: Shape, added: Pairs): void {
  if (shape === "number" || shape === "value") return;
  if (shape === "snapshot") noSnapshot();
  if (target == null || source == null) {
    if ((target != null || source != null) && !added.mayGrow) mismatch("one of them is missing");
    return;
  }
  if (typeof shape !== "string" && shape.kind === "optional") {
    addWithin(target, source, shape.of, added);
    return;
  }
  if (!added.add(target, source)) return;
  if (typeof shape === "string") {
    if (shape === "Float64Array" || shape === "Float32Array")
      addNumbers(target as Float64Array, source as Float64Array, added.mayGrow);
    return;
  }
  switch (shape.kind) {
    case "array":
      if (holdsNumber(shape.of)) addNumbers(target as number[], source as number[], added.mayGrow);
      else addElements(target as unknown[], source as unknown[], shape.of, added);
      return;
    case "record":
      addFields(target as Fields, source as Fields, shape, added);
      return;
    case "tape":
      if (target instanceof Tape) {
        const from = source as Tape;
        addNumbers(target.values.subarray(0, target.length), from.values.subarray(0, from.length), added.mayGrow);
      } else {
        const into = target as ReferenceTape;
        const from = source as ReferenceTape;
        addElements(into.values.slice(0, into.length), from.values.slice(0, from.length), shape.of, added);
      }
      return;
    default:
      shape satisfies never;
  }
}

function addElements(target: unknown[], source: unknown[], of: Shape, added: Pairs): void {
  if (of === "value") return;
  const n = lengthOfBoth(target, source, added.mayGrow, "elements");
  for (let i = 0; i < n; i++) addWithin(target[i], source[i], of, added);
}

function addFields(target: Fields, source: Fields, shape: RecordShape, added: Pairs): void {
  for (const [name, of, variant] of shape.fields) {
    if (variant && (target[name] === undefined || source[name] === undefined)) continue;
    if (holdsNumber(of)) target[name] = (target[name] as number) + (source[name] as number);
    else if (of !== "value") added.later.visit(() => addWithin(target[name], source[name], of, added));
  }
}
