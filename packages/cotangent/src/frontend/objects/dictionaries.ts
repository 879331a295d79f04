/**
 * Objects that are indexed by strings, `Record<string, T>`: maps from names (see `maps.ts`), with what objects have besides.
 * Names that are array indices are listed first; numbers name what their text names; names that every object inherits
 * (`toString`) are refused when the program runs, where they would be read. A name that is missing reads as undefined,
 * or, where the types say that it is there, as what undefined is in arithmetic.
 */
import ts from "typescript";
import type { Type, Value } from "../../ir/types.ts";
import { type Context, isValue, type Operand, quote, refuse } from "../context.ts";
import { branch } from "../flow.ts";
import { functionAs } from "../functions/function-values.ts";
import { callPrelude } from "../library/methods.ts";
import { bare } from "../syntax/scan.ts";
import { contextualType, localType } from "../types/types.ts";
import { coerce } from "../values/coerce.ts";
import { collectEntries } from "../values/collect.ts";
import { asValue, lowerExpression, lowerValue } from "../values/expression.ts";
import { concatenate, propertyName } from "../values/literals.ts";
import { isAskedLater, readAsPresent } from "../values/presence.ts";
import { makeTable, type TableType } from "./maps.ts";
import { copiedFields } from "./properties.ts";

/** The type of a value that is such an object. */
export function dictionaryOf(cx: Context, value: Value): TableType | undefined {
  const table = cx.session.tables.of(value.type);
  return table?.kind === "dictionary" ? table : undefined;
}

/** A key as a name. */
function nameOf(cx: Context, key: Value, node: ts.Node): Value {
  if (key.type.kind === "string") return key;
  return key.type.kind === "number" ? concatenate(cx, [key]) : refuse(node, "dynamic-key", quote(node));
}

/** `object[key]`; with `optional`, missing where there is no such name. */
export function readName(cx: Context, object: Value, key: Value, node: ts.Expression, optional: boolean): Value {
  const table = dictionaryOf(cx, object) as TableType;
  const { value } = table;
  const name = nameOf(cx, key, node);
  const call = (read: string): Value => asValue(cx, callPrelude(cx, node, read, [object, name]), node);
  if (optional) return call("getNamed");
  if ((value as Type).kind !== "number") return call("getPresentNamed");
  if (!isAskedLater(cx, node)) return readAsPresent(cx, call("getNumberNamed"), node);
  return cx.b.unwrap(readAsPresent(cx, call("getNamed"), node));
}

/** `object[key] = value`. */
export function writeName(cx: Context, object: Value, key: Value, operand: Operand, node: ts.Node): void {
  const type = (dictionaryOf(cx, object) as TableType).value as Type;
  const content = coerce(cx, asValue(cx, functionAs(cx, operand, type, node), node), type, node);
  callPrelude(cx, node, "setNamed", [object, nameOf(cx, key, node), content]);
}

/** `delete object[key]`, which is true whether or not there was one. */
export function lowerDelete(cx: Context, node: ts.DeleteExpression): Value {
  const target = bare(node.expression);
  const isAccess = ts.isPropertyAccessExpression(target) || ts.isElementAccessExpression(target);
  const object = isAccess ? lowerValue(cx, target.expression) : undefined;
  if (!object || !dictionaryOf(cx, object)) return refuse(node, "delete", quote(target));
  const key = ts.isPropertyAccessExpression(target)
    ? cx.constant(target.name.text)
    : lowerValue(cx, (target as ts.ElementAccessExpression).argumentExpression);
  callPrelude(cx, node, "deleteKey", [object, nameOf(cx, key, target)]);
  return cx.constant(true);
}

/** `key in object`, or, with `own`, whether the object itself has it. */
export function hasName(cx: Context, object: Value, key: Value, node: ts.Node, own: boolean): Value {
  const name = nameOf(cx, key, node);
  return callPrelude(cx, node, own ? "hasKey" : "isIn", [object, name]) as Value;
}

/** What is listed of such an object, as an array. */
export function listDictionary(cx: Context, object: Value, what: "keys" | "values" | "entries", node: ts.Node): Value {
  const name = { keys: "namesOf", values: "valuesByName", entries: "entriesByName" }[what];
  return asValue(cx, callPrelude(cx, node, name, [object]), node);
}

/** `{ a: 1, [key]: 2, ...other }`, where such an object is wanted. */
export function dictionaryLiteral(cx: Context, node: ts.ObjectLiteralExpression, table: TableType): Value {
  const made = makeTable(cx, table);
  const type = table.value as Type;
  for (const member of node.properties) {
    if (ts.isSpreadAssignment(member)) {
      copyInto(cx, made, lowerValue(cx, member.expression), member);
      continue;
    }
    const isTaken = ts.isPropertyAssignment(member) || ts.isShorthandPropertyAssignment(member);
    if (!isTaken) return refuse(member, "object-member", "a method, getter or setter");
    const key = ts.isComputedPropertyName(member.name)
      ? lowerValue(cx, member.name.expression)
      : cx.constant(propertyName(cx, member.name));
    const content = ts.isPropertyAssignment(member) ? member.initializer : member.name;
    const operand = functionAs(cx, lowerExpression(cx, content), type, content);
    writeName(cx, made, key, operand, content);
  }
  return made;
}

/** Puts what another object has into one that is indexed by strings. */
export function copyInto(cx: Context, target: Value, from: Value, node: ts.Node): void {
  if (dictionaryOf(cx, from)) {
    callPrelude(cx, node, "copyNamed", [target, from]);
    return;
  }
  for (const f of copiedFields(cx, from, node)) {
    if (f.type.kind === "optional") refuse(node, "field-presence", `\`${f.name}\``);
    writeName(cx, target, cx.constant(f.name), cx.b.getField(from, f.name), node);
  }
}

/** `Object.fromEntries(pairs)`. */
export function fromEntries(cx: Context, node: ts.CallExpression): Value {
  const [pairs] = node.arguments;
  if (!pairs || ts.isSpreadElement(pairs)) return refuse(node, "library-function", quote(node));
  const { tables } = cx.session;
  const asked = contextualType(cx, node);
  const table = (asked && tables.of(asked)) ?? tables.of(localType(cx, cx.checker.getTypeAtLocation(node), node));
  if (table?.kind !== "dictionary") return refuse(node, "type-not-taken", quote(node));
  return collectEntries(cx, pairs, () => makeTable(cx, table), "fillNamed", node);
}

/** Runs `visit` where the name, listed before, is still there. */
export function whileThere(cx: Context, object: Value, name: Value, node: ts.Node, visit: () => void): void {
  const there = callPrelude(cx, node, "hasKey", [object, name]);
  if (!isValue(there)) return refuse(node, "for-in", quote(node));
  branch(
    cx,
    there,
    () => {
      visit();
      return undefined;
    },
    () => undefined,
  );
}
