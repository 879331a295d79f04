/**
 * The fields of plain objects as data: `Object.keys` and its like, `for … in`, fields named at run time, `in`, the rest of
 * an object. Which fields there are is in the type, and their order is JavaScript's: names that are array indices come
 * first, the others as they were put in. An object from outside is asked, when the program runs, whether it has just
 * these fields in this order.
 */
import ts from "typescript";
import { array, record, string, tuple, typeKey } from "../../ir/type.ts";
import type { RecordField, Type, Value } from "../../ir/types.ts";
import { arrayIndexOf } from "../../runtime/keys.ts";
import { type Context, isValue, NothingFollows, type Operand, quote, refuse, type Session } from "../context.ts";
import { hasErrors } from "../control/error-classes.ts";
import { isCaughtError, raise } from "../control/thrown.ts";
import { apply, branch } from "../flow.ts";
import { lowerArguments } from "../functions/call.ts";
import { bare } from "../syntax/scan.ts";
import { showType } from "../types/show.ts";
import { recordLength } from "../values/bounds.ts";
import { coerce, definedPart, joinTypes } from "../values/coerce.ts";
import { asValue, lowerExpression, lowerValue } from "../values/expression.ts";
import { lowerObjectLiteral, lowerSpread } from "../values/literals.ts";
import { absentField, holdsOwn, noteGiven, noteUnnamed } from "./absent-fields.ts";
import { hasPrivateNames } from "./classes.ts";
import { copyInto, dictionaryOf, fromEntries, hasName, listDictionary } from "./dictionaries.ts";

type RecordType = Type & { readonly kind: "record" };

/** Fields in the order in which JavaScript lists them. */
function inKeyOrder<T extends { readonly name: string }>(fields: readonly T[]): readonly T[] {
  const indices = fields.filter((f) => arrayIndexOf(f.name) >= 0).sort((a, b) => Number(a.name) - Number(b.name));
  return [...indices, ...fields.filter((f) => arrayIndexOf(f.name) < 0)];
}

/** What is listed of a value. Refuses what has other properties than those of its type. */
function listed(cx: Context, value: Value, node: ts.Node): readonly RecordField[] {
  const { type } = value;
  if (type.kind === "optional" || type.kind === "undefined") return refuse(node, "possibly-missing", quote(node));
  const isPlain =
    type.kind === "record" &&
    !type.decl.isTuple &&
    type.decl.nominal === undefined &&
    !isCaughtError(type) &&
    type.decl.fields.every((f) => f.type.kind !== "optional" && f.type.kind !== "undefined");
  if (!isPlain) return refuse(node, "listed-fields", showType(type));
  relyOnOrder(cx, value, node);
  return inKeyOrder((type as RecordType).decl.fields);
}

function relyOnOrder(cx: Context, value: Value, node: ts.Node): void {
  const { keys } = cx.session;
  const { decl } = value.type as RecordType;
  keys.listed.set(typeKey(value.type), node);
  if (keys.ordered.has(value)) return;
  const names = inKeyOrder(decl.fields).map((f) => (f.type.kind === "optional" ? `${f.name}?` : f.name));
  cx.b.host("checkKeys", [value, ...names.map((n) => cx.constant(n))]);
}

/** The fields of an object go to another one, in their order; which matters where something is listed. */
function copyOrder(cx: Context, from: Value, node: ts.Node): void {
  cx.session.keys.copied = true;
  if (cx.session.keys.lists) relyOnOrder(cx, from, node);
}

/** Thrown where a program lists fields and has copied some: lowering starts over, knowing that. */
export class NeedsOrder extends Error {}

/** True if the program must be lowered again, knowing that it lists fields. */
export function mustKnowOrder({ keys }: Session): boolean {
  return keys.listed.size > 0 && keys.copied && !keys.lists;
}

/** Objects of a type that is listed must not be made with their fields in another order than the type has them. */
export function refuseReordered({ keys }: Session): void {
  for (const [key, node] of keys.listed) if (keys.reordered.has(key)) refuse(node, "key-order", quote(node));
}

/** Remembers that an object of this type came to be with the given names, in this order. */
export function noteOrder(cx: Context, made: Value, names: readonly string[]): void {
  const inType = (made.type as RecordType).decl.fields.map((f) => f.name).filter((n) => names.includes(n));
  if (inType.some((n, i) => n !== names[i])) cx.session.keys.reordered.add(typeKey(made.type));
  else cx.session.keys.ordered.add(made);
}

function arrayOf(cx: Context, elements: readonly Value[], element: Type, node: ts.Node): Value {
  const made = cx.b.array(
    elements.map((e) => coerce(cx, e, element, node)),
    array(element),
  );
  recordLength(cx, made, cx.constant(elements.length));
  return made;
}

/** The names of the fields, as an array of strings. */
function keysOf(cx: Context, value: Value, node: ts.Node): Value {
  if (dictionaryOf(cx, value)) return listDictionary(cx, value, "keys", node);
  return arrayOf(
    cx,
    listed(cx, value, node).map((f) => cx.constant(f.name)),
    string,
    node,
  );
}

/** The one type that all fields have. */
function commonFieldType(value: Value, fields: readonly RecordField[], node: ts.Node): Type {
  const [first, ...others] = fields;
  if (!first) return refuse(node, "empty-array");
  let type: Type | undefined = first.type;
  for (const f of others) type = type && joinTypes(type, f.type);
  return type ?? refuse(node, "listed-types", showType(value.type));
}

function valuesOf(cx: Context, value: Value, node: ts.Node): Value {
  if (dictionaryOf(cx, value)) return listDictionary(cx, value, "values", node);
  const fields = listed(cx, value, node);
  const type = commonFieldType(value, fields, node);
  const contents = fields.map((f) => cx.b.getField(value, f.name));
  return arrayOf(cx, contents, type, node);
}

function entriesOf(cx: Context, value: Value, node: ts.Node): Value {
  if (dictionaryOf(cx, value)) return listDictionary(cx, value, "entries", node);
  const fields = listed(cx, value, node);
  const type = commonFieldType(value, fields, node);
  const pairs = fields.map((f) => {
    const content = coerce(cx, cx.b.getField(value, f.name), type, node);
    return cx.b.record([cx.constant(f.name), content], tuple(string, type));
  });
  return arrayOf(cx, pairs, tuple(string, type), node);
}

/**
 * The names that `for (const name in object)` runs through, as an array: none, where the object is missing. Undefined if it
 * is missing in any case.
 */
export function enumerated(
  cx: Context,
  node: ts.Expression,
): { readonly names: Value; readonly object: Value } | undefined {
  const given = lowerExpression(cx, node, true);
  const object = asValue(cx, given, node);
  if (object.type.kind === "record") return { names: keysOf(cx, object, node), object };
  if (object.type.kind === "undefined") return undefined;
  if (object.type.kind !== "optional" || object.type.of.kind !== "record")
    return refuse(node, "for-in", showType(object.type));
  const names = branch(
    cx,
    cx.b.present(object),
    () => keysOf(cx, cx.b.unwrap(object), node),
    () => cx.b.array([], array(string)),
  );
  return { names: asValue(cx, names as Operand, node), object: cx.b.unwrap(object) };
}

function listing(list: (cx: Context, value: Value, node: ts.Node) => Value) {
  return (cx: Context, node: ts.CallExpression): Value => {
    const [of] = node.arguments;
    if (!of || ts.isSpreadElement(of)) return refuse(node, "library-function", quote(node));
    return list(cx, lowerValue(cx, of), of);
  };
}

/** The object itself: compiled code has no other way to know that it must not change. */
function sameObject(cx: Context, node: ts.CallExpression): Value {
  const [of] = node.arguments;
  return of && !ts.isSpreadElement(of) ? lowerValue(cx, of) : refuse(node, "library-function", quote(node));
}

/** `Object.assign(target, …sources)`: the fields of the sources, which the target has, in order. */
function assign(cx: Context, node: ts.CallExpression): Value {
  const [first, ...sources] = node.arguments;
  if (!first || node.arguments.some(ts.isSpreadElement)) return refuse(node, "library-function", quote(node));
  const made = bare(first);
  if (ts.isObjectLiteralExpression(made)) return lowerObjectLiteral(cx, made, sources);
  return assignAll(cx, lowerValue(cx, first), sources);
}

/** Copies to an object what others have, which are all evaluated before. */
export function assignAll(cx: Context, target: Value, sources: readonly ts.Expression[]): Value {
  const taken = sources.map((s) => lowerSpread(cx, s));
  taken.forEach((from, i) => {
    const at = sources[i] as ts.Expression;
    if (from.type.kind === "undefined") return;
    const there = from.type.kind === "optional" ? cx.b.present(from) : cx.constant(true);
    whereThere(cx, there, () => assignFrom(cx, target, from.type.kind === "optional" ? cx.b.unwrap(from) : from, at));
  });
  return target;
}

/** Copies to an object what another has. */
function assignFrom(cx: Context, target: Value, from: Value, at: ts.Expression): void {
  if (dictionaryOf(cx, target)) {
    copyInto(cx, target, from, at);
    return;
  }
  const fields = target.type.kind === "record" ? target.type.decl.fields : [];
  const copied = copiedFields(cx, from, at);
  const names = fields.map((f) => f.name);
  noteUnnamed(cx, from.type, copied, names, at);
  for (const f of copied) {
    const field = fields.find((o) => o.name === f.name);
    if (!field) return void refuse(at, "unknown-field", `\`${f.name}\``, `\`${showType(target.type)}\``);
    const { name, type } = field;
    const own = cx.b.getField(from, name);
    // A field that is missing is not copied, and one that holds undefined is.
    const isOwn = holdsOwn(cx, from, f, () => refuse(at, "field-presence", `\`${name}\``));
    if (!isOwn) noteGiven(cx, target.type, name, own);
    const copy = (value: Value): void => cx.b.setField(target, name, coerce(cx, value, type, at));
    if (isOwn) whereThere(cx, isOwn, () => copy(definedPart(cx, own)));
    else copy(own);
  }
}

/** Does something where a value is there. */
export function whereThere(cx: Context, there: Value, act: () => void): void {
  branch(
    cx,
    there,
    () => void act(),
    () => undefined,
  );
}

/** The fields that a spread, a rest or `Object.assign` copies. */
export function copiedFields(cx: Context, from: Value, node: ts.Node): readonly RecordField[] {
  const { type } = from;
  if (type.kind === "optional") return refuse(node, "possibly-missing", quote(node));
  const instance = cx.session.classes.of(type);
  const isPlain =
    type.kind === "record" &&
    !type.decl.isTuple &&
    !cx.session.closures.of(type) &&
    !isCaughtError(type) &&
    (instance
      ? instance.family.classes.length === 1 && !hasPrivateNames(instance.family) && !hasErrors(cx, instance.family)
      : !type.decl.nominal);
  if (!isPlain) return refuse(node, "object-member", `the fields of ${showType(type)}`);
  copyOrder(cx, from, node);
  return (type as RecordType).decl.fields;
}

/** `...rest` of an object pattern: a new object with the fields that the pattern has not named. */
export function restOfFields(cx: Context, from: Value, named: readonly string[], node: ts.Node): Value {
  const fields = copiedFields(cx, from, node).filter((f) => !named.includes(f.name));
  const made = cx.b.record(
    fields.map((f) => cx.b.getField(from, f.name)),
    record({ name: "", isTuple: false, fields }),
  );
  cx.session.keys.ordered.add(made);
  cx.session.absences.spread.push({ from: from.type, to: made.type });
  if (made.type.kind === "record") cx.session.absences.rests.add(made.type.decl);
  return made;
}

export const objectFunctions: Readonly<Record<string, (cx: Context, node: ts.CallExpression) => Operand>> = {
  "Object.keys": listing(keysOf),
  "Object.values": listing(valuesOf),
  "Object.entries": listing(entriesOf),
  "Object.assign": assign,
  "Object.fromEntries": fromEntries,
  "Object.hasOwn": (cx, node) => {
    const [of, key] = lowerArguments(cx, node).map((o) => asValue(cx, o, node));
    return of && key ? isPresent(cx, of, key, node, true) : refuse(node, "library-function", quote(node));
  },
  "Object.freeze": sameObject,
  "Object.seal": sameObject,
};

// ---------------------------------------------------------------------------------------------- Names known at run time

/** The fields of `type` that a key may name: those that the checker says, or all. */
function choices(cx: Context, type: RecordType, key: Value, node: ts.Expression): readonly RecordField[] {
  if (type.decl.nominal !== undefined || isCaughtError(type)) return refuse(node, "dynamic-key", quote(node));
  const said = cx.checker.getTypeAtLocation(node);
  const literals = said.isUnion() ? said.types : [said];
  const names = literals.every((t) => t.isStringLiteral() || t.isNumberLiteral())
    ? literals.map((t) => String((t as ts.LiteralType).value))
    : undefined;
  const isNumber = key.type.kind === "number";
  if (!isNumber && key.type.kind !== "string") return refuse(node, "dynamic-key", quote(node));
  const { fields } = type.decl;
  for (const n of names ?? [])
    if (!fields.some((f) => f.name === n)) refuse(node, "unknown-field", `\`${n}\``, `\`${showType(type)}\``);
  const found = names ? fields.filter((f) => names.includes(f.name)) : fields;
  const [first] = found;
  const isOther = isNumber && !found.every((f) => String(Number(f.name)) === f.name);
  if (!first || isOther || found.some((f) => typeKey(f.type) !== typeKey(first.type)))
    return refuse(node, "dynamic-key", quote(node));
  return found;
}

/** Does with the field that `key` names what `use` says. What is no field's name throws when the program runs. */
function chooseField(
  cx: Context,
  fields: readonly RecordField[],
  key: Value,
  use: (name: string) => Operand | undefined,
): Operand | undefined {
  const [first, ...others] = fields;
  if (!first) {
    raise(cx, "TypeError", "a key that is no field of the object's type");
    throw new NothingFollows();
  }
  const name = key.type.kind === "number" ? Number(first.name) : first.name;
  return branch(
    cx,
    apply(cx, "eq", [key, cx.constant(name)]),
    () => use(first.name),
    () => chooseField(cx, others, key, use),
  );
}

/** `object[key]` of a record, with a key that is known when the program runs. */
export function readNamed(cx: Context, object: Value, key: Value, node: ts.Expression): Value {
  const fields = choices(cx, object.type as RecordType, key, node);
  const found = chooseField(cx, fields, key, (name) => cx.b.getField(object, name));
  return isValue(found) ? found : refuse(node, "dynamic-key", quote(node));
}

/** `object[key] = value` of a record. */
export function writeNamed(cx: Context, object: Value, key: Value, value: Value, node: ts.Expression): void {
  const fields = choices(cx, object.type as RecordType, key, node);
  const content = coerce(cx, value, (fields[0] as RecordField).type, node);
  for (const f of fields) noteGiven(cx, object.type, f.name, value);
  chooseField(cx, fields, key, (name) => void cx.b.setField(object, name, content));
}

/** `name in object`, where the type says it. */
export function lowerIn(cx: Context, node: ts.BinaryExpression): Value {
  const key = lowerValue(cx, node.left);
  return isPresent(cx, lowerValue(cx, node.right), key, node.left, false);
}

/** True for an index, and for what arrays of any kind have besides. */
function mayArraysHave(name: string): boolean {
  return arrayIndexOf(name) >= 0 || [Array, Float64Array].some((kind) => name in kind.prototype);
}

/** Whether `object` has a property that `key` names: of its own, or, without `own`, like those that all objects have. */
export function isPresent(cx: Context, object: Value, key: Value, node: ts.Node, own: boolean): Value {
  if (dictionaryOf(cx, object)) return hasName(cx, object, key, node, own);
  if (cx.session.unions.of(object.type)) return refuse(node, "union-type", `of ${quote(node.parent)}`);
  const name = cx.known(key);
  // A catch that may be given an error or an object asks so which it was. Of what errors have some is not always their own.
  if (isCaughtError(object.type) && typeof name === "string") {
    const has = name in new Error();
    return has && own ? refuse(node, "caught-error", quote(node.parent)) : cx.constant(has);
  }
  // Where a function takes arrays or objects, a guard asks so which it was given.
  if (object.type.kind === "array" && typeof name === "string" && !mayArraysHave(name)) return cx.constant(false);
  const field =
    object.type.kind === "record" && object.type.decl.nominal === undefined && !isCaughtError(object.type)
      ? object.type.decl.fields.find((f) => f.name === String(name))
      : undefined;
  if (!field && typeof name === "string" && absentField(cx, object, name, node)) return cx.constant(false);
  if (field && field.type.kind !== "optional" && field.type.kind !== "undefined") return cx.constant(true);
  if (field?.type.kind === "optional")
    return holdsOwn(cx, object, field, () => refuse(node, "field-presence", quote(node))) ?? cx.constant(true);
  return refuse(node, "field-presence", quote(node));
}
