/** Reading members: fields, elements, lengths, enum members and exports of namespaces, with and without `?.`. */
import ts from "typescript";
import type { Type, Value } from "../../ir/types.ts";
import { type Context, isFunction, isValue, type Operand, quote, refuse, refusePoison } from "../context.ts";
import { isCaughtError, readCaught } from "../control/thrown.ts";
import { branch } from "../flow.ts";
import { predefinedMember } from "../library/predefined.ts";
import { functionOf, isAmbient, isPredefined, lowerSymbol, resolveSymbol } from "../modules/globals.ts";
import { isLive } from "../modules/live.ts";
import { isFixedMember } from "../modules/module-state.ts";
import { absentField } from "../objects/absent-fields.ts";
import { memberName } from "../objects/classes.ts";
import { dictionaryOf, readName } from "../objects/dictionaries.ts";
import { fieldVariable } from "../objects/instances.ts";
import { isPrelude, readTable } from "../objects/maps.ts";
import { callMember, callSuperMember, isMember, refuseUnbound } from "../objects/members.ts";
import { readNamed } from "../objects/properties.ts";
import { readReceiving } from "../objects/receivers.ts";
import { bare, equalities } from "../syntax/scan.ts";
import { showType } from "../types/show.ts";
import { excludesMissing } from "../types/types.ts";
import { isWithin, recordLength, recordSlots } from "./bounds.ts";
import { asValue, expectNumber, lowerExpression, lowerValue, narrow } from "./expression.ts";
import { loadInMethod } from "./gaps.ts";
import { byAdmittedKind } from "./kinds.ts";
import { noteAsked, readAsPresent } from "./presence.ts";
import { lengthOfText, readCharacter } from "./strings.ts";
import { readViewProperty } from "./views.ts";

/** What `name` of `object` is if `object` is no value but a namespace, an enum, a class or a predefined object. */
export function lowerStaticMember(cx: Context, node: ts.PropertyAccessExpression): Operand | undefined {
  const object = bare(node.expression);
  const base = ts.isIdentifier(object) || ts.isPropertyAccessExpression(object) ? resolveSymbol(cx, object) : undefined;
  // An object to which JavaScript adds properties is no namespace, though the checker has it for one.
  const declaration = base?.valueDeclaration;
  if (!base || cx.frame.find(base) || (declaration && ts.isVariableDeclaration(declaration) && !isAmbient(base)))
    return undefined;
  if (ts.isIdentifier(object) && isPredefined(cx, base)) {
    return predefinedMember(cx, object.text, node.name.text);
  }
  const holder =
    ts.SymbolFlags.Enum | ts.SymbolFlags.ValueModule | ts.SymbolFlags.NamespaceModule | ts.SymbolFlags.Class;
  const symbol = resolveSymbol(cx, node);
  if (!symbol) return undefined;
  if (!(base.flags & holder)) return undefined;
  if (base.flags & ts.SymbolFlags.Class && functionOf(cx, symbol)) refuseChanged(cx, base, symbol, node);
  return lowerSymbol(cx, symbol, node);
}

/**
 * Refuses a function that is a member of something, if it may be another one by now than what was written. In a running
 * program it is looked up.
 */
export function refuseChanged(cx: Context, holder: ts.Symbol, member: ts.Symbol, node: ts.Expression): void {
  if (isLive(cx)) return;
  const { internals } = cx.session;
  if ((member.declarations ?? []).some((declaration) => isFixedMember(internals, holder, declaration))) return;
  refuse(node, "module-state", quote(node));
}

export function lowerPropertyAccess(cx: Context, node: ts.PropertyAccessExpression, raw: boolean): Operand {
  const member = lowerStaticMember(cx, node);
  if (member) return member;
  const field = fieldVariable(cx, node);
  if (field) {
    const now = cx.read(field.variable);
    if (now === undefined) return refuse(node, "used-before-assigned", quote(node));
    return raw ? now : narrow(cx, now, node);
  }
  if (bare(node.expression).kind === ts.SyntaxKind.SuperKeyword) return callSuperMember(cx, node, "get", [], node);
  const object = lowerObject(cx, node);
  // An assertion may have told the checker of a property that is not there; what the program does with it decides.
  const inner = object.type.kind === "optional" ? object.type.of : object.type;
  const isNamed = dictionaryOf(cx, object) !== undefined && !isPrelude(node);
  const isAsked = isTestedLater(cx, node) || (isNamed && admitsMissing(wantedType(cx, node)));
  const kept = raw || ((isNamed || isVariant(inner, node.name.text)) && isAsked);
  return through(cx, node, object, kept, (value) => {
    if (dictionaryOf(cx, value) && !isPrelude(node))
      return readName(cx, value, cx.constant(node.name.text), node, mayBeMissing(cx, node, raw));
    return readMember(cx, value, node);
  });
}

/** True for a field that only some objects of the type have as a property. */
export function isVariant(type: Type, name: string): boolean {
  return type.kind === "record" && type.decl.fields.some((f) => f.name === name && f.variant === true);
}

/** `value.name`, which may be a getter. */
function readMember(cx: Context, value: Value, node: ts.PropertyAccessExpression): Operand {
  const name = memberName(node.name) ?? node.name.text;
  if (isMember(cx, value.type, name, "get")) return callMember(cx, value, name, "get", [], node);
  refuseUnbound(cx, value.type, name, node);
  return readProperty(cx, value, name, node);
}

/** The object of a member access: inside a chain with `?.` it may be missing. */
function lowerObject(cx: Context, node: ts.PropertyAccessExpression | ts.ElementAccessExpression): Value {
  const operand = lowerExpression(cx, node.expression, ts.isOptionalChain(node));
  if (isFunction(operand)) return refuse(node, "unknown-field", `\`${node.getText()}\``, "a function");
  return asValue(cx, operand, node.expression);
}

/** Reads from `object`, or, in a chain with `?.`, gives undefined where it is missing. */
function through(
  cx: Context,
  node: ts.PropertyAccessExpression | ts.ElementAccessExpression,
  object: Value,
  raw: boolean,
  read: (object: Value) => Operand,
): Operand {
  if (!ts.isOptionalChain(node)) return raw ? read(object) : narrow(cx, read(object), node);
  if (object.type.kind === "undefined") return cx.constant(undefined);
  if (object.type.kind !== "optional") {
    noteAsked(cx, object);
    return raw ? read(object) : narrow(cx, read(object), node);
  }
  const result = branch(
    cx,
    cx.b.present(object),
    () => read(cx.b.unwrap(object)),
    () => cx.constant(undefined),
  ) as Operand;
  if (!isValue(result) && result.kind === "poison") return refusePoison(node, result);
  return raw ? result : narrow(cx, result, node);
}

/** `value.name`. */
export function readProperty(cx: Context, value: Value, name: string, node: ts.Expression): Value {
  const { type } = value;
  if (cx.session.tables.of(type) && !isPrelude(node)) {
    if (dictionaryOf(cx, value)) return readName(cx, value, cx.constant(name), node, false);
    return readTable(cx, value, name, node);
  }
  if (type.kind === "array" && name === "length") {
    const length = cx.b.length(value, value.hint === undefined ? undefined : "length");
    recordLength(cx, value, length);
    return length;
  }
  if (type.kind === "string" && name === "length") return lengthOfText(cx, value);
  const ofView = readViewProperty(cx, value, name, node);
  if (ofView) return ofView;
  if (cx.session.closures.of(type)) return refuse(node, "unknown-field", `\`${name}\``, "a function");
  const union = cx.session.unions.of(type);
  if (union) {
    if (!ts.isPropertyAccessExpression(node)) return refuse(node, "union-type", `of ${quote(node)}`);
    return byAdmittedKind(cx, value, union, node.expression, (part) => readProperty(cx, part, name, node), node);
  }
  if (type.kind === "tape" && name === "values") return recordSlots(cx.b.slots(value));
  if (type.kind === "record") {
    if (isCaughtError(type)) return readCaught(cx, value, name, node);
    const given = readReceiving(cx, value, name, node);
    if (given) return given;
    if (type.decl.isTuple && name === "length") return cx.constant(type.decl.fields.length);
    if (type.decl.fields.some((f) => f.name === name)) return cx.b.getField(value, name);
    return absentField(cx, value, name, node) ?? refuse(node, "unknown-field", `\`${name}\``, `\`${showType(type)}\``);
  }
  if (type.kind === "optional" || type.kind === "undefined")
    return refuse(node, "possibly-missing", quote((node as ts.PropertyAccessExpression).expression));
  return refuse(node, "unknown-field", `\`${name}\``, `\`${showType(type)}\``);
}

/** `asserted` where the program says by `!` that the element is there. */
export function lowerElementAccess(
  cx: Context,
  node: ts.ElementAccessExpression,
  raw: boolean,
  asserted = false,
): Operand {
  const enumName = reverseEnum(cx, node);
  if (enumName) return enumName;
  const object = lowerObject(cx, node);
  // Without noUncheckedIndexedAccess the checker takes every element for present; what the program does with it decides.
  if (asserted) {
    return through(cx, node, object, true, (value) =>
      readElement(cx, value, lowerValue(cx, node.argumentExpression), node, false),
    );
  }
  const kept = raw || isTestedLater(cx, node) || admitsMissing(wantedType(cx, node));
  const optional = mayBeMissing(cx, node, kept);
  return through(cx, node, object, kept, (value) => {
    return readElement(cx, value, lowerValue(cx, node.argumentExpression), node, optional);
  });
}

/** True if what is read may be found missing by the program. */
function mayBeMissing(cx: Context, node: ts.Expression, raw: boolean): boolean {
  const kept = raw || isTestedLater(cx, node) || admitsMissing(wantedType(cx, node));
  return kept || (!excludesMissing(cx.checker.getTypeAtLocation(node)) && !isGenericElement(cx, node));
}

/**
 * The type that is wanted where `node` stands. To the right of `??` or `||` the checker takes the type on the left for
 * it if nothing else is wanted, and that one may be missing where this is not.
 */
export function wantedType(cx: Context, node: ts.Expression): ts.Type | undefined {
  let at = node;
  for (;;) {
    const { parent } = at;
    const passes =
      ts.isParenthesizedExpression(parent) ||
      (ts.isBinaryExpression(parent) &&
        parent.right === at &&
        (parent.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken ||
          parent.operatorToken.kind === ts.SyntaxKind.BarBarToken));
    if (!passes) return cx.checker.getContextualType(at);
    at = parent;
  }
}

/** True if the checker takes undefined for a possible value. */
export function admitsMissing(type: ts.Type | undefined): boolean {
  return type?.isUnion() === true && type.types.some((t) => t.flags & ts.TypeFlags.Undefined);
}

/** In a generic function the checker cannot say whether an element may be missing. */
function isGenericElement(cx: Context, node: ts.Expression): boolean {
  const { flags } = cx.checker.getTypeAtLocation(node);
  const { TypeFlags: F } = ts;
  return (flags & (F.TypeParameter | F.IndexedAccess | F.Any | F.Never)) !== 0;
}

/** `const x = a[i]` or `x = a[i]` where the function asks whether x is there: what is read may then be missing. */
export function isTestedLater(cx: Context, node: ts.Expression): boolean {
  let at: ts.Node = node;
  while (ts.isParenthesizedExpression(at.parent)) at = at.parent;
  const { parent } = at;
  const target = ts.isVariableDeclaration(parent) ? parent.name : assignedVariable(parent);
  return target !== undefined && ts.isIdentifier(target) && isTested(cx, target);
}

/** The left side of `x = …`. */
function assignedVariable(node: ts.Node): ts.Identifier | undefined {
  const isAssignment = ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken;
  return isAssignment && ts.isIdentifier(node.left) ? node.left : undefined;
}

/**
 * True if the function compares the variable of this name with undefined somewhere, asks for its truth, or hands it on
 * where undefined is expected.
 */
export function isTested(cx: Context, name: ts.Identifier): boolean {
  const symbol = cx.checker.getSymbolAtLocation(name);
  return symbol !== undefined && testedVariables(cx).has(symbol);
}

const logical: ReadonlySet<ts.SyntaxKind> = new Set([ts.SyntaxKind.AmpersandAmpersandToken, ts.SyntaxKind.BarBarToken]);
const logicalAssignment: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.AmpersandAmpersandEqualsToken,
  ts.SyntaxKind.BarBarEqualsToken,
]);

function testedVariables(cx: Context): ReadonlySet<ts.Symbol> {
  const { frame } = cx;
  frame.tested ??= frame.node ? testedIn(cx, frame.node) : new Set();
  return frame.tested;
}

/** The variables that some code compares with undefined, asks for their truth, or hands on where undefined is expected. */
export function testedIn(cx: Context, node: ts.Node): ReadonlySet<ts.Symbol> {
  const found = new Set<ts.Symbol>();
  const mark = (e: ts.Expression): void => {
    const inner = bare(e);
    const variable = ts.isIdentifier(inner) ? inner : assignedVariable(inner);
    const symbol = variable && cx.checker.getSymbolAtLocation(variable);
    if (symbol) found.add(symbol);
  };
  const markTruth = (e: ts.Expression): void => {
    const inner = bare(e);
    if (!ts.isBinaryExpression(inner) || !logical.has(inner.operatorToken.kind)) return mark(inner);
    markTruth(inner.left);
    markTruth(inner.right);
  };
  const isMissing = (e: ts.Expression): boolean =>
    e.kind === ts.SyntaxKind.NullKeyword || (ts.isIdentifier(e) && e.text === "undefined");
  const visit = (n: ts.Node): void => {
    if (ts.isBinaryExpression(n)) {
      const { kind } = n.operatorToken;
      if (kind === ts.SyntaxKind.QuestionQuestionToken || kind === ts.SyntaxKind.QuestionQuestionEqualsToken)
        mark(n.left);
      if (equalities.has(kind) && isMissing(n.right)) mark(n.left);
      if (equalities.has(kind) && isMissing(n.left)) mark(n.right);
      if (logical.has(kind) || logicalAssignment.has(kind)) markTruth(n.left);
    } else if (ts.isPrefixUnaryExpression(n) && n.operator === ts.SyntaxKind.ExclamationToken) markTruth(n.operand);
    else if (ts.isIfStatement(n) || ts.isWhileStatement(n) || ts.isDoStatement(n)) markTruth(n.expression);
    else if (ts.isConditionalExpression(n) || (ts.isForStatement(n) && n.condition))
      markTruth(n.condition as ts.Expression);
    else if (ts.isPropertyAccessChain(n) || ts.isElementAccessChain(n)) mark(n.expression);
    else if (ts.isTypeOfExpression(n)) mark(n.expression);
    else if (ts.isIdentifier(n) && isHandedOn(n) && admitsMissing(wantedType(cx, n))) mark(n);
    ts.forEachChild(n, visit);
  };
  visit(node);
  return found;
}

/** An argument, a result, or what a literal is made of. */
function isHandedOn(node: ts.Identifier): boolean {
  const { parent } = node;
  return (
    ((ts.isCallExpression(parent) || ts.isNewExpression(parent)) && parent.expression !== node) ||
    ts.isReturnStatement(parent) ||
    ts.isArrayLiteralExpression(parent) ||
    (ts.isPropertyAssignment(parent) && parent.initializer === node)
  );
}

/** `value[index]`; with `optional`, missing past the end of an array. */
export function readElement(
  cx: Context,
  value: Value,
  index: Value,
  node: ts.ElementAccessExpression,
  optional: boolean,
): Value {
  const { type } = value;
  if (dictionaryOf(cx, value)) return readName(cx, value, index, node, optional);
  if (type.kind === "array") {
    const key = cx.known(index);
    if (index.type.kind === "string" && key === "length") return cx.b.length(value);
    if (optional && type.storage === "Array" && type.element.kind === "number") cx.session.gaps.asked = true;
    const place = expectNumber(index, node.argumentExpression);
    // What an array's methods read, they come to on their way through it.
    if (optional) return cx.b.load(value, place, undefined, true);
    if (isPrelude(node)) return loadInMethod(cx, value, place);
    return readAsPresent(cx, cx.b.load(value, place), node, () => isWithin(cx, value, place));
  }
  if (type.kind === "string") return readCharacter(cx, value, index, node, optional);
  if (cx.session.unions.of(type)) return refuse(node, "union-type", `of ${quote(node.expression)}`);
  if (type.kind === "record") {
    const key = cx.known(index);
    if (typeof key !== "string" && typeof key !== "number") return readNamed(cx, value, index, node.argumentExpression);
    return readProperty(cx, value, String(key), node);
  }
  if (type.kind === "optional" || type.kind === "undefined")
    return refuse(node, "possibly-missing", quote(node.expression));
  return refuse(node, "unknown-field", quote(node.argumentExpression), `\`${showType(type as Type)}\``);
}

/** `Color[i]`, the name of an enum's member, is a string; and `Color["Red"]` a member. */
function reverseEnum(cx: Context, node: ts.ElementAccessExpression): Operand | undefined {
  const object = bare(node.expression);
  const base = ts.isIdentifier(object) ? resolveSymbol(cx, object) : undefined;
  if (!base || !(base.flags & ts.SymbolFlags.Enum)) return undefined;
  const argument = node.argumentExpression;
  const member = ts.isStringLiteralLike(argument) ? base.exports?.get(argument.text as ts.__String) : undefined;
  return member ? lowerSymbol(cx, member, node) : refuse(node, "dynamic-key", quote(argument));
}
