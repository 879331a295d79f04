/**
 * Arrays that stand for a number of places and hold nothing, which programs write to count: `[...Array(n)].map((_, i) => …)`,
 * `[...Array(n).keys()]`, `Array.from(Array(n), f)`, `Array(n).fill(null).map(…)`. The array is never made; what is called
 * with each place is called with nothing, and the place.
 */
import ts from "typescript";
import type { Value } from "../../ir/types.ts";
import { type Context, isValue, NothingFollows, type Operand, refuse, unpoisoned } from "../context.ts";
import { raise } from "../control/thrown.ts";
import { apply, branch } from "../flow.ts";
import { callPrelude } from "../library/methods.ts";
import { isPredefined, resolveSymbol } from "../modules/globals.ts";
import { bare } from "../syntax/scan.ts";
import { tryType } from "../types/types.ts";
import { lowerExpression, lowerNumber } from "./expression.ts";
import { missingLiteral } from "./literals.ts";

interface Blank {
  /** How many places, as the program says it. */
  readonly count: ts.Expression;
  /** `{ length: n }`, which takes any number; a length of arrays is an integer. */
  readonly isLike: boolean;
  /** What the places hold; undefined if they are holes, which methods skip. */
  readonly holds: "undefined" | "null" | undefined;
}

/** The array without contents that an expression makes; undefined if it makes something else. */
export function blankArray(cx: Context, node: ts.Expression): Blank | undefined {
  const made = bare(node);
  if (ts.isArrayLiteralExpression(made)) {
    const [only, ...others] = made.elements;
    const from = only && ts.isSpreadElement(only) && others.length === 0 ? blankArray(cx, only.expression) : undefined;
    return from && { ...from, holds: from.holds ?? "undefined" };
  }
  if (!ts.isCallExpression(made) && !ts.isNewExpression(made)) return undefined;
  const [first, ...more] = made.arguments ?? [];
  const callee = bare(made.expression);
  if (ts.isIdentifier(callee)) {
    const isLength = first && !ts.isSpreadElement(first) && more.length === 0 && isNumber(cx, first);
    return isLength && isArrayClass(cx, callee) ? { count: first, isLike: false, holds: undefined } : undefined;
  }
  if (!ts.isPropertyAccessExpression(callee) || more.length > 0) return undefined;
  if (callee.name.text === "from" && first && isArrayClass(cx, callee.expression)) {
    const count = lengthAlone(first);
    const from = count ? { count, isLike: true, holds: undefined } : blankArray(cx, first);
    return from && { ...from, holds: from.holds ?? "undefined" };
  }
  const filled = callee.name.text === "fill" ? blankArray(cx, callee.expression) : undefined;
  const holds = first ? missingLiteral(bare(first)) : "undefined";
  return filled && holds && { ...filled, holds };
}

function isArrayClass(cx: Context, node: ts.Expression): boolean {
  return ts.isIdentifier(node) && node.text === "Array" && isPredefined(cx, resolveSymbol(cx, node));
}

function isNumber(cx: Context, node: ts.Expression): boolean {
  const type = cx.checker.getTypeAtLocation(node);
  return (type.isUnion() ? type.types : [type]).every((t) => (t.flags & ts.TypeFlags.NumberLike) !== 0);
}

/** The n of `{ length: n }`. */
export function lengthAlone(node: ts.Expression): ts.Expression | undefined {
  const inner = bare(node);
  if (!ts.isObjectLiteralExpression(inner) || inner.properties.length !== 1) return undefined;
  const [member] = inner.properties;
  if (member && ts.isPropertyAssignment(member) && member.name.getText() === "length") return member.initializer;
  return member && ts.isShorthandPropertyAssignment(member) && member.name.text === "length" ? member.name : undefined;
}

/** How many places there are. Throws RangeError when the program runs where it is no length of an array. */
export function countOf(cx: Context, { count, isLike }: Blank): Value {
  const length = lowerNumber(cx, count);
  const known = cx.known(length);
  if (isLike || (typeof known === "number" && known >= 0 && Number.isInteger(known))) return length;
  branch(
    cx,
    apply(cx, "eq", [apply(cx, "ushr", [length, cx.constant(0)]), length]),
    () => undefined,
    () => {
      raise(cx, "RangeError", "Invalid array length");
      throw new NothingFollows();
    },
  );
  return length;
}

/** The places themselves, `Array(n).keys()`, as an array of their numbers. */
export function placesOf(cx: Context, blank: Blank, node: ts.Node): Value {
  return callPrelude(cx, node, "placesUpTo", [countOf(cx, blank)]) as Value;
}

/** `map` and `forEach` of an array without contents; undefined for anything else. */
export function callOfBlank(
  cx: Context,
  node: ts.CallExpression,
  callee: ts.PropertyAccessExpression,
): Operand | undefined {
  const method = callee.name.text;
  const [callback, ...others] = node.arguments;
  if ((method !== "map" && method !== "forEach") || !callback || others.length > 0) return undefined;
  const blank = blankArray(cx, callee.expression);
  if (!blank?.holds || ts.isSpreadElement(callback)) return undefined;
  const length = countOf(cx, blank);
  const f = unpoisoned(lowerExpression(cx, callback), callback);
  if (takesArray(cx, f)) return refuse(callback, "unfilled-array", "missing values");
  const held = cx.constant(blank.holds === "null" ? null : undefined);
  const result = cx.checker.getTypeAtLocation(node);
  if (method === "forEach") return callPrelude(cx, node, "eachPlace", [length, held, f]);
  const type = tryType(cx, result, node);
  const isOfNumbers = type?.kind === "array" && type.element.kind === "number";
  return callPrelude(cx, node, isOfNumbers ? "mapPlacesToNumbers" : "mapPlaces", [length, held, f], result);
}

/** True if a callback may look at its third argument, the array. */
function takesArray(cx: Context, f: Operand): boolean {
  if (isValue(f)) {
    const signature = cx.session.closures.of(f.type);
    return signature !== undefined && (signature.params.length > 2 || signature.hasRest === true);
  }
  if (f.kind !== "user") return false;
  const { parameters } = f.node;
  return parameters.length > 2 || parameters.some((p) => p.dotDotDotToken);
}
