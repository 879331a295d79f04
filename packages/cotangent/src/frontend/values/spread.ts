/**
 * What is iterated over where an iteration is implied: spread elements and arguments, `Array.from`. All of it comes as an
 * array; a spread of unknown length among arguments is gathered with its neighbours into one.
 */
import ts from "typescript";
import { array } from "../../ir/type.ts";
import type { Type, Value } from "../../ir/types.ts";
import { type Context, type GeneratorCall, isFunction, type Operand, quote, refuse } from "../context.ts";
import type { Iterated } from "../control/iteration.ts";
import { type Stepped, steppedThrough } from "../control/iterators.ts";
import { elementOfRest, operandsOf, restPosition } from "../functions/rest-arguments.ts";
import { callPrelude } from "../library/methods.ts";
import { listTable, tableKind } from "../objects/maps.ts";
import { bare } from "../syntax/scan.ts";
import { showType } from "../types/show.ts";
import { blankArray, placesOf } from "./blank.ts";
import { coerce } from "./coerce.ts";
import { collect } from "./collect.ts";
import { asValue, lowerExpression, lowerValue } from "./expression.ts";
import { loadPassing } from "./gaps.ts";
import { appendAll } from "./literals.ts";
import { charactersOf } from "./strings.ts";

const iterators: Readonly<Record<string, string>> = { entries: "entriesOf", keys: "keysOf", values: "copyOf" };

/** The elements of what is iterated over, as an array: itself, if it is one. */
export function lowerIterable(cx: Context, node: ts.Expression): Value {
  const from = lowerElements(cx, node);
  return "kind" in from ? collect(cx, from, node) : from;
}

/** As `lowerIterable`, but for what runs code of the program for each value: that is given as it is. */
export function lowerElements(cx: Context, node: ts.Expression): Value | GeneratorCall | Stepped {
  const inner = bare(node);
  if (ts.isCallExpression(inner) && ts.isPropertyAccessExpression(inner.expression) && inner.arguments.length === 0) {
    const listing = iterators[inner.expression.name.text];
    const object = bare(inner.expression.expression);
    const blank = listing === "keysOf" ? blankArray(cx, object) : undefined;
    if (blank) return placesOf(cx, blank, node);
    const owner = cx.checker.getTypeAtLocation(object).getSymbol()?.name ?? "";
    if (listing !== undefined && (owner.endsWith("Array") || tableKind(owner) !== undefined)) {
      const from = lowerValue(cx, object);
      const ofTable = listTable(cx, from, node, inner.expression.name.text as Iterated["gives"]);
      if (ofTable) return ofTable;
      if (from.type.kind === "array") return callPrelude(cx, node, listing, [from]) as Value;
      return refuse(node, "for-of", quote(node));
    }
  }
  const operand = lowerExpression(cx, node);
  const source = steppedThrough(cx, operand, node);
  if (source) return source;
  const from = asValue(cx, operand, node);
  if (from.type.kind === "array") return from;
  const characters = charactersOf(cx, from, node);
  if (characters) return characters;
  const ofTable = listTable(cx, from, node);
  if (ofTable) return ofTable;
  const fields = tupleElements(cx, from);
  return fields && fields.length > 0
    ? cx.b.array(fields, array((fields[0] as Value).type))
    : refuseIterable(node, from);
}

function refuseIterable(node: ts.Expression, { type }: Value): never {
  return refuse(node, "for-of", `a value of type ${showType(type)}`);
}

export function tupleElements(cx: Context, value: Value): readonly Value[] | undefined {
  if (value.type.kind !== "record" || !value.type.decl.isTuple) return undefined;
  return value.type.decl.fields.map((f) => cx.b.getField(value, f.name));
}

/** A new array of the values of `nodes` in order, spread ones element by element. */
export function gather(cx: Context, nodes: readonly ts.Expression[], node: ts.Node, wanted?: Type): Value {
  let made = wanted && cx.b.array([], array(wanted));
  const into = (type: Type): Value => {
    made ??= cx.b.array([], array(type));
    return made;
  };
  for (const n of nodes) {
    if (ts.isSpreadElement(n)) {
      const from = lowerIterable(cx, n.expression);
      appendAll(cx, into((from.type as Type & { kind: "array" }).element), from, n);
    } else {
      const value = lowerValue(cx, n);
      const to = into(value.type);
      cx.b.push(to, coerce(cx, value, (to.type as Type & { kind: "array" }).element, n));
    }
  }
  return made ?? refuse(node, "empty-array");
}

/**
 * The operands of a call of `target`. A spread tuple is so many arguments; a spread of unknown length must belong to a
 * rest parameter, with all that follows, or to a function that is known.
 */
export function lowerSpreadArguments(
  cx: Context,
  node: ts.CallExpression | ts.NewExpression,
  target?: Operand,
): readonly Operand[] {
  const args = node.arguments ?? [];
  const operands: Operand[] = [];
  const rest = target && restPosition(cx, target);
  for (const [i, a] of args.entries()) {
    if (rest !== undefined && operands.length === rest && args.slice(i).some(ts.isSpreadElement)) {
      const gathered = gather(cx, args.slice(i), node, elementOfRest(cx, target as Operand));
      cx.session.gathered.add(gathered);
      operands.push(gathered);
      break;
    }
    if (!ts.isSpreadElement(a)) {
      operands.push(lowerExpression(cx, a));
      continue;
    }
    const isKnown = target !== undefined && isFunction(target) && target.kind === "user";
    // Where it matters how many there are, an assertion does not say it (`...(xs as [number, number])`).
    const count = tupleLength(cx, isKnown ? bare(a.expression) : a.expression);
    const from = count === undefined ? undefined : lowerValue(cx, a.expression);
    const fields = from && tupleElements(cx, from);
    if (fields) operands.push(...fields);
    else if (count !== undefined && from?.type.kind === "array") {
      for (let k = 0; k < count; k++) operands.push(loadPassing(cx, from, cx.constant(k)));
    } else if (isKnown) {
      return operandsOf(cx, target.node, operands, gather(cx, args.slice(i), node), node);
    } else return refuse(a, "spread-argument");
  }
  return operands;
}

/** How many elements the checker says a tuple has. */
function tupleLength(cx: Context, node: ts.Expression): number | undefined {
  const type = cx.checker.getTypeAtLocation(node);
  if (!cx.checker.isTupleType(type)) return undefined;
  const { elementFlags } = (type as ts.TupleTypeReference).target;
  return elementFlags.every((f) => f & ts.ElementFlags.Required) ? elementFlags.length : undefined;
}
