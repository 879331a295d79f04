/**
 * `Map` and `Set`: records of a type of their own, with the keys and values in arrays and an index beside them; what their
 * methods do is TypeScript in `prelude/tables.ts`, and is differentiated like the user's code. Numbers, strings and
 * booleans are keys by what they are, objects by their identity, which they do not keep at the border. Code outside has maps and sets as they are; into which and
 * back arguments and results are made, see `ir/border.ts`.
 */
import ts from "typescript";
import { array, holds, number, record, tuple, typeKey } from "../../ir/type.ts";
import type { RecordDecl, Type, Value } from "../../ir/types.ts";
import { preludeFile } from "../../prelude/index.ts";
import type { TableKind } from "../../runtime/shape.ts";
import { type Context, isValue, type Operand, quote, refuse, type Session } from "../context.ts";
import type { Iterated } from "../control/iteration.ts";
import { lowerArguments } from "../functions/call.ts";
import { functionAs } from "../functions/function-values.ts";
import { callPrelude } from "../library/methods.ts";
import { bare } from "../syntax/scan.ts";
import { showType } from "../types/show.ts";
import { contextualType, localType } from "../types/types.ts";
import { coerce } from "../values/coerce.ts";
import { collectEntries } from "../values/collect.ts";
import { asValue, lowerExpression } from "../values/expression.ts";

const names: Readonly<Record<TableKind, string>> = { map: "MapTable", set: "SetTable", dictionary: "Dictionary" };
const shown: Readonly<Record<TableKind, string>> = {
  map: "a Map",
  set: "a Set",
  dictionary: "an object that is indexed by strings,",
};

/** The type of maps, or of sets, with certain keys and values. */
export interface TableType {
  readonly kind: TableKind;
  readonly type: Type & { readonly kind: "record" };
  readonly key: Type;
  /** Of a set, undefined. */
  readonly value: Type | undefined;
}

/** The types of maps and sets in a session. */
export class Tables {
  readonly #byKey = new Map<string, TableType>();
  readonly #byDecl = new Map<RecordDecl, TableType>();
  readonly #byType = new Map<ts.Type, TableType>();

  known(type: ts.Type): TableType | undefined {
    return this.#byType.get(type);
  }
  remember(type: ts.Type, table: TableType): void {
    this.#byType.set(type, table);
  }
  of(type: Type): TableType | undefined {
    return type.kind === "record" ? this.#byDecl.get(type.decl) : undefined;
  }
  /** The type with these keys and values; one of its own if `open`, since types that are not complete are not to be compared. */
  make(kind: TableKind, key: Type, value: Type | undefined, open: boolean): TableType {
    const name = names[kind];
    const text = `${name}<${typeKey(key)}${value ? `,${typeKey(value)}` : ""}>`;
    const nominal = open ? `${text}#${this.#byDecl.size}` : text;
    const known = this.#byKey.get(nominal);
    if (known) return known;
    const decl: RecordDecl = {
      name,
      isTuple: false,
      nominal,
      outside: kind,
      fields: [
        { name: "keys", type: array(key) },
        ...(value ? [{ name: "values", type: array(value) }] : []),
        { name: "links", type: array(number, "Int32Array") },
        { name: "count", type: number },
        { name: "start", type: number },
      ],
    };
    const made: TableType = { kind, type: record(decl) as TableType["type"], key, value };
    this.#byKey.set(nominal, made);
    this.#byDecl.set(decl, made);
    return made;
  }
}

/** What the library calls a map or a set; to a program that holds its keys, a weak one is one like others. */
export function tableKind(name: string): "map" | "set" | undefined {
  if (name === "Map" || name === "ReadonlyMap" || name === "WeakMap") return "map";
  return name === "Set" || name === "ReadonlySet" || name === "WeakSet" ? "set" : undefined;
}

/**
 * Refuses keys of which neither what they are nor their identity says which are the same: records that stand for a function
 * or for a value of one of several kinds are made anew at each place.
 */
export function checkKeyType({ closures, unions }: Session, key: Type, node: ts.Node): Type {
  const isScalar = key.kind === "number" || key.kind === "string" || key.kind === "boolean";
  if (isScalar || (isObject(key) && !unions.has(key) && !closures.of(key))) return key;
  return refuse(node, "map-key", `keys of type ${showType(key)}`);
}

function isObject(type: Type): boolean {
  if (type.kind === "optional") return isObject(type.of);
  return type.kind === "record" || type.kind === "array";
}

/** True for a map or a set with objects as keys, which may be a weak one. */
export function isKeyedByIdentity({ key }: TableType): boolean {
  return isObject(key);
}

/** Refuses types of values that cross the border, if a map or a set with objects as keys is in them. */
export function refuseKeysByIdentity(session: Session, type: Type, what: string, node: ts.Node): void {
  const isKeyed = (t: Type): boolean => {
    const table = session.tables.of(t);
    return table !== undefined && isKeyedByIdentity(table);
  };
  if (holds(type, isKeyed)) refuse(node, "map-key", `objects as keys of a map or a set ${what}`);
}

function tableIn(session: Session, type: Type, seen = new Set<Type>()): TableType | undefined {
  const own = session.tables.of(type);
  if (own || seen.has(type)) return own;
  seen.add(type);
  if (type.kind === "optional") return tableIn(session, type.of, seen);
  if (type.kind === "array") return tableIn(session, type.element, seen);
  if (type.kind !== "record") return undefined;
  for (const f of type.decl.fields) {
    const found = tableIn(session, f.type, seen);
    if (found) return found;
  }
  return undefined;
}

/** Refuses types of values that code outside gives, or receives, if a map or a set is in them. */
export function refuseTables(session: Session, types: readonly Type[], what: string, node: ts.Node): void {
  for (const type of types) {
    const found = tableIn(session, type);
    if (found) refuse(node, "map-outside", `${shown[found.kind]} ${what}`);
  }
}

// -------------------------------------------------------------------------------------------------------------- Making

const firstCapacity = 8;

/** An empty one. */
export function makeTable(cx: Context, { type, key, value }: TableType): Value {
  const { b } = cx;
  const links = b.allocate(cx.constant(2 * firstCapacity), array(number, "Int32Array"));
  const contents = value ? [b.array([], array(value))] : [];
  return b.record([b.array([], array(key)), ...contents, links, cx.constant(0), cx.constant(0)], type);
}

/** The type that `node` makes. */
function tableTypeAt(cx: Context, node: ts.Expression): TableType {
  const { tables } = cx.session;
  const asked = contextualType(cx, node);
  const found = (asked && tables.of(asked)) ?? tables.of(localType(cx, cx.checker.getTypeAtLocation(node), node));
  return found ?? refuse(node, "class-instance", quote(node));
}

/** `new Map(…)` or `new Set(…)`. */
export function makeOfEntries(cx: Context, node: ts.NewExpression): Value {
  const table = tableTypeAt(cx, node);
  const [from] = node.arguments ?? [];
  if (from && ts.isSpreadElement(from)) return refuse(from, "spread-argument");
  const pairs = from && table.value ? literalPairs(from) : undefined;
  if (pairs) {
    // All that the literal holds is evaluated before the map is made.
    const entries = pairs.map(([k, v]) => [keyOf(cx, table, k), contentOf(cx, table, v)] as const);
    const made = makeTable(cx, table);
    for (const [k, v] of entries) callPrelude(cx, node, "setEntry", [made, k, v]);
    return made;
  }
  const isEmpty =
    !from || from.kind === ts.SyntaxKind.NullKeyword || (ts.isIdentifier(from) && from.text === "undefined");
  if (isEmpty) return makeTable(cx, table);
  return collectEntries(cx, from, () => makeTable(cx, table), table.value ? "fillMap" : "fillSet", node);
}

/** `[[k, v], …]`, written out. */
function literalPairs(node: ts.Expression): readonly (readonly [ts.Expression, ts.Expression])[] | undefined {
  const list = bare(node);
  if (!ts.isArrayLiteralExpression(list)) return undefined;
  const pairs: [ts.Expression, ts.Expression][] = [];
  for (const e of list.elements) {
    const pair = bare(e);
    if (!ts.isArrayLiteralExpression(pair) || pair.elements.some(ts.isSpreadElement)) return undefined;
    const [k, v, ...others] = pair.elements;
    if (!k || !v || others.length > 0) return undefined;
    pairs.push([k, v]);
  }
  return pairs;
}

// ------------------------------------------------------------------------------------------------------------- Members

/** True for the code of maps and sets themselves, to which they are records. */
export function isPrelude(node: ts.Node): boolean {
  return node.getSourceFile().fileName === preludeFile;
}

function keyOf(cx: Context, { key }: TableType, node: ts.Expression): Value {
  return coerce(cx, asValue(cx, lowerExpression(cx, node), node), key, node);
}

function contentOf(cx: Context, { value }: TableType, node: ts.Expression): Value {
  const type = value as Type;
  return coerce(cx, asValue(cx, functionAs(cx, lowerExpression(cx, node), type, node), node), type, node);
}

/** `m.size`, the only property that is not a method. */
export function readTable(cx: Context, table: Value, name: string, node: ts.Node): Value {
  return name === "size" ? cx.b.getField(table, "count", "size") : refuse(node, "method", `${name}, not called,`);
}

/** `m.method(…)`, of an object that has been evaluated. */
export function callTable(
  cx: Context,
  node: ts.CallExpression,
  method: string,
  object: Value,
  table: TableType,
): Operand {
  const [first, second] = node.arguments;
  if (node.arguments.some(ts.isSpreadElement)) return refuse(node, "spread-argument");
  const withKey = (name: string): Operand => {
    if (!first) return refuse(node, "method", `${method} without a key`);
    return callPrelude(cx, node, name, [object, keyOf(cx, table, first)]);
  };
  switch (method) {
    case "get":
      return withKey("getEntry");
    case "has":
      return withKey("hasKey");
    case "delete":
      return withKey("deleteKey");
    case "add":
      withKey("addKey");
      return object;
    case "set": {
      if (!first || !second) return refuse(node, "method", "set without a value");
      const key = keyOf(cx, table, first);
      callPrelude(cx, node, "setEntry", [object, key, contentOf(cx, table, second)]);
      return object;
    }
    case "clear":
      return callPrelude(cx, node, "clearTable", [object]);
    case "forEach":
      return callPrelude(cx, node, table.value ? "forEachOfMap" : "forEachOfSet", [
        object,
        ...lowerArguments(cx, node),
      ]);
    default:
      return refuse(node, "method", `${method} of ${shown[table.kind]} in this place`);
  }
}

// ----------------------------------------------------------------------------------------------------------- Iteration

/** What an iteration over a map or a set takes of it. */
export function iteratedTable(cx: Context, value: Value, gives?: Iterated["gives"]): Iterated | undefined {
  const table = cx.session.tables.of(value.type);
  if (!table || table.kind === "dictionary") return undefined;
  const keys = cx.b.getField(value, "keys");
  const values = table.value ? cx.b.getField(value, "values") : keys;
  return { array: values, keys, table: value, gives: gives ?? (table.value ? "entries" : "values") };
}

/** What a map or a set gives, as an array. */
export function listTable(cx: Context, value: Value, node: ts.Node, gives?: Iterated["gives"]): Value | undefined {
  const table = cx.session.tables.of(value.type);
  if (!table || table.kind === "dictionary") return undefined;
  const what = gives ?? (table.value ? "entries" : "values");
  const name = table.value
    ? ({ keys: "keysOfTable", values: "valuesOfMap", entries: "entriesOfMap" } as const)[what]
    : ({ keys: "keysOfTable", values: "keysOfTable", entries: "entriesOfSet" } as const)[what];
  const made = callPrelude(cx, node, name, [value]);
  return isValue(made) ? made : refuse(node, "for-of", quote(node));
}

/** The first entry from the place `from` on. */
export function nextEntry(cx: Context, table: Value, from: Value, node: ts.Node): Value {
  return callPrelude(cx, node, "entryFrom", [table, from]) as Value;
}

/** A pair as an iteration gives it. */
export function pairOf(cx: Context, key: Value, value: Value, isTable: boolean): Value {
  // Among arrays' entries both are numbers of different meaning; to the checker a pair of one type is an array.
  return isTable && typeKey(key.type) === typeKey(value.type)
    ? cx.b.array([key, value], array(key.type))
    : cx.b.record([key, value], tuple(key.type, value.type));
}
