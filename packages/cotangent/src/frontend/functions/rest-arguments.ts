/**
 * Rest parameters: how the arguments of a call, of which some may be in an array that is spread, become the parameters of
 * a function, of which the last may be an array of those that are left.
 *
 *     (a, ...rest) called with (...xs)      a is xs[0], rest is xs.slice(1)
 *     (a, b) called with (...xs)            a is xs[0], b is xs[1]
 */
import ts from "typescript";
import type { ArrayType, Type, Value } from "../../ir/types.ts";
import { type Context, type FunctionNode, isFunction, isValue, type Operand, refuse } from "../context.ts";
import { callPrelude } from "../library/methods.ts";
import type { Signature } from "../types/signatures.ts";
import { tryType } from "../types/types.ts";
import { testedIn } from "../values/access.ts";
import { coerce, tryCoerce } from "../values/coerce.ts";
import { asValue } from "../values/expression.ts";
import { appendAll } from "../values/literals.ts";
import { functionAs, tryFunctionAs } from "./function-values.ts";

/** The parameters that calls give arguments to. */
export function ownParameters(node: FunctionNode): readonly ts.ParameterDeclaration[] {
  return node.parameters.filter((p) => !(ts.isIdentifier(p.name) && p.name.text === "this"));
}

/** The position of the rest parameter of what is called, among the arguments; undefined if it has none. */
export function restPosition(cx: Context, target: Operand): number | undefined {
  if (isValue(target)) {
    const signature = cx.session.closures.of(target.type);
    return signature?.hasRest ? signature.params.length - (signature.isMember ? 2 : 1) : undefined;
  }
  if (!isFunction(target) || target.kind !== "user") return undefined;
  const at = ownParameters(target.node).findIndex((p) => p.dotDotDotToken);
  return at < 0 ? undefined : at;
}

/** The operands of a call of `node` with the arguments `before`, and behind them the elements of `list`. */
export function operandsOf(
  cx: Context,
  node: FunctionNode,
  before: readonly Operand[],
  list: Value,
  called: ts.Node,
): readonly Operand[] {
  const operands: Operand[] = [];
  for (const [i, p] of ownParameters(node).entries()) {
    if (p.dotDotDotToken) {
      const rest =
        i < before.length ? joined(cx, before.slice(i), list, called) : tail(cx, list, i - before.length, called);
      cx.session.gathered.add(rest);
      operands.push(rest);
    } else operands.push(before[i] ?? elementFor(cx, node, p, list, i - before.length));
  }
  return operands;
}

/** The element that a parameter is: missing past the end where the function has something to say of that. */
function elementFor(cx: Context, node: FunctionNode, p: ts.ParameterDeclaration, list: Value, index: number): Value {
  const at = cx.constant(index);
  const { element } = list.type as ArrayType;
  if (element.kind === "optional") return cx.b.load(list, at);
  const type = cx.checker.getTypeAtLocation(p);
  const admits = type.isUnion() && type.types.some((t) => t.flags & ts.TypeFlags.Undefined);
  const symbol = cx.checker.getSymbolAtLocation(p.name);
  const isTested = symbol !== undefined && testedIn(cx, node).has(symbol);
  return cx.b.load(
    list,
    at,
    undefined,
    p.initializer !== undefined || p.questionToken !== undefined || admits || isTested,
  );
}

function tail(cx: Context, list: Value, from: number, called: ts.Node): Value {
  return from === 0
    ? list
    : asValue(cx, callPrelude(cx, called, "slice", [list, cx.constant(from), cx.b.length(list)]), called);
}

function joined(cx: Context, first: readonly Operand[], list: Value, called: ts.Node): Value {
  const made = arrayOf(cx, first, list.type as ArrayType, called);
  appendAll(cx, made, list, called);
  return made;
}

/** A new array of these arguments. */
function arrayOf(cx: Context, operands: readonly Operand[], type: ArrayType, called: ts.Node): Value {
  const values = operands.map((o) => asValue(cx, functionAs(cx, o, type.element, called), called));
  return cx.b.array(
    values.map((v) => coerce(cx, v, type.element, called)),
    type,
  );
}

/** The array of arguments that a function value of `signature` is given behind the others. */
export function restOf(cx: Context, { params }: Signature, args: readonly Operand[], called: ts.Node): Value {
  const type = params.at(-1) as ArrayType;
  const [only] = args;
  if (isValue(only) && cx.session.gathered.has(only))
    return tryCoerce(cx, only, type) ?? refuse(called, "spread-argument");
  return arrayOf(cx, args, type, called);
}

/** The operands that a function takes of the arguments which functions of `signature` are given. */
export function operandsOfSignature(
  cx: Context,
  node: FunctionNode,
  { hasRest }: Signature,
  given: readonly Operand[],
  called: ts.Node,
): readonly Operand[] {
  const list = given.at(-1);
  return hasRest && isValue(list) ? operandsOf(cx, node, given.slice(0, -1), list, called) : given;
}

/**
 * What one side of `?:` gives, where it is not known which runs: a function is a value of the type that its place asks for,
 * if that takes any number of arguments, since the sides by themselves may take one or the other number.
 */
export function chosen(cx: Context, operand: Operand, condition: Value, node: ts.ConditionalExpression): Operand {
  if (!isFunction(operand) || cx.isKnown(condition)) return operand;
  const asked = tryType(cx, cx.checker.getContextualType(node), node);
  return asked && cx.session.closures.of(asked)?.hasRest ? (tryFunctionAs(cx, operand, asked) ?? operand) : operand;
}

/** The type of what a function value takes in its rest parameter. */
export function elementOfRest(cx: Context, target: Operand): Type | undefined {
  const signature = isValue(target) ? cx.session.closures.of(target.type) : undefined;
  const last = signature?.hasRest ? signature.params.at(-1) : undefined;
  return last?.kind === "array" ? last.element : undefined;
}
