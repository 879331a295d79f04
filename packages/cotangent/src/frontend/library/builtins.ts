/**
 * What the language predefines: Math and Number by the table of elementals, arrays and typed arrays, console. A function
 * that is not here is refused by name.
 */
import ts from "typescript";
import type { Primitive } from "../../core/primitive.ts";
import { primitive, primitiveForCall } from "../../elementals/index.ts";
import { array, isReference, number } from "../../ir/type.ts";
import type { ArrayType, Storage, Type, Value } from "../../ir/types.ts";
import { type Context, isValue, type Operand, quote, refuse, unpoisoned, Variable } from "../context.ts";
import { both, truthOf } from "../control/condition.ts";
import { type Iterated, iterated } from "../control/iteration.ts";
import { steppedThrough } from "../control/iterators.ts";
import { countedLoop } from "../control/loops.ts";
import { apply, branch } from "../flow.ts";
import { argumentValue, lowerArguments } from "../functions/call.ts";
import { callAny } from "../functions/function-calls.ts";
import { makeOfEntries, refuseTables, tableKind } from "../objects/maps.ts";
import { holdsInstance } from "../objects/outside.ts";
import { objectFunctions } from "../objects/properties.ts";
import { bare } from "../syntax/scan.ts";
import { showType } from "../types/show.ts";
import { holdsFunction } from "../types/signatures.ts";
import { contextualType, localType, tryType } from "../types/types.ts";
import { holdsUnion } from "../types/unions.ts";
import { blankArray, countOf, lengthAlone } from "../values/blank.ts";
import { recordLength } from "../values/bounds.ts";
import { coerce } from "../values/coerce.ts";
import { collectMapped } from "../values/collect.ts";
import { asValue, expectNumber, lowerExpression, lowerNumber, lowerValue, toNumber } from "../values/expression.ts";
import { loadPassing, makeUnfilled, mayHaveHoles } from "../values/gaps.ts";
import { byKind, isOfKind, refuseUnion, unionOf } from "../values/kinds.ts";
import { learnedArray } from "../values/learn.ts";
import { concatenate, textPart } from "../values/literals.ts";
import { noteMadeNumber } from "../values/presence.ts";
import { gather, lowerIterable, tupleElements } from "../values/spread.ts";
import { isBuffer, makeBuffer, recordOwnBuffer, typedStorage, viewOfBuffer } from "../values/views.ts";
import { callPrelude } from "./methods.ts";
import { refuseByName } from "./refused-names.ts";

/** A call of a predefined function, spelled `callee`. */
export function callPredefined(cx: Context, node: ts.CallExpression, callee: string): Operand {
  const own = [specials, objectFunctions].find((table) => Object.hasOwn(table, callee));
  const special = own?.[callee];
  if (special) return special(cx, node);
  const typed = /^(\w+)\.(of|from)$/.exec(callee);
  const storage = typed?.[1] === undefined ? undefined : typedStorage(typed[1]);
  if (storage && storage !== "Array")
    return typed?.[2] === "of" ? typedOf(cx, node, storage) : typedFrom(cx, node, storage);
  const elemental = primitiveForCall(callee);
  if (elemental)
    return anyPredicate.test(callee) ? callPredicate(cx, node, elemental) : callElemental(cx, node, elemental);
  refuseByName(node, callee);
  return refuse(node, "library-function", `\`${callee}\``);
}

/** Predicates of any value, false of what is no number. */
const anyPredicate = /^Number\.is/;

function callPredicate(cx: Context, node: ts.CallExpression, elemental: Primitive): Value {
  const [argument, ...surplus] = node.arguments;
  if (!argument || ts.isSpreadElement(argument)) return callElemental(cx, node, elemental);
  const value = asValue(cx, lowerExpression(cx, argument, true), argument);
  for (const a of surplus) lowerExpression(cx, a);
  return applyPredicate(cx, elemental, value, node);
}

/** A predicate of any value: false of what is no number. */
function applyPredicate(cx: Context, elemental: Primitive, value: Value, node: ts.Node): Value {
  const { type } = value;
  if (type.kind === "number") return apply(cx, elemental, [value]);
  const union = unionOf(cx, value);
  if (union) return byKind(cx, value, union, (part) => applyPredicate(cx, elemental, part, node), node);
  if (type.kind !== "optional") return cx.constant(false);
  return both(cx, cx.b.present(value), () => applyPredicate(cx, elemental, cx.b.unwrap(value), node));
}

const specials: Readonly<Record<string, (cx: Context, node: ts.CallExpression) => Operand>> = {
  "Math.max": (cx, node) => foldExtreme(cx, node, primitive("max"), Number.NEGATIVE_INFINITY),
  "Math.min": (cx, node) => foldExtreme(cx, node, primitive("min"), Number.POSITIVE_INFINITY),
  Number: (cx, node) => {
    const value = argumentValue(cx, node, 0);
    return value ? toNumber(cx, value, node) : cx.constant(0);
  },
  // Of two lengths the length is that of all, so a list of unknown length is folded.
  "Math.hypot": (cx, node) =>
    node.arguments.some(ts.isSpreadElement)
      ? foldExtreme(cx, node, primitive("hypot"), 0)
      : callElemental(cx, node, primitive("hypot")),
  structuredClone: (cx, node) => {
    const value = argumentValue(cx, node, 0) ?? cx.constant(undefined);
    // JavaScript cannot clone one.
    if (holdsFunction(cx.session.closures, value.type)) refuse(node, "function-value", quote(node));
    if (holdsInstance(cx.session, value.type))
      refuse(node, "class-outside", `${quote(node)}, whose result is no instance`);
    return isReference(value.type) ? cx.b.copy(value) : value;
  },
  Boolean: (cx, node) => {
    const argument = node.arguments[0];
    return argument ? truthOf(cx, lowerExpression(cx, argument, true), argument) : cx.constant(false);
  },
  String: (cx, node) => {
    const value = argumentValue(cx, node, 0);
    return value ? concatenate(cx, [textPart(cx, value, node.arguments[0] ?? node)]) : cx.constant("");
  },
  BigInt: (_cx, node) => refuse(node, "bigint"),
  Array: (cx, node) => makeArray(cx, node),
  "Array.of": (cx, node) => {
    if (node.arguments.some(ts.isSpreadElement)) return gather(cx, node.arguments, node);
    const values = node.arguments.map((a) => lowerValue(cx, a));
    const type = localType(cx, cx.checker.getTypeAtLocation(node), node);
    return cx.b.array(values, type);
  },
  "Array.from": (cx, node) => arrayFrom(cx, node),
  "ArrayBuffer.isView": (cx, node) =>
    testPresent(cx, node, (value) => {
      refuseUnion(cx, value, node.arguments[0] ?? node);
      return cx.constant(value.type.kind === "array" && value.type.storage !== "Array");
    }),
  "Array.isArray": (cx, node) =>
    testPresent(cx, node, (value) => {
      const { type } = value;
      const union = unionOf(cx, value);
      const list = union?.parts.get("asList");
      if (list)
        return list.kind === "array" && list.storage !== "Array" ? cx.constant(false) : isOfKind(cx, value, "asList");
      return cx.constant(
        (type.kind === "array" && type.storage === "Array") || (type.kind === "record" && type.decl.isTuple),
      );
    }),
};

/** What a test says of its argument; false of one that is missing. */
function testPresent(cx: Context, node: ts.CallExpression, test: (value: Value) => Value): Operand {
  const value = argumentValue(cx, node, 0);
  if (!value) return refuse(node, "possibly-missing", quote(node.arguments[0] ?? node));
  if (value.type.kind !== "optional") return test(value);
  return (
    branch(
      cx,
      cx.b.present(value),
      () => test(cx.b.unwrap(value)),
      () => cx.constant(false),
    ) ?? cx.constant(false)
  );
}

// ------------------------------------------------------------------------------------------------------------- Numbers

function callElemental(cx: Context, node: ts.CallExpression, elemental: Primitive): Value {
  const args = node.arguments.map((a) => (ts.isSpreadElement(a) ? refuse(a, "spread-argument") : lowerValue(cx, a)));
  return applyTo(cx, elemental, args, node);
}

/** A primitive that a program hands on by its name, where it is called with what its place gives, which may be more. */
export function applyByName(cx: Context, elemental: Primitive, args: readonly Value[], called: ts.Node): Value {
  const [first] = args;
  const asked = `Number.${elemental.id}`;
  if (first && anyPredicate.test(asked) && primitiveForCall(asked) === elemental)
    return applyPredicate(cx, elemental, first, called);
  const isOfNumbers = elemental.arity === "variadic" && elemental.takes[0] !== "string";
  if (isOfNumbers || args.length === 0) return refuse(called, "unknown-callee", quote(called));
  return applyTo(cx, elemental, args, called);
}

/**
 * A primitive of the arguments that a program gives, which must be of its kinds. Missing ones are an error of types,
 * where they are not optional; surplus ones have been evaluated.
 */
export function applyTo(cx: Context, elemental: Primitive, args: readonly Value[], node: ts.Node): Value {
  const { arity, takes } = elemental;
  const isOfText = takes[0] === "string";
  const wanted = arity !== "variadic" ? arity : isOfText ? Math.min(args.length, takes.length) : args.length;
  if (args.length < wanted || (isOfText && args.length === 0)) return refuse(node, "operator", quote(node));
  if (arity === "variadic" && args.length === 0) return cx.constant(elemental.primal() as number);
  const passed = args.slice(0, wanted);
  const open = isOfText ? passed.findLastIndex(isOpenNumber) : -1;
  if (open > 0) return leavingOut(cx, passed, open, (given) => applyTo(cx, elemental, given, node));
  const places = ts.isCallExpression(node) ? node.arguments : undefined;
  const before = args.length - (places?.length ?? 0);
  for (const [i, arg] of passed.entries()) {
    const kind = takes[Math.min(i, takes.length - 1)] ?? "any";
    const place = places?.[i - before] ?? node;
    refuseUnion(cx, arg, place);
    if (kind === "number") expectNumber(arg, place);
    else if (kind !== "any" && arg.type.kind !== kind)
      refuse(place, "type-mismatch", `${showType(arg.type)} and ${kind}`);
  }
  return apply(cx, elemental, passed);
}

/** A number that may be undefined, or undefined itself. */
export function isOpenNumber({ type }: Value): boolean {
  if (type.kind === "undefined") return true;
  return type.kind === "optional" && type.absent === "undefined" && type.of.kind === "number";
}

/**
 * A call with arguments of which the last that may be undefined is the one `at`. As the library's own functions take it,
 * undefined is then left out, or 0 in front of another one.
 */
export function leavingOut(
  cx: Context,
  args: readonly Value[],
  at: number,
  call: (args: readonly Value[]) => Value,
): Value {
  const open = args[at] as Value;
  const [before, behind] = [args.slice(0, at), args.slice(at + 1)];
  const without = (): Value => call(behind.length > 0 ? [...before, cx.constant(0), ...behind] : before);
  if (open.type.kind === "undefined") return without();
  const made = branch(cx, cx.b.present(open), () => call([...before, cx.b.unwrap(open), ...behind]), without);
  if (!made || !isValue(made)) throw new Error("a function of text gives a value");
  return made;
}

/** `Math.max(a, b, …)`, folded from the left; a spread array is folded by a loop. */
function foldExtreme(cx: Context, node: ts.CallExpression, elemental: Primitive, empty: number): Value {
  let result: Value | undefined;
  const combine = (value: Value): void => {
    result = result ? apply(cx, elemental, [result, value]) : value;
  };
  for (const a of node.arguments) {
    if (!ts.isSpreadElement(a)) {
      combine(lowerNumber(cx, a));
      continue;
    }
    const from = lowerIterable(cx, a.expression);
    if (from.type.kind !== "array" || from.type.element.kind !== "number") return refuse(a, "spread-argument");
    const extreme = new Variable(elemental.id, number);
    cx.write(extreme, result ?? cx.constant(empty));
    countedLoop(
      cx,
      a,
      () => cx.b.length(from),
      (i) => cx.write(extreme, apply(cx, elemental, [cx.read(extreme) as Value, loadPassing(cx, from, i)])),
      [extreme],
    );
    result = cx.read(extreme) as Value;
    cx.flow.values.delete(extreme);
  }
  if (result && node.arguments.length === 1) noteMadeNumber(cx, result);
  return result ?? cx.constant(empty);
}

// -------------------------------------------------------------------------------------------------------------- Arrays

/** `new X(…)` of a predefined class. */
export function callConstructor(cx: Context, node: ts.NewExpression, name: string): Value {
  if (name === "Array") return makeArray(cx, node);
  if (tableKind(name) !== undefined) return makeOfEntries(cx, node);
  if (name === "ArrayBuffer") return makeBuffer(cx, node);
  const storage = typedStorage(name);
  refuseByName(node, name);
  if (!storage) return refuse(node, "class-instance", quote(node));
  const type = array(number, storage);
  const from = argumentValue(cx, node, 0) ?? cx.constant(0);
  if (isBuffer(from.type)) return viewOfBuffer(cx, node, from, type as ArrayType);
  if ((node.arguments?.length ?? 0) > 1) return refuse(node, "type-not-taken", "a view of a buffer");
  if (from.type.kind === "number") {
    const made = recordOwnBuffer(cx.b.allocate(from, type));
    recordLength(cx, made, from);
    return made;
  }
  return convertElements(cx, from, type, node);
}

/** A new typed array with the elements of another array. */
function convertElements(cx: Context, from: Value, type: Type & { kind: "array" }, node: ts.Node): Value {
  if (from.type.kind !== "array" || from.type.element.kind !== "number")
    return refuse(node, "type-mismatch", `${showType(from.type)} and number[]`);
  const length = cx.b.length(from);
  const made = recordOwnBuffer(cx.b.allocate(length, type));
  recordLength(cx, made, length);
  countedLoop(
    cx,
    node,
    () => length,
    (i) => cx.b.store(made, i, loadPassing(cx, from, i)),
  );
  return made;
}

function typedOf(cx: Context, node: ts.CallExpression, storage: Storage): Value {
  return cx.b.array(
    node.arguments.map((a) => (ts.isSpreadElement(a) ? refuse(a, "spread-argument") : lowerNumber(cx, a))),
    array(number, storage),
  );
}

/** `Float64Array.from(xs)`, `.from(xs, f)`, `.from({ length: n }, f)`. */
function typedFrom(cx: Context, node: ts.CallExpression, storage: Storage): Value {
  const [source, map] = node.arguments;
  if (!source || ts.isSpreadElement(source)) return refuse(node, "library-function", quote(node));
  const type = array(number, storage);
  const length = lengthOnly(cx, source);
  const from = length ? undefined : lowerIterable(cx, source);
  const count = length ?? cx.b.length(from as Value);
  const f = map && unpoisoned(lowerExpression(cx, map), map);
  if (!f) return from ? convertElements(cx, from, type, node) : cx.b.allocate(count, type);
  const made = cx.b.allocate(count, type);
  recordLength(cx, made, count);
  countedLoop(
    cx,
    node,
    () => count,
    (i) => {
      const item = from ? loadPassing(cx, from, i) : cx.constant(undefined);
      cx.b.store(made, i, expectNumber(asValue(cx, callAny(cx, f, [item, i], node), node), node));
    },
  );
  return made;
}

/** The n of `{ length: n }`, and of an array without contents, of which a function is given the places alone. */
function lengthOnly(cx: Context, node: ts.Expression): Value | undefined {
  const like = lengthAlone(node);
  if (like) return lowerNumber(cx, like);
  const blank = blankArray(cx, node);
  return blank && blank.holds !== "null" ? countOf(cx, blank) : undefined;
}

/** `Array.from(xs)`, `Array.from(xs, f)`, `Array.from({ length: n }, f)`. */
function arrayFrom(cx: Context, node: ts.CallExpression): Operand {
  const [source, map] = node.arguments;
  if (!source || ts.isSpreadElement(source)) return refuse(node, "library-function", "`Array.from`");
  const length = lengthOnly(cx, source);
  const resultType = cx.checker.getTypeAtLocation(node);
  if (length) {
    if (!map) return refuse(node, "unfilled-array", "values");
    const f = lowerExpression(cx, map);
    const numbers = isNumberArray(tryType(cx, resultType, node));
    return callPrelude(cx, node, numbers ? "generateNumbers" : "generate", [length, f], resultType);
  }
  if (!map) return callPrelude(cx, node, "copyOf", [lowerIterable(cx, source)], resultType);
  const from = iterated(cx, source, (operand) => steppedThrough(cx, operand, source) ?? inArray(cx, operand));
  if (!("kind" in from) && !from.table && from.gives === "values")
    return callPrelude(cx, node, "convert", [from.array, lowerExpression(cx, map)], resultType);
  const type = tryType(cx, resultType, node);
  if (type?.kind !== "array") return refuse(node, "library-function", "`Array.from`");
  return collectMapped(cx, from, map, type.element, node);
}

/** A tuple as an array: what is iterated over has one type, and a tuple whose elements change is none. */
function inArray(cx: Context, operand: Operand): Iterated | undefined {
  const fields = isValue(operand) ? tupleElements(cx, operand) : undefined;
  const [first] = fields ?? [];
  return fields && first && { array: cx.b.array(fields, array(first.type)), gives: "values" };
}

export function isNumberArray(type: Type | undefined): boolean {
  return type?.kind === "array" && type.element.kind === "number";
}

/**
 * `new Array(n)`, whose elements are holes: taken if it is filled at once (see `filled` in methods), or is of numbers or
 * objects, which the program must write before it reads them.
 */
function makeArray(cx: Context, node: ts.NewExpression | ts.CallExpression): Value {
  const args = node.arguments ?? [];
  const declared = contextualType(cx, node) ?? tryType(cx, cx.checker.getTypeAtLocation(node), node);
  const type = declared?.kind === "array" && declared.storage === "Array" ? declared : learnedArray(cx.session, node);
  if (args.length === 0)
    return type && type.element.kind !== "undefined" ? cx.b.array([], type) : refuse(node, "empty-array");
  if (args.length > 1) {
    const values = lowerArguments(cx, node).map((o, i) => asValue(cx, o, args[i] ?? node));
    return cx.b.array(values, type ?? array((values[0] as Value).type));
  }
  const length = argumentValue(cx, node, 0) as Value;
  refuseUnion(cx, length, args[0] ?? node);
  if (length.type.kind !== "number") return cx.b.array([length], array(length.type));
  if (!type || !mayHaveHoles(type.element))
    return refuse(node, "unfilled-array", type ? showType(type.element) : "values of unknown type");
  const made = makeUnfilled(cx, node, length, type);
  recordLength(cx, made, length);
  return made;
}

/** `new Array(n).fill(v)`: one allocation. Undefined if `object` is not such an array. */
export function lowerFilledArray(cx: Context, node: ts.CallExpression, object: ts.Expression): Value | undefined {
  const made = bare(object);
  const isNew = ts.isNewExpression(made) || ts.isCallExpression(made);
  if (
    !isNew ||
    !ts.isIdentifier(made.expression) ||
    made.expression.text !== "Array" ||
    made.arguments?.length !== 1 ||
    node.arguments.length !== 1
  )
    return undefined;
  const length = lowerNumber(cx, made.arguments[0] as ts.Expression);
  const fill = lowerValue(cx, node.arguments[0] as ts.Expression);
  const declared = contextualType(cx, node);
  const wanted = declared?.kind === "array" && declared.storage === "Array" ? declared.element : undefined;
  const element =
    fill.type.kind === "undefined" || wanted?.kind === "optional"
      ? (wanted ?? refuse(node, "unfilled-array", "missing values"))
      : fill.type;
  const content = element.kind === "optional" ? coerce(cx, fill, element, node) : fill;
  const result = cx.b.allocate(length, array(element), content);
  recordLength(cx, result, length);
  return result;
}

// --------------------------------------------------------------------------------------------------------------- Host

/** `console.log(…)` and its like: evaluated, passed on, not differentiated. */
export function lowerConsole(cx: Context, node: ts.CallExpression, method: string): Operand {
  const args = lowerArguments(cx, node).map((o, i) => {
    if (!isValue(o)) return refuse(node.arguments[i] ?? node, "function-value");
    refuseTables(cx.session, [o.type], "that is printed", node.arguments[i] ?? node);
    if (holdsUnion(cx.session.unions, o.type))
      return refuse(node, "union-type", `of ${quote(node.arguments[i] ?? node)}`);
    return o;
  });
  cx.b.host(`console.${method}`, args);
  return cx.constant(undefined);
}
