/**
 * Maps, sets and objects that are indexed by strings, where they come into generated code and leave it. Inside they are
 * records of arrays (see `prelude/tables.ts`), so that what holds them is another object inside than outside. A call makes
 * the inside of its arguments, runs, and then makes the outside of what it gives: of an object that came in, that object,
 * with what the function has done to it; of any other one a new one. An object met twice is one object on either side.
 *
 *     outside   m = Map { "a" => 1, "b" => 2 }
 *     inside    { keys: ["a", "b"], values: [1, 2], links, count: 2, start: 0 }
 *     gradient  inside { keys: [null, null], values: [7, 8], … },  outside Map { "a" => 7, "b" => 8 }
 *
 * A derivative has no keys of its own: those of the value that it belongs to are remembered as they were when that value
 * came in, or went out (`Layout`). Entries never move inside, so that a place means one key for good.
 */
import { derivativeIn, type Layout, layoutOf, partOf } from "./border-layout.ts";
import { RuntimeError } from "./error.ts";
import { gathered, spread } from "./rest.ts";
import { type Shape, sameShape } from "./shape.ts";
import {
  bringEntries,
  type ContainerShape,
  contentShape,
  crosses,
  emptyIndex,
  emptyOf,
  entriesOf,
  fill,
  heldIn,
  indexOf,
  isTable,
  isUnion,
  type Key,
  kindAmong,
  mismatch,
  placesOf,
  type Table,
  type TableShape,
} from "./tables.ts";

/** How a value crosses, as `ir/border.ts` says it; null for what is the same on both sides. */
export type Crossing =
  | null
  | { readonly kind: "value"; readonly shape: Shape; readonly number: number }
  | { readonly kind: "derivative"; readonly shape: Shape; readonly of: number; readonly at?: Crossing }
  | { readonly kind: "list"; readonly parts: readonly Crossing[]; readonly rest?: boolean }
  | { readonly kind: "function"; readonly params: readonly Crossing[]; readonly result: Crossing };

export interface Border {
  readonly params: readonly Crossing[];
  readonly result: Crossing;
  readonly rest?: { readonly at: number; readonly required: number };
}

type Fields = Record<string, unknown>;
// biome-ignore lint/suspicious/noExplicitAny: generated functions are of any type
type Inside = (...args: any[]) => unknown;

/** Calls a generated function with arguments from outside, and gives what it gives to code outside. */
export function callInside<R>(inside: Inside, border: Border, outside: readonly unknown[]): R {
  const { rest } = border;
  if (rest && rest.required > 0 && outside[rest.required - 1] === undefined)
    throw new RuntimeError(
      "structure-mismatch",
      `argument ${rest.required - 1} is not given, which the derivative is asked by.`,
    );
  const args = rest ? gathered(outside, rest.at) : outside;
  const passage = new Passage(border, args);
  const taken = border.params.map((crossing, i) => passage.enter(args[i], crossing));
  passage.expectApart();
  let given: unknown;
  const around = current;
  current = passage;
  try {
    given = inside(...taken);
  } finally {
    current = around;
    passage.bringBack();
  }
  return passage.leave(given, border.result) as R;
}

/** The parts of a list from outside, as many as it has inside. */
function partsInside({ parts, rest }: Crossing & object & { kind: "list" }, value: unknown): readonly unknown[] {
  const given = value as readonly unknown[];
  return rest ? gathered(given, parts.length - 1) : parts.map((_, i) => given[i]);
}

/** The innermost call that runs. */
let current: Passage | undefined;

/**
 * What generated code has in the place of a value that it has found outside, a constant of a module. What the call that runs
 * was given, too, is the same object.
 */
export function insideOf<T>(value: unknown, shape: Shape): T {
  return (current ?? new Passage({ params: [], result: null }, [])).find(value, shape) as T;
}

/** One call: what stands for what. */
class Passage {
  readonly #inside = new Map<object, unknown>();
  readonly #outside = new Map<unknown, object>();
  readonly #shapes = new Map<object, ContainerShape>();
  readonly #layouts = new Map<number, Layout>();
  /** What was found, and not given: nothing is done to it. */
  readonly #found = new Set<object>();
  #isFinding = false;
  readonly #border: Border;
  readonly #args: readonly unknown[];

  constructor(border: Border, args: readonly unknown[]) {
    this.#border = border;
    this.#args = args;
  }

  /** What code outside gives, as generated code takes it. */
  enter(value: unknown, how: Crossing): unknown {
    if (!how) return value;
    switch (how.kind) {
      case "value": {
        const inside = this.#valueIn(value, how.shape);
        this.#layouts.set(how.number, layoutOf(inside, how.shape));
        return inside;
      }
      case "derivative":
        return derivativeIn(value, how.shape, this.#layouts.get(how.of));
      case "list":
        return partsInside(how, value).map((part, i) => this.enter(part, how.parts[i] ?? null));
      case "function":
        throw new TypeError("no function comes in");
      default:
        return how satisfies never;
    }
  }

  /** What generated code finds outside. */
  find(value: unknown, shape: Shape): unknown {
    const before = this.#inside.size;
    this.#isFinding = true;
    try {
      const found = this.#valueIn(value, shape);
      if (this.#inside.size > before) this.expectApart();
      return found;
    } finally {
      this.#isFinding = false;
    }
  }

  /** What generated code gives, as code outside takes it. */
  leave(value: unknown, how: Crossing): unknown {
    if (!how) return value;
    switch (how.kind) {
      case "value":
        this.#layouts.set(how.number, layoutOf(value, how.shape));
        return this.#valueOut(value, how.shape);
      case "derivative":
        return this.#derivativeOut(value, how.shape, this.#layouts.get(how.of), how.at ?? null, new Map());
      case "list": {
        const parts = how.parts.map((part, i) => this.leave((value as unknown[])[i], part));
        return how.rest ? spread(parts) : parts;
      }
      case "function":
        return (...args: readonly unknown[]) =>
          this.leave((value as Inside)(...how.params.map((p, i) => this.enter(args[i], p))), how.result);
      default:
        return how satisfies never;
    }
  }

  /**
   * Throws `structure-mismatch` if an object that has another one inside is reached as a value that is the same there:
   * what is done to it by one of its types would not be seen by the other.
   */
  expectApart(): void {
    const args = this.#args;
    if (this.#inside.size === 0) return;
    const met = new Set<unknown>();
    const visit = (value: unknown): void => {
      if (typeof value !== "object" || value === null || met.has(value)) return;
      if (this.#inside.has(value)) mismatch("one object is reached as values of two types");
      met.add(value);
      if (!ArrayBuffer.isView(value))
        for (const part of Array.isArray(value) ? value : Object.values(value)) visit(part);
    };
    this.#border.params.forEach((how, i) => {
      if (!how) visit(args[i]);
      else if (how.kind === "list")
        partsInside(how, args[i]).forEach((part, k) => {
          if (!how.parts[k]) visit(part);
        });
    });
    for (const [value, shape] of this.#shapes)
      for (const [part, of] of partsOf(value, shape)) if (!crosses(of)) visit(part);
  }

  // --------------------------------------------------------------------------------------------------------- Values

  #valueIn(value: unknown, shape: Shape): unknown {
    if (typeof shape === "string" || value == null || !crosses(shape)) return value;
    if (shape.kind === "optional") return this.#valueIn(value, shape.of);
    if (shape.kind === "tape") throw new TypeError("no tape comes in");
    if (shape.kind === "record" && isUnion(shape)) {
      const [kind, of] = kindAmong(value, shape);
      const part = this.#valueIn(value, of);
      return Object.fromEntries(shape.fields.map(([name]) => [name, name === kind ? part : undefined]));
    }
    if (typeof value !== "object") mismatch(`${String(value)} is no object`);
    const known = this.#inside.get(value);
    if (known !== undefined) {
      const before = this.#shapes.get(value);
      if (before && !sameShape(before, shape)) mismatch("one object is reached as values of two types");
      return known;
    }
    this.#shapes.set(value, shape);
    if (shape.kind === "array") {
      if (!Array.isArray(value)) return mismatch("a list is expected");
      const made: unknown[] = [];
      this.#keep(value, made);
      for (const element of value) made.push(this.#valueIn(element, shape.of));
      return made;
    }
    if (isTable(shape)) {
      const made: Table = { keys: [], ...(shape.outside !== "set" && { values: [] }), ...emptyIndex(0) };
      this.#keep(value, made);
      const of = contentShape(shape);
      for (const [key, content] of entriesOf(value, shape.outside)) {
        made.keys.push(key);
        made.values?.push(this.#valueIn(content, of));
      }
      Object.assign(made, indexOf(made.keys));
      return made;
    }
    const made = (shape.tuple ? [] : Object.create(Object.getPrototypeOf(value))) as Fields;
    this.#keep(value, made);
    Object.assign(made, value);
    for (const [name, of] of shape.fields)
      if (Object.hasOwn(value, name)) made[name] = this.#valueIn((value as Fields)[name], of);
    return made;
  }

  #keep(outside: object, inside: unknown): void {
    if (this.#isFinding) this.#found.add(outside);
    this.#inside.set(outside, inside);
    this.#outside.set(inside, outside);
  }

  #valueOut(value: unknown, shape: Shape): unknown {
    if (typeof shape === "string" || value == null || !crosses(shape)) return value;
    if (shape.kind === "optional") return this.#valueOut(value, shape.of);
    if (shape.kind === "tape") throw new TypeError("no tape goes out");
    if (shape.kind === "record" && isUnion(shape)) {
      const { part, of } = heldIn(value, shape);
      return this.#valueOut(part, of);
    }
    const known = this.#outside.get(value);
    if (known) return known;
    if (shape.kind === "array") {
      const made: unknown[] = [];
      this.#outside.set(value, made);
      for (const element of value as unknown[]) made.push(this.#valueOut(element, shape.of));
      return made;
    }
    if (isTable(shape)) {
      const made = emptyOf(shape.outside);
      this.#outside.set(value, made);
      fill(made, this.#entriesOut(value as Table, shape));
      return made;
    }
    const made = (shape.tuple ? [] : Object.create(Object.getPrototypeOf(value))) as Fields;
    this.#outside.set(value, made);
    Object.assign(made, value);
    for (const [name, of] of shape.fields) if (name in made) made[name] = this.#valueOut(made[name], of);
    return made;
  }

  #entriesOut(table: Table, shape: TableShape): readonly (readonly [Key, unknown])[] {
    const of = contentShape(shape);
    return placesOf(table).map((at) => [table.keys[at] as Key, this.#valueOut(table.values?.[at], of)]);
  }

  /** Does to what came in what was done to it inside. */
  bringBack(): void {
    for (const [outside, inside] of this.#inside) {
      const shape = this.#shapes.get(outside);
      if (!shape || this.#found.has(outside)) continue;
      if (shape.kind === "record" && isTable(shape)) {
        bringEntries(outside, shape.outside, this.#entriesOut(inside as Table, shape));
        continue;
      }
      const into = outside as Fields;
      if (Array.isArray(outside) && outside.length !== (inside as unknown[]).length)
        outside.length = (inside as unknown[]).length;
      const shapes = shape.kind === "array" ? undefined : new Map(shape.fields.map(([name, of]) => [name, of]));
      for (const [name, part] of Object.entries(inside as Fields)) {
        const of = shape.kind === "array" ? shape.of : (shapes?.get(name) ?? "value");
        const now = this.#valueOut(part, of);
        if (!Object.is(into[name], now)) into[name] = now;
      }
    }
  }

  // ---------------------------------------------------------------------------------------------------- Derivatives

  #derivativeOut(value: unknown, shape: Shape, layout: Layout, at: Crossing, made: Map<unknown, unknown>): unknown {
    if (value == null || (!at && !crosses(shape))) return value;
    if (typeof shape === "string") {
      if (shape === "number") return this.leave(value, at);
      return at && ArrayBuffer.isView(value) === false && Array.isArray(value)
        ? value.map((part) => this.leave(part, at))
        : value;
    }
    if (shape.kind === "optional") return this.#derivativeOut(value, shape.of, layout, at, made);
    if (shape.kind === "tape") throw new TypeError("no tape goes out");
    if (shape.kind === "record" && isUnion(shape)) {
      if (layout?.kind !== "union") throw new TypeError("a derivative of a value whose kind is not known");
      if (layout.of === "value") return null;
      return this.#derivativeOut((value as Fields)[layout.name], layout.of, layout.part, at, made);
    }
    const known = made.get(value);
    if (known !== undefined) return known;
    if (shape.kind === "array") {
      const list: unknown[] = [];
      made.set(value, list);
      (value as unknown[]).forEach((part, i) => {
        list.push(this.#derivativeOut(part, shape.of, partOf(layout, i), at, made));
      });
      return list;
    }
    if (isTable(shape)) {
      if (shape.outside === "set") return null;
      if (layout?.kind !== "table") throw new TypeError("a derivative of a map whose keys are not known");
      const { values } = value as Table;
      const map = emptyOf(shape.outside);
      made.set(value, map);
      const of = contentShape(shape);
      const entries = layout.places.map((place, i) => {
        const part = this.#derivativeOut(values?.[place], of, layout.values[place], at, made);
        return [layout.keys[i] as Key, part] as const;
      });
      fill(map, entries);
      return map;
    }
    const fields = (shape.tuple ? [] : {}) as Fields;
    made.set(value, fields);
    for (const [name, of] of shape.fields)
      if (Object.hasOwn(value, name))
        fields[name] = this.#derivativeOut((value as Fields)[name], of, partOf(layout, name), at, made);
    return fields;
  }
}

/** The parts of a structure that came in, with their shapes. */
function partsOf(value: object, shape: ContainerShape): readonly (readonly [unknown, Shape])[] {
  if (shape.kind === "array") return (value as unknown[]).map((part) => asHeld(part, shape.of));
  if (isTable(shape)) return entriesOf(value, shape.outside).map(([, content]) => asHeld(content, contentShape(shape)));
  return shape.fields.map(([name, of]) => asHeld((value as Fields)[name], of));
}

/** A part with the shape that it has as one of its kind. */
function asHeld(part: unknown, shape: Shape): readonly [unknown, Shape] {
  if (typeof shape === "object" && shape.kind === "optional") return asHeld(part, shape.of);
  const isOfKinds = typeof shape === "object" && shape.kind === "record" && isUnion(shape);
  return isOfKinds && part != null ? [part, kindAmong(part, shape)[1]] : [part, shape];
}
