/**
 * Array methods whose arguments need a word before the prelude is called: those that move elements, take any number of
 * them, or make a string.
 */
import ts from "typescript";
import type { Type, Value } from "../../ir/types.ts";
import { type Context, isFunction, isValue, type Operand, refuse, unpoisoned } from "../context.ts";
import { argumentValue } from "../functions/call.ts";
import { lowerExpression, lowerNumber } from "../values/expression.ts";
import { noteElementsAsked } from "../values/presence.ts";
import { gather } from "../values/spread.ts";
import { callPrelude, retyped } from "./methods.ts";

type ArrayType = Type & { kind: "array" };
type Lowering = (cx: Context, node: ts.CallExpression, object: Value, type: ArrayType) => Operand;

const moving: Readonly<Record<string, Lowering>> = {
  shift: (cx, node, object) => {
    cx.session.bounds.popped = true;
    return callPrelude(cx, node, "shift", [object], cx.checker.getTypeAtLocation(node));
  },
  unshift: (cx, node, object, type) => {
    const items = gather(cx, node.arguments, node, type.element);
    return callPrelude(cx, node, "unshift", [object, items]);
  },
  splice: (cx, node, object, type) => {
    cx.session.bounds.popped = true;
    return callPrelude(cx, node, "splice", [object, ...spliceArguments(cx, node, object, type)]);
  },
  toSpliced: (cx, node, object, type) =>
    callPrelude(cx, node, "toSpliced", [object, ...spliceArguments(cx, node, object, type)]),
  copyWithin: (cx, node, object) => {
    const [to, from, end] = [0, 1, 2].map((i) => argumentValue(cx, node, i));
    return callPrelude(cx, node, "copyWithin", [
      object,
      to ?? cx.constant(0),
      from ?? cx.constant(0),
      end ?? cx.constant(undefined),
    ]);
  },
  sort: (cx, node, object, type) => sort(cx, node, object, type, "sort"),
  toSorted: (cx, node, object, type) => sort(cx, node, object, type, "toSorted"),
  flat: (cx, node, object, type) => flat(cx, node, object, type),
  lastIndexOf: (cx, node, object) => {
    const [item, from] = [argumentValue(cx, node, 0), argumentValue(cx, node, 1)];
    if (!item) return refuse(node, "method", "lastIndexOf without a value");
    return from
      ? callPrelude(cx, node, "lastIndexOfFrom", [object, item, from.type.kind === "undefined" ? cx.constant(0) : from])
      : callPrelude(cx, node, "lastIndexOf", [object, item]);
  },
  join: (cx, node, object, type) => {
    const separator = argumentValue(cx, node, 0) ?? cx.constant(undefined);
    const { element } = type;
    const inner = element.kind === "optional" ? element.of : element;
    if (inner.kind === "array" || inner.kind === "record") return refuse(node, "operator", "join");
    if (element.kind === "optional" && element.absent !== "undefined") return refuse(node, "method", "join of null");
    noteElementsAsked(cx, object);
    return callPrelude(cx, node, element.kind === "optional" ? "joinPresent" : "join", [object, separator]);
  },
};

/** `object.method(…)` if the method is one of these. */
export function callMoving(
  cx: Context,
  node: ts.CallExpression,
  method: string,
  object: Value,
  type: ArrayType,
): Operand | undefined {
  const lower = Object.hasOwn(moving, method) ? moving[method] : undefined;
  if (!lower) return undefined;
  const needsArray = method === "shift" || method === "unshift" || /splice/i.test(method) || method === "flat";
  if (needsArray && type.storage !== "Array") return refuse(node, "method", method);
  return lower(cx, node, object, type);
}

/** Start, count and items: `splice()` removes nothing, `splice(start)` all that follows. */
function spliceArguments(cx: Context, node: ts.CallExpression, object: Value, type: ArrayType): readonly Operand[] {
  const { arguments: args } = node;
  if (args.slice(0, 2).some(ts.isSpreadElement)) return refuse(node, "spread-argument");
  const start = args[0] ? lowerNumber(cx, args[0]) : cx.constant(0);
  const count = args[1] ? lowerNumber(cx, args[1]) : args[0] ? cx.b.length(object) : cx.constant(0);
  return [start, count, gather(cx, args.slice(2), node, type.element)];
}

function sort(
  cx: Context,
  node: ts.CallExpression,
  object: Value,
  type: ArrayType,
  name: "sort" | "toSorted",
): Operand {
  const [comparator] = node.arguments;
  const f = comparator && unpoisoned(lowerExpression(cx, comparator), comparator);
  const isDefault = !f || (isValue(f) && f.type.kind === "undefined");
  if (!isDefault && !isFunction(f)) return refuse(node, "unknown-callee", "the comparator");
  if (type.element.kind === "optional") return refuse(node, "method", `${name} of values that may be missing`);
  const isOfText = type.element.kind === "string";
  if (isDefault && type.storage === "Array" && !isOfText) return refuse(node, "sort-as-text", name);
  noteElementsAsked(cx, object);
  const method = isDefault
    ? `${name}${isOfText ? "Texts" : "Numbers"}`
    : type.storage === "Array"
      ? name
      : `${name}Typed`;
  const made = callPrelude(cx, node, method, isDefault ? [object] : [object, f as Operand]);
  return name === "toSorted" && isValue(made) ? retyped(cx, node, made, type) : made;
}

/** `flat(depth)`: level by level, as far as there are arrays in arrays. */
function flat(cx: Context, node: ts.CallExpression, object: Value, type: ArrayType): Operand {
  const given = argumentValue(cx, node, 0);
  const depth = given ? cx.known(given) : 1;
  if (typeof depth !== "number") return refuse(node, "method", "flat with a depth that is not a literal");
  let made: Operand = object;
  let { element } = type;
  for (let level = 1; level <= depth && element.kind === "array" && element.storage === "Array"; level++) {
    made = callPrelude(cx, node, "flat", [made]);
    ({ element } = element);
  }
  const inner = element.kind === "optional" ? element.of : element;
  const mayBeList = cx.session.unions.of(inner)?.parts.has("asList");
  if (mayBeList || (inner.kind === "record" && inner.decl.isTuple))
    return refuse(node, "method", `flat of ${mayBeList ? "what may be a list" : "tuples of mixed types"}`);
  return made === object ? callPrelude(cx, node, "copyOf", [object]) : made;
}
