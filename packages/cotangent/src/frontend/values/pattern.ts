/**
 * Destructuring: arrays by position with a rest, objects by name, defaults, to any depth, in declarations and assignments.
 * What an assigned leaf stands in, `o[i++]`, is evaluated before the value that goes there is read, and before its default.
 */
import ts from "typescript";
import { array } from "../../ir/type.ts";
import type { Type, Value } from "../../ir/types.ts";
import { type Context, type GeneratorCall, isValue, type Operand, quote, refuse } from "../context.ts";
import { coalesceWith } from "../control/condition.ts";
import { type Stepped, steppedThrough } from "../control/iterators.ts";
import { countedLoop } from "../control/loops.ts";
import { checkLeft } from "../control/resume.ts";
import { apply, branch } from "../flow.ts";
import { listTable } from "../objects/maps.ts";
import { callMember, isMember } from "../objects/members.ts";
import { restOfFields } from "../objects/properties.ts";
import { bare, isVar } from "../syntax/scan.ts";
import { excludesMissing } from "../types/types.ts";
import { admitsMissing, isTested, isVariant, readProperty } from "./access.ts";
import { definedPart, isDefined } from "./coerce.ts";
import { collect } from "./collect.ts";
import { lowerExpression } from "./expression.ts";
import { loadPassing } from "./gaps.ts";
import { propertyName } from "./literals.ts";
import { readAsPresent } from "./presence.ts";
import { charactersOf } from "./strings.ts";

/** Receives what a leaf is bound to. */
type Receive = (operand: Operand, node: ts.Node) => void;

/** Evaluates what a pattern's leaf (a name, or an assignment target) needs, before there is a value for it. */
export type Bind = (leaf: ts.Node) => Receive;

interface Entry {
  readonly target: ts.Node;
  readonly initializer: ts.Expression | undefined;
  readonly rest: boolean;
}

/** Takes `value` apart as `pattern` says, calling `bind` for each leaf in order. */
export function bindPattern(cx: Context, pattern: ts.Node, value: Operand, bind: Bind): void {
  receiver(cx, pattern, bind)(value, pattern);
}

/** What takes apart, or binds, a value that comes later. */
function receiver(cx: Context, pattern: ts.Node, bind: Bind): Receive {
  if (ts.isArrayBindingPattern(pattern) || ts.isArrayLiteralExpression(pattern))
    return (value) => bindArray(cx, pattern, value, bind);
  if (ts.isObjectBindingPattern(pattern) || ts.isObjectLiteralExpression(pattern))
    return (value) => bindObject(cx, pattern, value, bind);
  return bind(pattern);
}

function structure(value: Operand, node: ts.Node): Value {
  if (!isValue(value)) return refuse(node, "function-value");
  if (value.type.kind === "optional") return refuse(node, "possibly-missing", "the value taken apart");
  return value;
}

function entryOf(element: ts.Node): Entry | undefined {
  if (ts.isOmittedExpression(element)) return undefined;
  if (ts.isBindingElement(element)) {
    return { target: element.name, initializer: element.initializer, rest: element.dotDotDotToken !== undefined };
  }
  if (ts.isSpreadElement(element)) return { target: element.expression, initializer: undefined, rest: true };
  if (ts.isBinaryExpression(element) && element.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
    return { target: element.left, initializer: element.right, rest: false };
  }
  return { target: element, initializer: undefined, rest: false };
}

function bindEntry(cx: Context, { initializer, target }: Entry, read: () => Operand, bind: Bind): void {
  const receive = receiver(cx, target, bind);
  const value = read();
  receive(initializer ? coalesceUndefined(cx, value, initializer, target) : value, target);
}

/** The value, or the initialiser's where it is undefined (null stays). */
export function coalesceUndefined(cx: Context, value: Operand, initializer: ts.Expression, node: ts.Node): Operand {
  if (isValue(value)) {
    if (value.type.kind === "undefined" && cx.known(value) === null) return value;
    if (value.type.kind === "optional" && value.type.absent === "null") return value;
    if (value.type.kind === "optional" && value.type.absent === "nullish") {
      const given = (): Value => definedPart(cx, value);
      const filled = branch(cx, isDefined(cx, value), given, () => lowerExpression(cx, initializer), value.hint);
      checkLeft(cx);
      return filled as Operand;
    }
  }
  const filled = coalesceWith(cx, value, initializer, node);
  checkLeft(cx);
  return filled;
}

function bindArray(
  cx: Context,
  pattern: ts.ArrayBindingPattern | ts.ArrayLiteralExpression,
  from: Operand,
  bind: Bind,
): void {
  const elements: readonly ts.Node[] = pattern.elements;
  const source = steppedThrough(cx, from, pattern as ts.Expression);
  const value = source ? takenFrom(cx, source, elements, pattern) : listed(cx, structure(from, pattern), pattern);
  const { type } = value;
  for (const [i, element] of elements.entries()) {
    const entry = entryOf(element);
    if (!entry) continue;
    if (entry.rest) {
      if (type.kind !== "array") refuse(element, "pattern", "a rest of a tuple");
      bindEntry(cx, entry, () => restOf(cx, value, i, element), bind);
    } else if (type.kind === "array") {
      const { target, initializer } = entry;
      const tested =
        ts.isIdentifier(target) && (isTested(cx, target) || admitsMissing(cx.checker.getTypeAtLocation(target)));
      const optional = initializer !== undefined || tested;
      const read = (): Value => {
        const found = cx.b.load(value, cx.constant(i), undefined, optional);
        return optional ? found : readAsPresent(cx, found, target);
      };
      bindEntry(cx, entry, read, bind);
    } else if (type.kind === "record" && type.decl.isTuple) {
      const field = type.decl.fields[i];
      bindEntry(cx, entry, () => (field ? cx.b.getField(value, field.name) : cx.constant(undefined)), bind);
    } else refuse(element, "pattern", quote(pattern));
  }
}

/**
 * What a pattern takes from a generator: as many values as it has places, or all, before any is bound. Refused where the
 * program could tell: the language binds each before it takes the next, and code of the program makes that.
 */
function takenFrom(cx: Context, from: GeneratorCall | Stepped, elements: readonly ts.Node[], node: ts.Node): Value {
  const hasRest = elements.some((e) => entryOf(e)?.rest);
  for (const [i, e] of elements.entries()) {
    const isLast = i === elements.length - 1;
    if (!isBoundUnseen(e, isLast)) refuse(e, "generator-object", `In ${quote(node)} it is taken apart step by step.`);
  }
  return collect(cx, from, node, hasRest ? undefined : elements.length);
}

/**
 * What a pattern takes apart by position: of a map or a set its entries, of a text its characters. Refused where code runs
 * while they are bound: it might change the map, and the language takes the next entry after that.
 */
function listed(cx: Context, value: Value, pattern: ts.ArrayBindingPattern | ts.ArrayLiteralExpression): Value {
  const characters = charactersOf(cx, value, pattern);
  if (characters) return characters;
  const entries = listTable(cx, value, pattern);
  return entries && runsCode(pattern) ? refuse(pattern, "pattern", quote(pattern)) : (entries ?? value);
}

/** True if something in the pattern may run code of the program, a getter or setter included. */
function runsCode(node: ts.Node): boolean {
  const isCall = ts.isCallOrNewExpression(node) || ts.isTaggedTemplateExpression(node);
  const isAccess = ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node);
  if (isCall || isAccess || ts.isYieldExpression(node)) return true;
  return !ts.isFunctionLike(node) && (ts.forEachChild(node, runsCode) ?? false);
}

/**
 * True if nothing runs where this element of a pattern is bound that the code which gives the next one could see: it is a
 * new constant or block-scoped variable. What the last one is bound to is seen by nobody, if that is known before.
 */
function isBoundUnseen(element: ts.Node, isLast: boolean): boolean {
  const entry = entryOf(element);
  if (!entry) return true;
  if (!ts.isBindingElement(element)) return isLast && ts.isIdentifier(entry.target);
  const declaration = ts.walkUpBindingElementsAndPatterns(element);
  if (isLast) return true;
  const { initializer } = entry;
  return (
    ts.isIdentifier(entry.target) &&
    !(ts.isVariableDeclaration(declaration) && isVar(declaration)) &&
    (!initializer || ts.isLiteralExpression(bare(initializer)))
  );
}

/** A new array of the elements from `start` on. */
function restOf(cx: Context, from: Value, start: number, node: ts.Node): Value {
  const { element } = from.type as Type & { kind: "array" };
  const made = cx.b.array([], array(element));
  const count = (): Value => apply(cx, "sub", [cx.b.length(from), cx.constant(start)]);
  countedLoop(cx, node, count, (i) => {
    const index = start === 0 ? i : apply(cx, "add", [i, cx.constant(start)]);
    cx.b.push(made, loadPassing(cx, from, index));
  });
  return made;
}

function bindObject(
  cx: Context,
  pattern: ts.ObjectBindingPattern | ts.ObjectLiteralExpression,
  from: Operand,
  bind: Bind,
): void {
  const value = structure(from, pattern);
  const members: readonly ts.Node[] = ts.isObjectBindingPattern(pattern) ? pattern.elements : pattern.properties;
  const taken: string[] = [];
  for (const member of members) {
    const rest = restTarget(member);
    if (rest) {
      receiver(cx, rest, bind)(restOfFields(cx, value, taken, member), rest);
      continue;
    }
    const { name, entry } = memberOf(cx, member, pattern);
    taken.push(name);
    const read = (): Operand => {
      if (isMember(cx, value.type, name, "get")) return callMember(cx, value, name, "get", [], member);
      const found = readProperty(cx, value, name, pattern as ts.Expression);
      return isVariant(value.type, name) ? narrowed(cx, found, entry) : found;
    };
    bindEntry(cx, entry, read, bind);
  }
}

/** What a pattern takes from an object of a union, of which the checker has shown that it has the property. */
function narrowed(cx: Context, read: Value, { target, initializer }: Entry): Value {
  if (read.type.kind !== "optional" || initializer) return read;
  if (ts.isIdentifier(target) && isTested(cx, target)) return read;
  return excludesMissing(cx.checker.getTypeAtLocation(target)) ? cx.b.unwrap(read) : read;
}

function memberOf(cx: Context, member: ts.Node, pattern: ts.Node): { name: string; entry: Entry } {
  if (ts.isBindingElement(member)) {
    const key = member.propertyName ?? member.name;
    if (ts.isObjectBindingPattern(key) || ts.isArrayBindingPattern(key))
      return refuse(member, "pattern", quote(pattern));
    return {
      name: propertyName(cx, key),
      entry: { target: member.name, initializer: member.initializer, rest: false },
    };
  }
  if (ts.isShorthandPropertyAssignment(member)) {
    return {
      name: member.name.text,
      entry: { target: member.name, initializer: member.objectAssignmentInitializer, rest: false },
    };
  }
  if (ts.isPropertyAssignment(member)) {
    return { name: propertyName(cx, member.name), entry: entryOf(member.initializer) as Entry };
  }
  return refuse(member, "pattern", quote(pattern));
}

/** What `...rest` in an object pattern binds. */
function restTarget(member: ts.Node): ts.Node | undefined {
  if (ts.isBindingElement(member)) return member.dotDotDotToken && member.name;
  return ts.isSpreadAssignment(member) ? member.expression : undefined;
}
