/**
 * Assignment to variables, elements and fields: plain, compound, logical, `++` and `--`. A target's object and index are
 * evaluated before the right side, as JavaScript does.
 */
import ts from "typescript";
import type { Type, Value } from "../../ir/types.ts";
import { type Context, isValue, type Operand, quote, refuse, refusePoison, type Variable } from "../context.ts";
import { coalesce, equals, truthOf } from "../control/condition.ts";
import { branch } from "../flow.ts";
import { assignVariable } from "../functions/cells.ts";
import { functionAs } from "../functions/function-values.ts";
import { callPrelude } from "../library/methods.ts";
import { resolveSymbol } from "../modules/globals.ts";
import { noteGiven } from "../objects/absent-fields.ts";
import { memberName } from "../objects/classes.ts";
import { dictionaryOf, readName, writeName } from "../objects/dictionaries.ts";
import { fieldVariable, writeFieldVariable } from "../objects/instances.ts";
import { isPrelude } from "../objects/maps.ts";
import { callMember, callSuperMember, isMember } from "../objects/members.ts";
import { writeNamed } from "../objects/properties.ts";
import { hasSetter, writeReceiving } from "../objects/receivers.ts";
import { bare } from "../syntax/scan.ts";
import { regroupAsDeclared } from "../types/alternatives.ts";
import { showType } from "../types/show.ts";
import { readElement, readProperty } from "./access.ts";
import { isWithin } from "./bounds.ts";
import { coerce } from "./coerce.ts";
import { asValue, combine, expectNumber, lowerExpression, lowerValue, narrow } from "./expression.ts";
import { noteStore } from "./gaps.ts";
import { refuseUnion } from "./kinds.ts";
import { bindPattern } from "./pattern.ts";

const { SyntaxKind: K } = ts;

type Target =
  | { readonly kind: "variable"; readonly variable: Variable; readonly node: ts.Identifier }
  | {
      readonly kind: "element";
      readonly object: Value;
      readonly index: Value;
      readonly node: ts.ElementAccessExpression;
    }
  | { readonly kind: "own"; readonly field: { variable: Variable; type: Type }; readonly node: ts.Expression }
  | {
      readonly kind: "setter";
      readonly object: Value;
      readonly field: string;
      readonly node: ts.PropertyAccessExpression;
    }
  | { readonly kind: "inherited"; readonly node: ts.PropertyAccessExpression } // `super.x` with a setter
  | { readonly kind: "length"; readonly object: Value; readonly node: ts.PropertyAccessExpression }
  | { readonly kind: "field"; readonly object: Value; readonly field: string; readonly node: ts.Expression }
  | {
      /** Of an object that is indexed by strings. */
      readonly kind: "entry";
      readonly object: Value;
      readonly index: Value;
      readonly node: ts.PropertyAccessExpression | ts.ElementAccessExpression;
    }
  | {
      readonly kind: "named";
      readonly object: Value;
      readonly index: Value;
      readonly node: ts.ElementAccessExpression;
    };

/** Evaluates what an assignment's left side needs. */
export function lowerTarget(cx: Context, written: ts.Expression): Target {
  const node = bare(written);
  if (ts.isIdentifier(node)) {
    const symbol = resolveSymbol(cx, node);
    const variable = symbol && cx.frame.find(symbol);
    if (!variable || !cx.flow.values.has(variable)) return refuse(node, "module-state-write", quote(node));
    return { kind: "variable", variable, node };
  }
  if (ts.isPropertyAccessExpression(node)) {
    const own = fieldVariable(cx, node);
    if (own) return { kind: "own", field: own, node };
    if (bare(node.expression).kind === K.SuperKeyword) return { kind: "inherited", node };
    const object = lowerValue(cx, node.expression);
    refuseUnion(cx, object, node.expression);
    const field = memberName(node.name) ?? node.name.text;
    if (dictionaryOf(cx, object) && !isPrelude(node))
      return { kind: "entry", object, index: cx.constant(node.name.text), node };
    if (isMember(cx, object.type, field, "set") || hasSetter(cx, object, field, node))
      return { kind: "setter", object, field, node };
    if (object.type.kind === "array" && field === "length") {
      if (object.type.storage !== "Array") return refuse(node, "assignment-target", quote(node));
      return { kind: "length", object, node };
    }
    return fieldTarget(cx, object, field, node);
  }
  if (ts.isElementAccessExpression(node)) {
    const object = lowerValue(cx, node.expression);
    refuseUnion(cx, object, node.expression);
    const index = lowerValue(cx, node.argumentExpression);
    if (dictionaryOf(cx, object)) return { kind: "entry", object, index, node };
    if (object.type.kind === "record") {
      const key = cx.known(index);
      if (typeof key !== "string" && typeof key !== "number") return { kind: "named", object, index, node };
      return fieldTarget(cx, object, String(key), node);
    }
    if (object.type.kind !== "array") return refuse(node, "assignment-target", quote(node));
    return { kind: "element", object, index: expectNumber(index, node.argumentExpression), node };
  }
  return refuse(node, "assignment-target", quote(node));
}

function fieldTarget(cx: Context, object: Value, field: string, node: ts.Expression): Target {
  if (cx.session.tables.of(object.type) && !isPrelude(node)) return refuse(node, "assignment-target", quote(node));
  if (cx.session.closures.of(object.type)) return refuse(node, "unknown-field", `\`${field}\``, "a function");
  if (object.type.kind !== "record") return refuse(node, "assignment-target", quote(node));
  if (!object.type.decl.fields.some((f) => f.name === field)) {
    regroupAsDeclared(cx, object.type, node);
    return refuse(node, "unknown-field", `\`${field}\``, `\`${showType(object.type)}\``);
  }
  return { kind: "field", object, field, node };
}

function readTarget(cx: Context, target: Target, raw: boolean): Operand {
  switch (target.kind) {
    case "variable":
    case "own":
    case "inherited":
      return lowerExpression(cx, target.node, raw);
    case "setter":
      return isMember(cx, target.object.type, target.field, "get")
        ? callMember(cx, target.object, target.field, "get", [], target.node)
        : readProperty(cx, target.object, target.field, target.node);
    case "entry":
      return readName(cx, target.object, target.index, target.node, raw);
    case "named":
    case "element": {
      const value = readElement(cx, target.object, target.index, target.node, raw);
      return raw ? value : narrow(cx, value, target.node);
    }
    case "length":
      return cx.b.length(target.object);
    case "field": {
      const value = readProperty(cx, target.object, target.field, target.node);
      return raw ? value : narrow(cx, value, target.node);
    }
    default:
      return target satisfies never;
  }
}

/** Stores into a target; `inBounds` if the element has been read before. */
export function writeTarget(cx: Context, target: Target, operand: Operand, node: ts.Node, inBounds = false): void {
  switch (target.kind) {
    case "variable":
      assignVariable(cx, target.variable, operand, node);
      return;
    case "own":
      writeFieldVariable(cx, target.field, operand, node);
      return;
    case "setter":
      if (isMember(cx, target.object.type, target.field, "set"))
        callMember(cx, target.object, target.field, "set", [operand], target.node);
      else writeReceiving(cx, target.object, target.field, operand, target.node);
      return;
    case "inherited":
      callSuperMember(cx, target.node, "set", [operand], target.node);
      return;
    case "element": {
      const { object, index } = target;
      const type = object.type as Type & { kind: "array" };
      const value = coerce(cx, asValue(cx, functionAs(cx, operand, type.element, node), node), type.element, node);
      if (inBounds || type.storage !== "Array" || isWithin(cx, object, index)) {
        cx.b.store(object, index, value);
        return;
      }
      noteStore(cx, object, target.node);
      branch(
        cx,
        equals(cx, index, cx.b.length(object), node),
        () => void cx.b.push(object, value),
        () => void cx.b.store(object, index, value),
      );
      return;
    }
    case "length":
      cx.session.bounds.popped = true;
      callPrelude(cx, target.node, "setLength", [target.object, expectNumber(asValue(cx, operand, node), node)]);
      return;
    case "field": {
      const type = target.object.type as Type & { kind: "record" };
      const field = type.decl.fields.find((f) => f.name === target.field);
      if (!field) throw new Error("a target field that does not exist");
      const value = asValue(cx, functionAs(cx, operand, field.type, node), node);
      noteGiven(cx, type, target.field, value);
      cx.b.setField(target.object, target.field, coerce(cx, value, field.type, node));
      return;
    }
    case "entry":
      writeName(cx, target.object, target.index, operand, node);
      return;
    case "named":
      writeNamed(cx, target.object, target.index, asValue(cx, operand, node), target.node.argumentExpression);
      return;
    default:
      target satisfies never;
  }
}

const compound: ReadonlyMap<ts.SyntaxKind, string> = new Map([
  [K.PlusEqualsToken, "+"],
  [K.MinusEqualsToken, "-"],
  [K.AsteriskEqualsToken, "*"],
  [K.SlashEqualsToken, "/"],
  [K.PercentEqualsToken, "%"],
  [K.AsteriskAsteriskEqualsToken, "**"],
  [K.AmpersandEqualsToken, "&"],
  [K.BarEqualsToken, "|"],
  [K.CaretEqualsToken, "^"],
  [K.LessThanLessThanEqualsToken, "<<"],
  [K.GreaterThanGreaterThanEqualsToken, ">>"],
  [K.GreaterThanGreaterThanGreaterThanEqualsToken, ">>>"],
]);

export function lowerAssignment(cx: Context, node: ts.BinaryExpression): Operand {
  const { left, right, operatorToken } = node;
  if (operatorToken.kind === K.EqualsToken) {
    if (ts.isArrayLiteralExpression(left) || ts.isObjectLiteralExpression(left)) {
      const value = lowerValue(cx, right);
      assignPattern(cx, left, value);
      return value;
    }
    const target = lowerTarget(cx, left);
    const operand = named(lowerExpression(cx, right), target);
    writeTarget(cx, target, operand, right);
    return operand;
  }
  const target = lowerTarget(cx, left);
  const operator = compound.get(operatorToken.kind);
  if (operator !== undefined) {
    const before = asValue(cx, readTarget(cx, target, false), left);
    const value = combine(cx, operator, before, lowerValue(cx, right), node, [left, right], nameOf(target));
    writeTarget(cx, target, value, node, true);
    return value;
  }
  return assignLogically(cx, node, target);
}

/** `[a, b.c] = …`, `({ a, b: c[i] } = …)`. */
export function assignPattern(cx: Context, pattern: ts.Expression, value: Operand): void {
  bindPattern(cx, pattern, value, (to) => {
    const target = lowerTarget(cx, to as ts.Expression);
    return (operand, at) => writeTarget(cx, target, named(operand, target), at);
  });
}

/** `x ??= y`, `x &&= y`, `x ||= y`: the store happens only if the right side is evaluated. */
function assignLogically(cx: Context, node: ts.BinaryExpression, target: Target): Operand {
  const before = readTarget(cx, target, true);
  const assign = (): Operand => {
    const operand = lowerExpression(cx, node.right);
    writeTarget(cx, target, operand, node.right);
    return operand;
  };
  if (node.operatorToken.kind === K.QuestionQuestionEqualsToken) return coalesce(cx, before, assign, node);
  const truth = truthOf(cx, before, node.left);
  const and = node.operatorToken.kind === K.AmpersandAmpersandEqualsToken;
  // What is true is there.
  const kept = (): Operand => (isValue(before) && before.type.kind === "optional" ? cx.b.unwrap(before) : before);
  const result = branch(cx, truth, and ? assign : kept, and ? () => before : assign) as Operand;
  if (!isValue(result) && result.kind === "poison") return refusePoison(node, result);
  return result;
}

/** `++x`, `x++`, `--x`, `x--`. */
export function lowerUpdate(
  cx: Context,
  node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression,
  operator: "+" | "-",
  prefix: boolean,
): Operand {
  const target = lowerTarget(cx, node.operand);
  const before = expectNumber(asValue(cx, readTarget(cx, target, false), node.operand), node.operand);
  const after = combine(cx, operator, before, cx.constant(1), node, [node.operand, node], nameOf(target));
  writeTarget(cx, target, after, node, true);
  return prefix ? after : before;
}

function nameOf(target: Target): string | undefined {
  return target.kind === "variable"
    ? target.variable.name
    : target.kind === "field"
      ? target.field
      : target.kind === "own"
        ? target.field.variable.name
        : undefined;
}

/** Gives a fresh value the name of the variable it is assigned to. */
export function named<T extends Operand>(
  operand: T,
  target: { readonly kind: string; readonly variable?: Variable },
): T {
  if (target.variable && isValue(operand) && operand.hint === undefined) nameValue(operand, target.variable.name);
  return operand;
}

/** Hints are read by printers alone, so naming a value after the fact changes no meaning. */
function nameValue(value: Value, name: string): void {
  (value as { hint: string | undefined }).hint = name;
}
