/**
 * Methods of arrays. A few are instructions; the rest is the prelude: JavaScript's library written in TypeScript and
 * compiled like the user's code, with the callback as a known function.
 */
import ts from "typescript";
import { array, number, sameType } from "../../ir/type.ts";
import type { Type, Value } from "../../ir/types.ts";
import { preludeFile } from "../../prelude/index.ts";
import { type Context, isValue, NothingFollows, type Operand, refuse, type UserFunction } from "../context.ts";
import { apply, branch } from "../flow.ts";
import { argumentValue, lowerArguments } from "../functions/call.ts";
import { callFunction } from "../functions/specialize.ts";
import { showType } from "../types/show.ts";
import { tryType } from "../types/types.ts";
import { isTestedLater } from "../values/access.ts";
import { callOfBlank } from "../values/blank.ts";
import { coerce } from "../values/coerce.ts";
import { lowerValue } from "../values/expression.ts";
import { refuseUnion, unionOf } from "../values/kinds.ts";
import { concatenate } from "../values/literals.ts";
import { callNumberMethod } from "../values/number-text.ts";
import { noteMadeNumber, readAsPresent } from "../values/presence.ts";
import { gather, lowerIterable } from "../values/spread.ts";
import { callTextMethod } from "../values/strings.ts";
import { lowerSubarray } from "../values/views.ts";
import { isNumberArray, lowerFilledArray } from "./builtins.ts";
import { callingFrom } from "./called-from.ts";
import { callMoving } from "./moving.ts";
import { callPattern } from "./regular-expressions.ts";
import { callTapeMethod } from "./runtime-calls.ts";

type ArrayType = Type & { kind: "array" };

/** Calls a function of the prelude; `resultType` is the checker's type of the user's call. */
export function callPrelude(
  cx: Context,
  node: ts.Node,
  name: string,
  args: readonly Operand[],
  resultType?: ts.Type,
): Operand {
  return callingFrom(cx.session, node, () => callFunction(cx, preludeFunction(cx, name), args, node, resultType));
}

/** A function of the prelude. */
export function preludeFunction(cx: Context, name: string): UserFunction {
  const file = cx.session.internals.program.getSourceFile(preludeFile);
  const found = file?.statements.find(
    (s): s is ts.FunctionDeclaration => ts.isFunctionDeclaration(s) && s.name?.text === name,
  );
  if (!found) throw new Error(`the prelude has no ${name}`);
  return { kind: "user", node: found, frame: undefined };
}

/** Methods that the prelude has under their own names, for JavaScript arrays and typed arrays alike. */
const shared: ReadonlySet<string> = new Set([
  "forEach",
  "reduce",
  "reduceRight",
  "some",
  "every",
  "find",
  "findIndex",
  "findLast",
  "findLastIndex",
  "indexOf",
  "lastIndexOf",
  "includes",
  "at",
  "reverse",
]);
/** Methods that make a JavaScript array. */
const making: ReadonlySet<string> = new Set([
  "map",
  "filter",
  "slice",
  "concat",
  "flatMap",
  "flat",
  "toReversed",
  "with",
]);
/** Methods that make a typed array of the same kind. */
const makingTyped: ReadonlySet<string> = new Set(["map", "slice", "filter", "toReversed", "with"]);

/** `object.method(…)`, whose object has been evaluated unless the method is part of its making. */
export function callMethod(
  cx: Context,
  node: ts.CallExpression,
  callee: ts.PropertyAccessExpression,
  object: Value,
): Operand {
  const method = callee.name.text;
  const { type } = object;
  if (type.kind === "tape") return callTapeMethod(cx, node, method, object);
  if (type.kind === "string") return callTextMethod(cx, node, method, object);
  const written = type.kind === "number" ? callNumberMethod(cx, node, method, object) : undefined;
  if (written) return written;
  if (type.kind === "boolean" && method === "toString") return concatenate(cx, [object]);
  if (type.kind !== "array") {
    if (type.kind === "optional" || type.kind === "undefined") return refuse(callee, "possibly-missing", "the object");
    return refuse(node, "method", `${method} of ${showType(type)}`);
  }
  switch (method) {
    case "push":
      return push(cx, node, object, type);
    case "pop":
      return pop(cx, node, object, type);
    case "fill":
      return fill(cx, node, object, type);
    case "subarray":
      return type.storage === "Array" ? refuse(node, "method", method) : lowerSubarray(cx, node, object);
    case "set":
      return type.storage === "Array" ? refuse(node, "method", method) : setElements(cx, node, object);
    default:
      return callLibrary(cx, node, method, object, type);
  }
}

/** `new Array(n).fill(v)`, `[...Array(n)].map(f)` and `/a+/.test(s)` are lowered whole, before their objects. */
export function lowerWholeCall(
  cx: Context,
  node: ts.CallExpression,
  callee: ts.PropertyAccessExpression,
): Operand | undefined {
  if (callee.name.text === "fill") return lowerFilledArray(cx, node, callee.expression);
  return callOfBlank(cx, node, callee) ?? callPattern(cx, node, callee);
}

function push(cx: Context, node: ts.CallExpression, object: Value, type: ArrayType): Value {
  const [first, ...others] = node.arguments;
  if (first && ts.isSpreadElement(first) && others.length === 0) {
    callPrelude(cx, node, "appendAll", [object, lowerIterable(cx, first.expression)]);
  } else if (node.arguments.some(ts.isSpreadElement)) {
    callPrelude(cx, node, "appendAll", [object, gather(cx, node.arguments, node, type.element)]);
  } else {
    // All arguments are evaluated before any is appended: one may ask the array for its length, or throw.
    const values = node.arguments.map((a) => coerce(cx, lowerValue(cx, a), type.element, a));
    for (const value of values) cx.b.push(object, value);
  }
  return ts.isExpressionStatement(node.parent) ? cx.constant(undefined) : cx.b.length(object);
}

/** The removed element; missing if there is none, unless the program says that there is. */
function pop(cx: Context, node: ts.CallExpression, object: Value, type: ArrayType): Operand {
  cx.session.bounds.popped = true;
  const { parent } = node;
  const isAsserted = ts.isNonNullExpression(parent) && !isTestedLater(cx, parent);
  if (isAsserted) return readAsPresent(cx, cx.b.pop(object), node);
  if (ts.isExpressionStatement(parent) && type.element.kind === "optional") return cx.b.pop(object);
  const some = apply(cx, "gt", [cx.b.length(object), cx.constant(0)]);
  const popped = branch(
    cx,
    some,
    () => cx.b.pop(object),
    () => cx.constant(undefined),
  );
  if (popped === undefined) throw new Error("pop without a value");
  return popped;
}

function fill(cx: Context, node: ts.CallExpression, object: Value, type: ArrayType): Value {
  const value = argumentValue(cx, node, 0);
  if (!value) return refuse(node, "method", "fill without a value");
  const from = argumentValue(cx, node, 1);
  const to = argumentValue(cx, node, 2);
  const length = cx.b.length(object);
  const content = coerce(cx, value, type.element, node.arguments[0] as ts.Expression);
  // What is read of a typed array afterwards is what it was filled with.
  if (type.storage !== "Array") noteMadeNumber(cx, content);
  callPrelude(cx, node, "fillRange", [object, content, from ?? cx.constant(0), to ?? length]);
  return object;
}

function setElements(cx: Context, node: ts.CallExpression, object: Value): Operand {
  const source = argumentValue(cx, node, 0);
  if (source?.type.kind !== "array" || source.type.element.kind !== "number")
    return refuse(node, "method", "set of something other than an array");
  const at = argumentValue(cx, node, 1) ?? cx.constant(0);
  // What overlaps in part must be read before it is written.
  const { bounds, overlap } = cx.session;
  const mayOverlap = sameType(source.type, object.type) && !bounds.trusted;
  if (sameType(source.type, object.type)) overlap.ignored ||= bounds.trusted;
  const from = mayOverlap ? cx.b.copy(source) : source;
  return callPrelude(cx, node, "setElements", [object, from, at]);
}

/** Methods that call back for every element that there was when they began. */
const traversing: ReadonlySet<string> = new Set([
  ...["forEach", "map", "filter", "flatMap", "reduce", "reduceRight", "some", "every"],
  ...["find", "findIndex", "findLast", "findLastIndex"],
]);

/**
 * Where a program shortens arrays, a method must not run on past the end of what its callback has shortened: there
 * JavaScript passes over elements, and the compiled loop would read them.
 */
function callLibrary(cx: Context, node: ts.CallExpression, method: string, object: Value, type: ArrayType): Operand {
  const { bounds } = cx.session;
  if (!traversing.has(method) || type.storage !== "Array") return callOther(cx, node, method, object, type);
  if (bounds.trusted) {
    bounds.used = true;
    return callOther(cx, node, method, object, type);
  }
  const before = cx.b.length(object);
  const result = callOther(cx, node, method, object, type);
  const message = `an array was shortened while its method ${method} ran over it`;
  branch(
    cx,
    apply(cx, "lt", [cx.b.length(object), before]),
    () => {
      cx.b.throw("RangeError", cx.constant(message));
      throw new NothingFollows();
    },
    () => undefined,
  );
  return result;
}

function callOther(cx: Context, node: ts.CallExpression, method: string, object: Value, type: ArrayType): Operand {
  const moving = callMoving(cx, node, method, object, type);
  if (moving) return moving;
  const resultType = cx.checker.getTypeAtLocation(node);
  if (shared.has(method)) {
    const name =
      method === "reduce" && node.arguments.length === 1
        ? "reduceFromFirst"
        : method === "reduceRight" && node.arguments.length === 1
          ? "reduceRightFromLast"
          : method;
    return callPrelude(cx, node, name, [object, ...lowerArguments(cx, node)], resultType);
  }
  if (type.storage !== "Array") {
    if (!makingTyped.has(method)) return refuse(node, "method", method);
    const made = callPrelude(
      cx,
      node,
      method === "map" ? "mapNumbers" : method === "with" ? "replaced" : method,
      [object, ...lowerArguments(cx, node)],
      undefined,
    );
    return isValue(made) ? retyped(cx, node, made, type) : made;
  }
  if (!making.has(method)) return refuse(node, "method", method);
  const args = lowerArguments(cx, node);
  if (method === "map" && isNumberArray(tryType(cx, resultType, node)))
    return callPrelude(cx, node, "mapNumbers", [object, ...args], resultType);
  if (method === "concat") return concat(cx, node, object, args, type);
  return callPrelude(cx, node, method === "with" ? "replaced" : method, [object, ...args], resultType);
}

/** The numbers of a new JavaScript array in a typed array. */
export function retyped(cx: Context, node: ts.Node, from: Value, type: ArrayType): Value {
  if (from.type.kind !== "array" || from.type.storage === type.storage) return from;
  const made = cx.b.allocate(cx.b.length(from), array(number, type.storage));
  callPrelude(cx, node, "setElements", [made, from, cx.constant(0)]);
  return made;
}

function concat(
  cx: Context,
  node: ts.CallExpression,
  object: Value,
  args: readonly Operand[],
  type: ArrayType,
): Operand {
  const made = callPrelude(cx, node, "copyOf", [object]) as Value;
  for (const [i, a] of args.entries()) {
    const at = node.arguments[i] ?? node;
    if (!isValue(a)) return refuse(at, "function-value");
    if (unionOf(cx, a)?.parts.has("asList")) refuseUnion(cx, a, at);
    if (a.type.kind === "array" && a.type.storage === "Array") callPrelude(cx, node, "appendAll", [made, a]);
    else cx.b.push(made, coerce(cx, a, type.element, at));
  }
  return made;
}
