/**
 * Maps, sets and objects that are indexed by strings on both sides of the border: as JavaScript has them, and as the
 * records of arrays that they are in generated code (`prelude/tables.ts`), with the index by which those find a key.
 */
import { RuntimeError } from "./error.ts";
import { hashOf } from "./hash.ts";
import { type Kind, kindOfValue, type RecordShape, type Shape, type TableKind } from "./shape.ts";

export type Key = number | string | boolean;

/** A map, set or object indexed by strings, as generated code has it. */
export interface Table<K = Key> {
  keys: K[];
  values?: unknown[];
  links: Int32Array;
  count: number;
  start: number;
}
export type ContainerShape = Extract<Shape, { readonly kind: "array" | "record" }>;
export type TableShape = RecordShape & { readonly outside: TableKind };
export type UnionShape = RecordShape & { readonly outside: "union" };

const known = new WeakMap<RecordShape, boolean>();

/** True if a structure of this shape is another one inside. */
export function crosses(shape: Shape): boolean {
  if (typeof shape === "string") return false;
  if (shape.kind !== "record") return crosses(shape.of);
  let found = known.get(shape);
  if (found === undefined) {
    found = reachesTable(shape, new Set());
    known.set(shape, found);
  }
  return found;
}

function reachesTable(shape: Shape, met: Set<Shape>): boolean {
  if (typeof shape === "string" || met.has(shape)) return false;
  if (shape.kind !== "record") return reachesTable(shape.of, met);
  met.add(shape);
  return shape.outside !== undefined || shape.fields.some(([, of]) => reachesTable(of, met));
}

export function isTable(shape: RecordShape): shape is TableShape {
  return shape.outside !== undefined && shape.outside !== "union";
}

/** True of what says of which kind a value is, and is the value itself outside. */
export function isUnion(shape: RecordShape): shape is UnionShape {
  return shape.outside === "union";
}

/** The kind of a value from outside, and the shape that it has as one. Throws `structure-mismatch` for another one. */
export function kindAmong(value: unknown, { fields }: UnionShape): readonly [Kind, Shape] {
  const kind = kindOfValue(value);
  const [, of] = fields.find(([name]) => name === kind) ?? mismatch(`a value is of another kind than its type says`);
  return [kind as Kind, present(of)];
}

/** What a record that says of which kind a value is holds, and the name and the shape of that. */
export function heldIn(value: unknown, { fields }: UnionShape): { name: string; part: unknown; of: Shape } {
  const fieldOf = (name: string): unknown => (value as Readonly<Record<string, unknown>>)[name];
  const [name, of] = fields.find(([name]) => fieldOf(name) !== undefined) ?? mismatch("a value is of no kind");
  return { name, part: fieldOf(name), of: present(of) };
}

function present(shape: Shape): Shape {
  return typeof shape === "object" && shape.kind === "optional" ? shape.of : shape;
}

/** The shape of the values of a table. */
function valueShape({ fields }: TableShape): Shape {
  return fields.find(([name]) => name === "values")?.[1] ?? "value";
}
export function contentShape(shape: TableShape): Shape {
  const values = valueShape(shape);
  return typeof values !== "string" && values.kind === "array" ? values.of : "value";
}

export function mismatch(what: string): never {
  throw new RuntimeError(
    "structure-mismatch",
    `${what}, where a function with maps, indexed objects or values of several kinds is called.`,
  );
}

// ------------------------------------------------------------------------------------------------- Maps as they are

const kinds: Readonly<Record<TableKind, string>> = {
  map: "a Map",
  set: "a Set",
  dictionary: "a plain object that is indexed by strings",
};

/** What a map, set or object has, in its order; of a set keys alone. Throws `structure-mismatch` for another object. */
export function entriesOf(value: object, kind: TableKind): readonly (readonly [Key, unknown])[] {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (kind === "map" && value instanceof Map && prototype === Map.prototype) return [...(value as Map<Key, unknown>)];
  if (kind === "set" && value instanceof Set && prototype === Set.prototype)
    return [...(value as Set<Key>)].map((key) => [key, undefined]);
  if (kind === "dictionary" && (prototype === Object.prototype || prototype === null)) return Object.entries(value);
  return mismatch(`${kinds[kind]} is expected`);
}

export function emptyOf(kind: TableKind): object {
  return kind === "map" ? new Map() : kind === "set" ? new Set() : {};
}

export function fill(into: object, entries: readonly (readonly [Key, unknown])[]): void {
  for (const [key, content] of entries) {
    if (into instanceof Map) into.set(key, content);
    else if (into instanceof Set) into.add(key);
    else
      Object.defineProperty(into, String(key), {
        value: content,
        writable: true,
        enumerable: true,
        configurable: true,
      });
  }
}

/** Makes a map, set or object have these entries; touches nothing that is so already. */
export function bringEntries(into: object, kind: TableKind, entries: readonly (readonly [Key, unknown])[]): void {
  const before = entriesOf(into, kind);
  const listed =
    kind === "dictionary" ? Object.entries(Object.fromEntries(entries as Iterable<[string, unknown]>)) : entries;
  const isSame = before.length === listed.length && before.every(([key], i) => Object.is(key, listed[i]?.[0]));
  if (!isSame) {
    if (into instanceof Map || into instanceof Set) into.clear();
    else for (const [key] of before) Reflect.deleteProperty(into, String(key));
    fill(into, entries);
    return;
  }
  if (kind === "set") return;
  fill(
    into,
    listed.filter(([, content], i) => !Object.is(content, before[i]?.[1])),
  );
}

// ------------------------------------------------------------------------------------------------------- The index

const FEWEST = 8;

export function emptyIndex(entries: number): Pick<Table, "links" | "count" | "start"> {
  let capacity = FEWEST;
  while (capacity < entries) capacity *= 2;
  return { links: new Int32Array(2 * capacity), count: entries, start: 0 };
}

/** The index of a table with these keys, see `prelude/tables.ts`. */
export function indexOf(keys: readonly unknown[]): Pick<Table, "links" | "count" | "start"> {
  const index = emptyIndex(keys.length);
  keys.forEach((key, i) => link(index.links, key, i));
  return index;
}

/** True if keys of a record of this shape are the same by identity: the index of a copy is made again. */
export function hasKeysByIdentity(shape: RecordShape): boolean {
  if (!isTable(shape)) return false;
  const keys = shape.fields.find(([name]) => name === "keys")?.[1];
  return typeof keys === "object" && keys.kind === "array" && keys.of !== "number" && keys.of !== "value";
}

/** Makes the index of a table again, of keys that are not those that it was made of; what was deleted stays so. */
export function indexAgain(table: Table<unknown>): void {
  const { keys, links } = table;
  const capacity = links.length / 2;
  links.fill(0, 0, capacity);
  keys.forEach((key, i) => {
    if (links[capacity + i] !== -1) link(links, key, i);
  });
}

function link(links: Int32Array, key: unknown, place: number): void {
  const capacity = links.length / 2;
  const hash = hashOf(key) & (capacity - 1);
  links[capacity + place] = links[hash] as number;
  links[hash] = place + 1;
}

/** The places of the entries that are there. */
export function placesOf({ keys, links, start }: Table): readonly number[] {
  const capacity = links.length / 2;
  const found: number[] = [];
  for (let at = start; at < keys.length; at++) if (links[capacity + at] !== -1) found.push(at);
  return found;
}
