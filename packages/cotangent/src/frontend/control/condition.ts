/**
 * Conditions: truthiness, comparison, `!`, `&&`, `||`, `??`. What the types decide (a number is never undefined) is
 * decided here, so that the branch not taken is not lowered. A right operand that is short, pure and total is computed
 * always, and joined by `and` or `or`; any other becomes a branch of an `if`.
 */
import ts from "typescript";
import { primitiveForOperator } from "../../elementals/index.ts";
import { isReference } from "../../ir/type.ts";
import type { Func, Instr, Value } from "../../ir/types.ts";
import type { Kind } from "../../runtime/shape.ts";
import { type Context, isValue, type Operand, quote, refuse, unpoisoned } from "../context.ts";
import { apply, branch, changed, joinRegions, type Region, region, sameFunction } from "../flow.ts";
import { bare, equalities } from "../syntax/scan.ts";
import { isDefined, isNullIfMissing, joinTypes } from "../values/coerce.ts";

import { asValue, expectNumber, lowerExpression, lowerValue, typeofOperand } from "../values/expression.ts";
import { byKind, hasTypeof, unionOf } from "../values/kinds.ts";
import { missingLiteral } from "../values/literals.ts";
import { noteAsked } from "../values/presence.ts";

const { SyntaxKind: K } = ts;

const logical: ReadonlySet<ts.SyntaxKind> = new Set([
  K.AmpersandAmpersandToken,
  K.BarBarToken,
  K.QuestionQuestionToken,
]);
const relations: ReadonlySet<ts.SyntaxKind> = new Set([
  K.LessThanToken,
  K.LessThanEqualsToken,
  K.GreaterThanToken,
  K.GreaterThanEqualsToken,
]);

export function isLogical(operator: ts.SyntaxKind): boolean {
  return logical.has(operator);
}
export function isComparison(operator: ts.SyntaxKind): boolean {
  return equalities.has(operator) || relations.has(operator);
}

/** The truth of `node` as a boolean. */
export function lowerCondition(cx: Context, node: ts.Expression): Value {
  return cx.at(node, () => {
    if (ts.isParenthesizedExpression(node)) return lowerCondition(cx, node.expression);
    if (ts.isPrefixUnaryExpression(node) && node.operator === K.ExclamationToken) {
      return negate(cx, lowerCondition(cx, node.operand));
    }
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === K.AmpersandAmpersandToken) {
      return both(cx, lowerCondition(cx, node.left), () => lowerCondition(cx, node.right));
    }
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === K.BarBarToken) {
      return either(cx, lowerCondition(cx, node.left), () => lowerCondition(cx, node.right));
    }
    return truthOf(cx, lowerExpression(cx, node, true), node);
  });
}

/** Whether JavaScript takes a value for true. */
export function truthOf(cx: Context, operand: Operand, node: ts.Node): Value {
  if (!isValue(operand)) return operand.kind === "poison" ? asValue(cx, operand, node) : cx.constant(true);
  const { type } = operand;
  if (cx.isKnown(operand)) return cx.constant(Boolean(cx.known(operand)));
  const union = unionOf(cx, operand);
  if (union) return byKind(cx, operand, union, (part) => truthOf(cx, part, node), node);
  switch (type.kind) {
    case "boolean":
      return operand;
    case "number":
      return apply(cx, "isTrue", [operand]);
    case "string":
      return apply(cx, "gt", [operand, cx.constant("")]);
    case "undefined":
      return cx.constant(false);
    case "optional":
      if (isReference(type.of) && !cx.session.unions.of(type.of)) return cx.b.present(operand);
      return both(cx, cx.b.present(operand), () => truthOf(cx, cx.b.unwrap(operand), node));
    case "array":
    case "record":
    case "function":
    case "tape":
    case "snapshot":
      noteAsked(cx, operand);
      return cx.constant(true);
    default:
      return type satisfies never;
  }
}

function negate(cx: Context, value: Value): Value {
  const known = cx.known(value);
  return typeof known === "boolean" ? cx.constant(!known) : apply(cx, "not", [value]);
}

export function both(cx: Context, left: Value, right: () => Value): Value {
  const known = cx.known(left);
  if (typeof known === "boolean") return known ? right() : left;
  return shortCircuit(cx, left, "and", right);
}
export function either(cx: Context, left: Value, right: () => Value): Value {
  const known = cx.known(left);
  if (typeof known === "boolean") return known ? left : right();
  return shortCircuit(cx, left, "or", right);
}

const longestEager = 5;
const total: ReadonlySet<Instr["op"]> = new Set(["constant", "apply", "present", "isNull", "same", "length"]);

function shortCircuit(cx: Context, left: Value, how: "and" | "or", right: () => Operand): Value {
  return joinTruth(cx, left, how, region(cx, [], cx.flow, right)) as Value;
}

/** `left && right` or `left || right` with the right side already lowered as a region. */
function joinTruth(cx: Context, left: Value, how: "and" | "or", right: Region<Operand>): Operand {
  const { b, result, flow } = right;
  const isBoolean = isValue(result) && result.type.kind === "boolean";
  const eager =
    isBoolean && !b.ended && b.instructions.length <= longestEager && b.instructions.every((i) => total.has(i.op));
  if (eager && changed(cx.flow, flow).length === 0) {
    for (const instr of b.instructions) cx.b.append(instr);
    return apply(cx, how, [left, result]);
  }
  const decided = region(cx, [], cx.flow, () => cx.constant(how === "or"));
  return (how === "and" ? joinRegions(cx, left, right, decided) : joinRegions(cx, left, decided, right)) as Operand;
}

// ----------------------------------------------------------------------------------------- Logical operators as values

export function lowerLogical(cx: Context, node: ts.BinaryExpression): Operand {
  const operator = node.operatorToken.kind;
  if (operator === K.QuestionQuestionToken) {
    return coalesceWith(cx, lowerExpression(cx, node.left, true), node.right, node);
  }
  const left = lowerExpression(cx, node.left, true);
  return chooseByTruth(cx, left, operator === K.AmpersandAmpersandToken, () => lowerExpression(cx, node.right), node);
}

/** `left ?? right`; a literal on the right is of the type that is missing on the left. */
export function coalesceWith(cx: Context, left: Operand, right: ts.Expression, node: ts.Node): Operand {
  if (isValue(left) && left.type.kind === "optional") cx.session.asked.set(right, left.type.of);
  return coalesce(cx, left, () => lowerExpression(cx, right), node);
}

/** `left ?? right()`. */
export function coalesce(cx: Context, left: Operand, right: () => Operand, node: ts.Node): Operand {
  if (!isValue(left)) return left;
  if (left.type.kind === "undefined") return right();
  if (left.type.kind !== "optional") {
    noteAsked(cx, left);
    return left;
  }
  const result = branch(cx, cx.b.present(left), () => cx.b.unwrap(left), right, left.hint);
  return unpoisoned(result as Operand, node);
}

/** `left && right()` or `left || right()`, whose value is one of the operands. */
function chooseByTruth(
  cx: Context,
  left: Operand,
  and: boolean,
  right: () => Operand,
  node: ts.BinaryExpression,
): Operand {
  const truth = truthOf(cx, left, node.left);
  const known = cx.known(truth);
  if (typeof known === "boolean") return known === and ? right() : left;
  if (isValue(left) && left.type.kind === "boolean") {
    return unpoisoned(joinTruth(cx, truth, and ? "and" : "or", region(cx, [], cx.flow, right)), node);
  }
  const kept = (): Operand => {
    if (!isValue(left) || left.type.kind !== "optional") return left;
    // On the true side the value is present; on the false side a reference is missing.
    if (!and) return cx.b.unwrap(left);
    const { of } = left.type;
    return isReference(of) && !cx.session.unions.of(of) && left.type.absent !== "nullish"
      ? cx.constant(left.type.absent === "null" ? null : undefined)
      : left;
  };
  const result = branch(cx, truth, and ? right : kept, and ? kept : right);
  return unpoisoned(result as Operand, node);
}

// ---------------------------------------------------------------------------------------------------------- Comparison

export function lowerComparison(cx: Context, node: ts.BinaryExpression): Value {
  const operator = node.operatorToken.kind;
  const spelled = node.operatorToken.getText();
  if (relations.has(operator)) {
    const left = lowerValue(cx, node.left);
    const right = lowerValue(cx, node.right);
    const primitive = primitiveForOperator(spelled, 2);
    if (!primitive) return refuse(node, "operator", spelled);
    if (left.type.kind === "string" && right.type.kind === "string") return apply(cx, primitive, [left, right]);
    return apply(cx, primitive, [expectNumber(left, node.left, spelled), expectNumber(right, node.right, spelled)]);
  }
  const strict = operator === K.EqualsEqualsEqualsToken || operator === K.ExclamationEqualsEqualsToken;
  const negated = operator === K.ExclamationEqualsEqualsToken || operator === K.ExclamationEqualsToken;
  const equal = lowerEquality(cx, node, strict);
  return negated ? negate(cx, equal) : equal;
}

function lowerEquality(cx: Context, node: ts.BinaryExpression, strict: boolean): Value {
  for (const [side, other] of [
    [node.right, node.left],
    [node.left, node.right],
  ] as const) {
    const missing = missingLiteral(side);
    if (missing) return isMissing(cx, lowerExpression(cx, other, true), strict ? missing : undefined, other);
  }
  const told = typeofIs(cx, node);
  if (told) return told;
  const left = lowerExpression(cx, node.left);
  const right = lowerExpression(cx, node.right);
  if (!isValue(left) && !isValue(right)) return cx.constant(sameFunction(left, right));
  return equals(cx, asValue(cx, left, node.left), asValue(cx, right, node.right), node, strict);
}

/** `typeof v === "number"`, of a value that may be of several kinds. */
function typeofIs(cx: Context, { left, right }: ts.BinaryExpression): Value | undefined {
  const [of, name] = [bare(left), bare(right)];
  if (!ts.isTypeOfExpression(of) || !ts.isStringLiteralLike(name)) return undefined;
  const operand = lowerExpression(cx, of.expression, true);
  const union = unionOf(cx, operand);
  if (union && isValue(operand)) return hasTypeof(cx, operand, union, name.text);
  return equals(cx, typeofOperand(cx, operand, of), cx.constant(name.text), of);
}

/** Which missing value a value of the unit type is: known where it is written, not where it was stored. */
function absentKind(cx: Context, value: Operand, node: ts.Node): "undefined" | "null" {
  if (isValue(value) && cx.isKnown(value)) return cx.known(value) === null ? "null" : "undefined";
  return refuse(node, "null-and-undefined", `of ${quote(node)}`);
}

function isMissing(cx: Context, operand: Operand, which: "undefined" | "null" | undefined, node: ts.Node): Value {
  if (!isValue(operand)) return cx.constant(false);
  const { type } = operand;
  if (type.kind === "undefined") {
    return cx.constant(which === undefined || which === absentKind(cx, operand, node));
  }
  if (type.kind !== "optional") {
    noteAsked(cx, operand);
    return cx.constant(false);
  }
  if (which !== undefined && type.absent === "nullish")
    return which === "null" ? cx.b.isNull(operand) : negate(cx, isDefined(cx, operand));
  if (which !== undefined && which !== type.absent) return cx.constant(false);
  return negate(cx, cx.b.present(operand));
}

/** Whether two values that are missing are the same missing value. */
function areMissingAlike(cx: Context, a: Value, b: Value): Value {
  const [left, right] = [isNullIfMissing(cx, a), isNullIfMissing(cx, b)];
  if (cx.isKnown(left) && cx.isKnown(right)) return cx.constant(cx.known(left) === cx.known(right));
  return apply(cx, "eq", [left, right]);
}

/** `left === right` on values of any kind. */
export function equals(cx: Context, left: Value, right: Value, node: ts.Node, strict = true): Value {
  const a = left.type;
  const b = right.type;
  if (a.kind === "undefined") return isMissing(cx, right, strict ? absentKind(cx, left, node) : undefined, node);
  if (b.kind === "undefined") return isMissing(cx, left, strict ? absentKind(cx, right, node) : undefined, node);
  if (a.kind === "optional" || b.kind === "optional") {
    const whole = a.kind === "optional" ? left : right;
    const other = a.kind === "optional" ? right : left;
    const result = branch(
      cx,
      cx.b.present(whole),
      () => equals(cx, cx.b.unwrap(whole), other, node, strict),
      () => {
        if (other.type.kind !== "optional") return cx.constant(false);
        const alike = (): Value => (strict ? areMissingAlike(cx, whole, other) : cx.constant(true));
        return both(cx, negate(cx, cx.b.present(other)), alike);
      },
    );
    return asValue(cx, result as Operand, node);
  }
  for (const [side, other] of [
    [left, right],
    [right, left],
  ] as const) {
    const union = unionOf(cx, side);
    const kinds = union && cx.session.unions.partsOf(cx.session.closures, other.type);
    if (!union || !kinds) continue;
    if (!strict) return refuse(node, "operator", "==");
    const same = (part: Value, kind: Kind): Value =>
      kinds.has(kind) ? equals(cx, part, other, node) : cx.constant(false);
    return byKind(cx, side, union, same, node);
  }
  if (cx.session.closures.of(a) || cx.session.closures.of(b)) return refuse(node, "function-identity");
  if (isReference(a) && isReference(b)) return cx.b.same(left, right);
  if (a.kind === b.kind && !isReference(a)) {
    if (cx.isKnown(left) && cx.isKnown(right)) return cx.constant(cx.known(left) === cx.known(right));
    // `b === false` becomes `!b`, which is true of what is missing.
    if (a.kind === "boolean") for (const side of [left, right]) noteAsked(cx, side);
    return apply(cx, "eq", [left, right]);
  }
  if (!strict || joinTypes(a, b)) return refuse(node, "operator", "==");
  // Of different kinds, as the parameter of a function may be that is declared to be of several; what is missing is of none.
  for (const side of [left, right]) noteAsked(cx, side);
  return cx.constant(false);
}

/** What a function gives on every path, if that is a constant that decides what its caller does: a guard of types. */
export function knownResult(cx: Context, { body: { end } }: Func): Value | undefined {
  const [result] = end.kind === "yield" ? end.values : [];
  const known = result && cx.known(result);
  return typeof known === "boolean" || typeof known === "string" ? cx.constant(known) : undefined;
}
