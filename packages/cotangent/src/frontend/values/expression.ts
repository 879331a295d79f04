/**
 * Expressions: each kind of syntax to the operand it denotes, in JavaScript's order of evaluation. This file dispatches
 * and has the arithmetic; conditions, member access, assignment, calls and literals have files of their own.
 */
import ts from "typescript";
import { primitiveForOperator } from "../../elementals/index.ts";
import { isReference } from "../../ir/type.ts";
import type { Type, Value } from "../../ir/types.ts";
import { type Context, isFunction, isValue, type Operand, quote, refuse, refusePoison, spanOf } from "../context.ts";
import { isComparison, isLogical, lowerComparison, lowerCondition, lowerLogical } from "../control/condition.ts";
import { lowerYield, refuseGenerator } from "../control/generators.ts";
import { checkLeft } from "../control/resume.ts";
import { lowerInstanceof } from "../control/thrown.ts";
import { apply, branch } from "../flow.ts";
import { lowerCall, lowerNew } from "../functions/call.ts";
import { readVariable } from "../functions/cells.ts";
import { functionValue } from "../functions/function-values.ts";
import { chosen } from "../functions/rest-arguments.ts";
import { lowerGlobal, resolveSymbol } from "../modules/globals.ts";
import { lowerDelete } from "../objects/dictionaries.ts";
import { lowerThis } from "../objects/instances.ts";
import { lowerIn } from "../objects/properties.ts";
import { bare } from "../syntax/scan.ts";
import { showType } from "../types/show.ts";
import { excludesMissing, tryType, typeArgument } from "../types/types.ts";
import { admitsMissing, isTestedLater, lowerElementAccess, lowerPropertyAccess, wantedType } from "./access.ts";
import { lowerAssignment, lowerUpdate } from "./assignment.ts";
import { isNullIfMissing, tryCoerce } from "./coerce.ts";
import { byKind, namesOfKinds, narrowKind, unionOf } from "./kinds.ts";
import { concatenate, lowerArrayLiteral, lowerObjectLiteral, lowerTemplate, textPart } from "./literals.ts";
import { noteAsked, noteMadeNumber, readAsPresent } from "./presence.ts";

const { SyntaxKind: K } = ts;

/**
 * What `node` denotes. A value that the checker has narrowed to be present is unwrapped, and one of a union that it has
 * narrowed to one kind taken apart, unless the expression is `raw`: the operand of a test.
 */
export function lowerExpression(cx: Context, node: ts.Expression, raw = false): Operand {
  const operand = cx.at(node, () => {
    const lowered = lowerKind(cx, node, raw);
    return raw ? lowered : narrowKind(cx, lowered, node);
  });
  if (!endsStatement(node)) checkLeft(cx);
  return operand;
}

/** True if nothing is evaluated after `node` in its statement, which then tests by itself whether control has left. */
function endsStatement(node: ts.Expression): boolean {
  const { parent } = node;
  if (parent === undefined) return false;
  if (ts.isArrowFunction(parent)) return parent.body === node;
  return ts.isExpressionStatement(parent) || ts.isReturnStatement(parent);
}

/** A value; a function becomes one, see `function-values.ts`. */
export function lowerValue(cx: Context, node: ts.Expression, raw = false): Value {
  return asValue(cx, lowerExpression(cx, node, raw), node);
}

export function asValue(cx: Context, operand: Operand, node: ts.Node): Value {
  if (isValue(operand)) return operand;
  if (operand.kind === "generator") return refuseGenerator(node);
  return operand.kind === "poison" ? refusePoison(node, operand) : functionValue(cx, operand, node);
}

/** A number that is certainly present. */
export function lowerNumber(cx: Context, node: ts.Expression): Value {
  return expectNumber(lowerValue(cx, node), node);
}

export function expectNumber(value: Value, node: ts.Node, operator?: string): Value {
  if (value.type.kind === "number") return value;
  if (value.type.kind === "optional" && value.type.of.kind === "number") refuse(node, "possibly-missing", quote(node));
  if (isReference(value.type)) refuse(node, "object-as-number", quote(node));
  return refuse(
    node,
    operator === undefined ? "type-mismatch" : "operator",
    operator ?? `${showType(value.type)} and number`,
  );
}

/** Unwraps a value that the checker has shown to be present at `node`, and of one kind. */
export function narrow(cx: Context, operand: Operand, node: ts.Expression): Operand {
  if (!isValue(operand) || operand.type.kind !== "optional") return narrowKind(cx, operand, node);
  // What the checker concludes from an assignment (`v = a[i]`) may be too much where an element may be missing.
  if (admitsMissing(wantedType(cx, node))) return operand;
  const type = cx.checker.getTypeAtLocation(node);
  if (isLeftOfMissing(cx, node, type)) return readAsPresent(cx, cx.b.unwrap(operand), node);
  if (!excludesMissing(type)) return operand;
  return narrowKind(cx, cx.b.unwrap(operand), node);
}

/**
 * True of what is declared as `T | undefined` and has been narrowed to T, which here stands for what is there. Of what has the
 * type T to begin with, as an element of a `T[]` does, the checker says nothing.
 */
function isLeftOfMissing(cx: Context, node: ts.Expression, type: ts.Type): boolean {
  if (!(type.flags & ts.TypeFlags.TypeParameter)) return false;
  const known = typeArgument(cx.frame, type);
  const symbol = cx.checker.getSymbolAtLocation(ts.isPropertyAccessExpression(node) ? node.name : node);
  const isThere = known !== undefined && known.kind !== "optional" && known.kind !== "undefined";
  return isThere && symbol !== undefined && admitsMissing(cx.checker.getTypeOfSymbol(symbol));
}

function lowerKind(cx: Context, node: ts.Expression, raw: boolean): Operand {
  if (ts.isNumericLiteral(node)) return cx.constant(Number(node.text.replace(/_/g, "")));
  if (ts.isStringLiteralLike(node)) return cx.constant(node.text);
  if (ts.isIdentifier(node)) return lowerIdentifier(cx, node, raw);
  if (ts.isParenthesizedExpression(node))
    return saysType(node) ? lowerAssertion(cx, node, raw) : lowerExpression(cx, node.expression, raw);
  if (ts.isBinaryExpression(node)) return lowerBinary(cx, node, raw);
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) return lowerUnary(cx, node);
  if (ts.isPropertyAccessExpression(node)) return lowerPropertyAccess(cx, node, raw);
  if (ts.isElementAccessExpression(node)) return lowerElementAccess(cx, node, raw);
  if (ts.isCallExpression(node)) return lowerCall(cx, node, raw);
  if (ts.isConditionalExpression(node)) return lowerConditional(cx, node);
  if (ts.isArrayLiteralExpression(node)) return lowerArrayLiteral(cx, node);
  if (ts.isObjectLiteralExpression(node)) return lowerObjectLiteral(cx, node);
  if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) return { kind: "user", node, frame: cx.frame };
  if (ts.isNewExpression(node)) return lowerNew(cx, node);
  if (ts.isTemplateExpression(node)) return lowerTemplate(cx, node);
  if (ts.isNonNullExpression(node)) return lowerNonNull(cx, node);
  if (ts.isAsExpression(node) || ts.isTypeAssertionExpression(node) || ts.isSatisfiesExpression(node)) {
    return lowerAssertion(cx, node, raw);
  }
  return lowerRare(cx, node);
}

function lowerRare(cx: Context, node: ts.Expression): Operand {
  switch (node.kind) {
    case K.TrueKeyword:
      return cx.constant(true);
    case K.FalseKeyword:
      return cx.constant(false);
    case K.NullKeyword:
      return cx.constant(null);
    case K.ThisKeyword:
      return lowerThis(cx, node);
    case K.SuperKeyword:
      return refuse(node, "this-value");
    case K.BigIntLiteral:
      return refuse(node, "bigint");
    case K.AwaitExpression:
      return refuse(node, "await");
    case K.YieldExpression:
      return lowerYield(cx, node as ts.YieldExpression);
    case K.RegularExpressionLiteral:
      return refuse(node, "expression", "A regular expression");
    case K.DeleteExpression:
      return lowerDelete(cx, node as ts.DeleteExpression);
    case K.ClassExpression:
      return refuse(node, "class-declaration");
    case K.TaggedTemplateExpression:
      return refuse(node, "expression", "A tagged template");
    case K.VoidExpression:
      lowerExpression(cx, (node as ts.VoidExpression).expression);
      return cx.constant(undefined);
    case K.TypeOfExpression:
      return lowerTypeof(cx, node as ts.TypeOfExpression);
    default:
      return refuse(node, "expression", quote(node));
  }
}

/** An assertion of what the program asks afterwards (`const v = m.get(k)!; if (!v) …`) says nothing. */
function lowerNonNull(cx: Context, node: ts.NonNullExpression): Operand {
  if (isTestedLater(cx, node)) return lowerExpression(cx, node.expression, true);
  const inner = bare(node);
  const operand = ts.isElementAccessExpression(inner)
    ? cx.at(inner, () => lowerElementAccess(cx, inner, false, true))
    : lowerExpression(cx, node.expression);
  const value = asValue(cx, operand, node);
  return value.type.kind === "optional" ? readAsPresent(cx, cx.b.unwrap(value), node) : value;
}

/** True of what asserts a type in JavaScript: parentheses behind a comment. */
function saysType(node: ts.ParenthesizedExpression): boolean {
  return (node.flags & ts.NodeFlags.JavaScriptFile) !== 0 && ts.getJSDocTypeTag(node) !== undefined;
}

function lowerAssertion(
  cx: Context,
  node: ts.AsExpression | ts.TypeAssertion | ts.SatisfiesExpression | ts.ParenthesizedExpression,
  raw: boolean,
): Operand {
  if (ts.isSatisfiesExpression(node)) return lowerExpression(cx, node.expression, raw);
  if (isTestedLater(cx, node)) return lowerExpression(cx, node.expression, true);
  const asserted = cx.checker.getTypeAtLocation(node);
  const inner = bare(node);
  // `xs[i] as T` says that the element is there, whether or not T admits undefined.
  const operand =
    ts.isElementAccessExpression(inner) && !raw && !admitsMissing(asserted)
      ? cx.at(inner, () => lowerElementAccess(cx, inner, false, true))
      : lowerExpression(cx, node.expression, raw);
  if (!isValue(operand)) return operand;
  if (operand.type.kind !== "optional") return widen(cx, operand, asserted, node);
  return !raw && excludesMissing(asserted) ? readAsPresent(cx, cx.b.unwrap(operand), node) : operand;
}

/** `null as number[] | null`, `0 as number | string`: all that may come to stand in a place which only this says. */
function widen(cx: Context, value: Value, asserted: ts.Type, node: ts.Expression): Value {
  const type = asserted.isUnion() ? tryType(cx, asserted, node) : undefined;
  const isWider = type?.kind === "optional" || (type && cx.session.unions.of(type) !== undefined);
  return (isWider && tryCoerce(cx, value, type)) || value;
}

// --------------------------------------------------------------------------------------------------------- Identifiers

function lowerIdentifier(cx: Context, node: ts.Identifier, raw: boolean): Operand {
  if (node.text === "undefined") return cx.constant(undefined);
  const symbol = resolveSymbol(cx, node);
  const variable = symbol && cx.frame.find(symbol);
  if (!variable) return lowerGlobal(cx, symbol, node);
  const operand = readVariable(cx, variable);
  if (operand === undefined) return refuse(node, "used-before-assigned", quote(node));
  if (!isValue(operand) && operand.kind === "poison") return refusePoison(node, operand);
  return raw ? operand : narrow(cx, operand, node);
}

// ---------------------------------------------------------------------------------------------------------- Arithmetic

const arithmetic: ReadonlySet<ts.SyntaxKind> = new Set([
  K.PlusToken,
  K.MinusToken,
  K.AsteriskToken,
  K.SlashToken,
  K.PercentToken,
  K.AsteriskAsteriskToken,
  K.AmpersandToken,
  K.BarToken,
  K.CaretToken,
  K.LessThanLessThanToken,
  K.GreaterThanGreaterThanToken,
  K.GreaterThanGreaterThanGreaterThanToken,
]);

function lowerBinary(cx: Context, node: ts.BinaryExpression, raw: boolean): Operand {
  const operator = node.operatorToken.kind;
  if (arithmetic.has(operator)) return lowerArithmeticChain(cx, node);
  if (isLogical(operator)) return lowerLogical(cx, node);
  if (isComparison(operator)) return lowerComparison(cx, node);
  if (operator === K.InstanceOfKeyword) return lowerInstanceof(cx, node);
  if (operator === K.InKeyword) return lowerIn(cx, node);
  if (operator === K.CommaToken) {
    lowerExpression(cx, node.left);
    return lowerExpression(cx, node.right, raw);
  }
  if (operator >= K.FirstAssignment && operator <= K.LastAssignment) return lowerAssignment(cx, node);
  return refuse(node, "expression", `\`${node.operatorToken.getText()}\``);
}

/** `a + b - c …`, which leans to the left as deep as it is long, without descending. */
function lowerArithmeticChain(cx: Context, node: ts.BinaryExpression): Value {
  const chain: ts.BinaryExpression[] = [];
  let first: ts.Expression = node;
  while (ts.isBinaryExpression(first) && arithmetic.has(first.operatorToken.kind)) {
    chain.push(first);
    first = first.left;
  }
  let left = lowerValue(cx, first);
  let leftNode: ts.Expression = first;
  const { file, start } = spanOf(first);
  for (const link of chain.reverse()) {
    const right = lowerValue(cx, link.right);
    // The place of a link is where the chain starts: finding it afresh for each would be quadratic.
    cx.b.span = { file, start, end: link.end };
    left = combine(cx, ts.tokenToString(link.operatorToken.kind) ?? "", left, right, link, [leftNode, link.right]);
    leftNode = link;
  }
  return left;
}

/** `left operator right`, on values. */
export function combine(
  cx: Context,
  operator: string,
  left: Value,
  right: Value,
  node: ts.Node,
  places: readonly [ts.Node, ts.Node],
  hint?: string,
): Value {
  if (operator === "+" && (left.type.kind === "string" || right.type.kind === "string")) {
    return concatenate(cx, [textPart(cx, left, places[0]), textPart(cx, right, places[1])]);
  }
  for (const [i, { type }] of [left, right].entries())
    if (cx.session.closures.of(type)) refuse(places[i] ?? node, "function-value");
  const primitive = primitiveForOperator(operator, 2);
  if (!primitive) return refuse(node, "expression", `\`${operator}\``);
  return apply(
    cx,
    primitive,
    [expectNumber(left, places[0], operator), expectNumber(right, places[1], operator)],
    hint,
  );
}

function lowerUnary(cx: Context, node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression): Operand {
  switch (node.operator) {
    case K.PlusPlusToken:
    case K.MinusMinusToken:
      return lowerUpdate(cx, node, node.operator === K.PlusPlusToken ? "+" : "-", ts.isPrefixUnaryExpression(node));
    case K.ExclamationToken:
      return lowerCondition(cx, node);
    case K.MinusToken:
      if (ts.isNumericLiteral(node.operand)) return cx.constant(-Number(node.operand.text));
      return apply(cx, "neg", [expectNumber(lowerValue(cx, node.operand), node, "-")]);
    case K.PlusToken:
      return toNumber(cx, lowerValue(cx, node.operand), node);
    case K.TildeToken:
      return apply(cx, "bitNot", [expectNumber(lowerValue(cx, node.operand), node, "~")]);
    default:
      return node satisfies never;
  }
}

/** `+x`, `Number(x)`: of numbers, booleans and text. */
export function toNumber(cx: Context, value: Value, node: ts.Node): Value {
  if (value.type.kind === "number") {
    noteMadeNumber(cx, value);
    return value;
  }
  if (value.type.kind === "boolean") return apply(cx, "toNumber", [value]);
  if (value.type.kind === "string") return apply(cx, "textNumber", [value]);
  const union = unionOf(cx, value);
  if (union) return byKind(cx, value, union, (part) => toNumber(cx, part, node), node);
  if (value.type.kind === "optional" && value.type.of.kind === "string") {
    const read = branch(
      cx,
      cx.b.present(value),
      () => toNumber(cx, cx.b.unwrap(value), node),
      () => byAbsence(cx, value, 0, Number.NaN),
    );
    return asValue(cx, read as Operand, node);
  }
  if (isReference(value.type)) return refuse(node, "object-as-number", quote(node));
  return refuse(node, "operator", "+");
}

function lowerConditional(cx: Context, node: ts.ConditionalExpression): Operand {
  const condition = lowerCondition(cx, node.condition);
  const result = branch(
    cx,
    condition,
    () => chosen(cx, lowerExpression(cx, node.whenTrue), condition, node),
    () => chosen(cx, lowerExpression(cx, node.whenFalse), condition, node),
  );
  if (result === undefined) throw new Error("a conditional expression without a value");
  if (!isValue(result) && result.kind === "poison") return refusePoison(node, result);
  return result;
}

// -------------------------------------------------------------------------------------------------------------- typeof

function typeName(type: Type): string {
  switch (type.kind) {
    case "number":
    case "boolean":
    case "string":
    case "undefined":
    case "function":
      return type.kind;
    default:
      return "object";
  }
}

function lowerTypeof(cx: Context, node: ts.TypeOfExpression): Value {
  return typeofOperand(cx, lowerExpression(cx, node.expression, true), node);
}

/** `typeof` of what the operand of `node` has been evaluated to. */
export function typeofOperand(cx: Context, operand: Operand, node: ts.TypeOfExpression): Value {
  if (!isValue(operand))
    return operand.kind === "poison"
      ? asValue(cx, operand, node)
      : cx.constant(isFunction(operand) ? "function" : "object");
  if (operand.type.kind === "undefined" && !cx.isKnown(operand))
    return refuse(node, "null-and-undefined", `of ${quote(node.expression)}`);
  if (operand.type.kind === "undefined") return cx.constant(cx.known(operand) === null ? "object" : "undefined");
  const nameOf = (type: Type): string => (cx.session.closures.of(type) ? "function" : typeName(type));
  const union = unionOf(cx, operand);
  if (union) return byKind(cx, operand, union, (_, kind) => cx.constant(namesOfKinds[kind]), node);
  if (operand.type.kind !== "optional") {
    noteAsked(cx, operand);
    return cx.constant(nameOf(operand.type));
  }
  const { of, absent } = operand.type;
  const isUnion = cx.session.unions.of(of) !== undefined;
  if (!isUnion && nameOf(of) === "object" && absent === "null") return cx.constant("object");
  return branch(
    cx,
    cx.b.present(operand),
    () => (isUnion ? typeofOperand(cx, cx.b.unwrap(operand), node) : cx.constant(nameOf(of))),
    () => byAbsence(cx, operand, "object", "undefined"),
  ) as Value;
}

/** One thing where a missing value is null, and another where it is undefined. */
export function byAbsence(cx: Context, value: Value, ofNull: number | string, ofUndefined: number | string): Operand {
  const isNull = isNullIfMissing(cx, value);
  return branch(
    cx,
    isNull,
    () => cx.constant(ofNull),
    () => cx.constant(ofUndefined),
  ) as Operand;
}
