/** Literals: numbers, strings, templates, arrays and objects. A literal takes the type its place declares, if any. */
import ts from "typescript";
import { array, record, sameType, tuple } from "../../ir/type.ts";
import type { RecordDecl, RecordField, Type, Value } from "../../ir/types.ts";
import { type Context, type KnownFunction, type Operand, quote, refuse } from "../context.ts";
import { lowerCondition } from "../control/condition.ts";
import { countedLoop } from "../control/loops.ts";
import { branch } from "../flow.ts";
import { holdsOwn, noteGiven, noteUnnamed } from "../objects/absent-fields.ts";
import { isIteratorName, iteratorName } from "../objects/classes.ts";
import { dictionaryLiteral } from "../objects/dictionaries.ts";
import { assignAll, copiedFields, noteOrder, whereThere } from "../objects/properties.ts";
import { receivingLiteral, typeOfLiteral } from "../objects/receivers.ts";
import { bare } from "../syntax/scan.ts";
import { regroup } from "../types/alternatives.ts";
import { showType } from "../types/show.ts";
import { contextualType, localType, tryType } from "../types/types.ts";
import { recordLength } from "./bounds.ts";
import { coerce, definedPart, joinTypes } from "./coerce.ts";
import { asValue, lowerValue } from "./expression.ts";
import { loadPassing } from "./gaps.ts";
import { admits, byKind, unionOf } from "./kinds.ts";
import { learnedArray } from "./learn.ts";
import { gather, lowerIterable } from "./spread.ts";

/** The pieces as one string. */
export function concatenate(cx: Context, parts: readonly Value[]): Value {
  const known = parts.map((p) => cx.known(p));
  if (parts.every((p) => cx.isKnown(p))) return cx.constant(known.map(String).join(""));
  return cx.b.text(parts);
}

export function lowerTemplate(cx: Context, node: ts.TemplateExpression): Value {
  const parts: Value[] = [];
  const literal = (text: string): void => {
    if (text !== "") parts.push(cx.constant(text));
  };
  literal(node.head.text);
  for (const span of node.templateSpans) {
    parts.push(textPart(cx, lowerValue(cx, span.expression), span.expression));
    literal(span.literal.text);
  }
  return concatenate(cx, parts.length === 0 ? [cx.constant("")] : parts);
}

/** A piece of a string; structures have no useful text. */
export function textPart(cx: Context, value: Value, node: ts.Node): Value {
  const union = unionOf(cx, value);
  if (union) return byKind(cx, value, union, (part) => concatenate(cx, [textPart(cx, part, node)]), node);
  const inner = value.type.kind === "optional" ? value.type.of : value.type;
  // After all members of a union have been dealt with nothing is left, and what is written about it is never seen.
  const isNever = ts.isExpression(node) && (cx.checker.getTypeAtLocation(node).flags & ts.TypeFlags.Never) !== 0;
  if (inner.kind === "record" && !inner.decl.isTuple && isNever) return cx.constant("[object Object]");
  if (inner.kind === "array" || inner.kind === "record")
    refuse(node, "operator", "string conversion of an array or object");
  if (value.type.kind === "undefined") {
    return cx.isKnown(value)
      ? cx.constant(String(cx.known(value)))
      : refuse(node, "null-and-undefined", `of ${quote(node)}`);
  }
  return value;
}

// -------------------------------------------------------------------------------------------------------------- Arrays

export function lowerArrayLiteral(cx: Context, node: ts.ArrayLiteralExpression): Value {
  const wished = contextualType(cx, node);
  const asked = (wished && cx.session.unions.of(wished)?.parts.get("asList")) ?? wished;
  if (asked?.kind === "record" && asked.decl.isTuple) return lowerTuple(cx, node, asked);
  if (node.elements.some(ts.isSpreadElement)) return lowerSpreadArray(cx, node, asked);
  const values = node.elements.map((e) => lowerElement(cx, e));
  const [first] = values;
  if (!first) return emptyArray(cx, node, asked);
  let element: Type | undefined = asked?.kind === "array" && asked.storage === "Array" ? asked.element : undefined;
  if (!element || !values.every((v) => fits(cx, v, element as Type))) {
    const expected = element ?? (cx.checker.isArrayType(cx.checker.getTypeAtLocation(node)) ? first.type : undefined);
    if (expected) for (const v of values) regroup(cx, expected, v.type);
    element = values.reduce<Type | undefined>((t, v) => t && joinTypes(t, v.type), first.type);
    element ??= mixedElement(cx, node, values);
  }
  if (!element || element.kind === "undefined") {
    if (!element) return cx.b.record(values, tuple(...values.map((v) => v.type)));
    return refuse(node, "type-not-taken", "an array of missing values");
  }
  const type = array(element);
  const made = cx.b.array(
    values.map((v, i) => coerce(cx, v, type.element, node.elements[i] as ts.Node)),
    type,
  );
  recordLength(cx, made, cx.constant(values.length));
  return made;
}

function fits(cx: Context, value: Value, element: Type): boolean {
  if (sameType(value.type, element) || admits(cx, value, element)) return true;
  if (element.kind === "optional" && admits(cx, value, element.of)) return true;
  if (element.kind !== "optional") return false;
  const there = value.type.kind === "optional" && element.absent === "nullish" ? value.type.of : value.type;
  return there.kind === "undefined" || sameType(there, element.of);
}

/** The type of elements of several kinds, if the checker takes them for a list. */
function mixedElement(cx: Context, node: ts.Expression, values: readonly Value[]): Type | undefined {
  const listed = tryType(cx, cx.checker.getTypeAtLocation(node), node);
  const element = listed?.kind === "array" ? listed.element : undefined;
  return element && values.every((v) => fits(cx, v, element)) ? element : undefined;
}

function lowerElement(cx: Context, node: ts.Expression): Value {
  if (ts.isOmittedExpression(node)) return refuse(node.parent, "array-hole");
  return lowerValue(cx, node);
}

function lowerTuple(cx: Context, node: ts.ArrayLiteralExpression, asked: Type & { kind: "record" }): Value {
  if (node.elements.length !== asked.decl.fields.length || node.elements.some(ts.isSpreadElement)) {
    return refuse(node, "type-mismatch", `${quote(node)} and ${showType(asked)}`);
  }
  const values = node.elements.map((e) => lowerElement(cx, e));
  if (values.every((v, i) => fits(cx, v, (asked.decl.fields[i] as RecordField).type))) {
    return cx.b.record(
      values.map((v, i) => coerce(cx, v, (asked.decl.fields[i] as RecordField).type, node.elements[i] as ts.Node)),
      asked,
    );
  }
  for (const [i, v] of values.entries()) regroup(cx, (asked.decl.fields[i] as RecordField).type, v.type);
  return cx.b.record(values, tuple(...values.map((v) => v.type)));
}

/** `[]`: of the type declared for its place, or for the variable it initialises, or found where that is used. */
function emptyArray(cx: Context, node: ts.ArrayLiteralExpression, asked: Type | undefined): Value {
  const type = asked?.kind === "array" ? asked : evolvedType(cx, node);
  if (type?.kind !== "array" || type.storage !== "Array" || type.element.kind === "undefined") {
    const learned = learnedArray(cx.session, node);
    return learned ? cx.b.array([], learned) : refuse(node, "empty-array");
  }
  return cx.b.array([], type);
}

/** The type that the checker finds for `const xs = []` from what is put into it. */
function evolvedType(cx: Context, node: ts.Expression): Type | undefined {
  const { parent } = node;
  const name = ts.isVariableDeclaration(parent)
    ? parent.name
    : ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken
      ? parent.left
      : undefined;
  if (!name || !ts.isIdentifier(name)) return undefined;
  const symbol = cx.checker.getSymbolAtLocation(name);
  const scope = ts.findAncestor(node, ts.isFunctionLike) ?? node.getSourceFile();
  let found: Type | undefined;
  const visit = (n: ts.Node): void => {
    if (found) return;
    if (ts.isIdentifier(n) && n !== name && n.text === name.text && cx.checker.getSymbolAtLocation(n) === symbol) {
      const type = cx.checker.getTypeAtLocation(n);
      const [element] = cx.checker.isArrayType(type) ? cx.checker.getTypeArguments(type as ts.TypeReference) : [];
      if (element && !(element.flags & (ts.TypeFlags.Any | ts.TypeFlags.Never))) found = tryType(cx, type, n);
    }
    ts.forEachChild(n, visit);
  };
  visit(scope);
  return found;
}

/** `[a, ...xs, b]`: an empty array, to which elements are pushed in order. */
function lowerSpreadArray(cx: Context, node: ts.ArrayLiteralExpression, asked: Type | undefined): Value {
  const isAsked = asked?.kind === "array" && asked.storage === "Array";
  // What `Array(n).fill(0)` makes is of any type to the checker, and so is what it is spread into.
  if (!isAsked && !cx.session.learning && holdsAny(cx, node)) return gather(cx, node.elements, node);
  const type = isAsked ? asked : spreadType(cx, node);
  if (type.kind !== "array") return refuse(node, "type-not-taken", showType(type));
  const made = cx.b.array([], type);
  for (const e of node.elements) {
    if (ts.isSpreadElement(e)) {
      appendAll(cx, made, lowerIterable(cx, e.expression), e);
    } else cx.b.push(made, coerce(cx, lowerElement(cx, e), type.element, e));
  }
  return made;
}

function holdsAny(cx: Context, node: ts.ArrayLiteralExpression): boolean {
  const type = cx.checker.getTypeAtLocation(node);
  const [element] = cx.checker.isArrayType(type) ? cx.checker.getTypeArguments(type as ts.TypeReference) : [];
  return element !== undefined && (element.flags & ts.TypeFlags.Any) !== 0;
}

function spreadType(cx: Context, node: ts.ArrayLiteralExpression): Type {
  const declared = cx.checker.getTypeAtLocation(node);
  const known = cx.session.learning && tryType(cx, declared, node);
  return known ?? learnedArray(cx.session, node) ?? localType(cx, declared, node);
}

/** Pushes the elements of one array to another. */
export function appendAll(cx: Context, to: Value, from: Value, node: ts.Node): void {
  const { element } = to.type as Type & { kind: "array" };
  countedLoop(
    cx,
    node,
    () => cx.b.length(from),
    (i) => {
      cx.b.push(to, coerce(cx, loadPassing(cx, from, i), element, node));
    },
  );
}

// ------------------------------------------------------------------------------------------------------------- Objects

/** The name of a property, known at compile time. */
export function propertyName(cx: Context, name: ts.PropertyName): string {
  if (isIteratorName(name)) return iteratorName;
  if (ts.isComputedPropertyName(name)) {
    const key = cx.known(lowerValue(cx, name.expression));
    if (typeof key === "string" || typeof key === "number") return String(key);
    return refuse(name, "dynamic-key", quote(name.expression));
  }
  if (ts.isPrivateIdentifier(name)) return refuse(name, "object-member", "a private name");
  return name.text;
}

/** What an object gets for a field so far; `listed`: what the literal itself says, where a spread has not replaced it. */
interface Given {
  readonly value: Value;
  readonly node: ts.Node;
  readonly listed?: Value;
  /** The object lacks the field where nothing was spread. */
  readonly mayLack?: true;
}

/** An object; `also`: what `Object.assign` copies to it, which is as if it were spread. */
export function lowerObjectLiteral(
  cx: Context,
  node: ts.ObjectLiteralExpression,
  also: readonly ts.Expression[] = [],
): Value {
  const { alternatives } = cx.session;
  const context = contextualType(cx, node);
  const wished = (context && cx.session.unions.of(context)?.parts.get("asObject")) ?? context;
  const table = wished && cx.session.tables.of(wished);
  if (table?.kind === "dictionary") return assignAll(cx, dictionaryLiteral(cx, node, table), also);
  const own = typeOfLiteral(cx, node);
  // An object with the fields of a class is no instance of it.
  const isPlain = wished?.kind === "record" && !cx.session.classes.of(wished);
  const asked = isPlain ? wished : alternatives.of(own).members.length > 1 ? tryType(cx, own, node) : undefined;
  const receiving = receivingLiteral(cx, node, own, asked);
  if (receiving) return also.length === 0 ? receiving : refuse(node, "object-member", "members that say `this`");
  const declared = asked?.kind === "record" && !asked.decl.isTuple ? asked.decl.fields : [];
  const values = new Map<string, Given>();
  const spread: Type[] = [];
  const spreadFrom = (from: Value, at: ts.Node): void => {
    if (from.type.kind === "undefined") return;
    spread.push(from.type.kind === "optional" ? from.type.of : from.type);
    spreadRecord(cx, from, at, values);
  };
  for (const member of node.properties) {
    if (ts.isPropertyAssignment(member)) {
      if (!ts.isComputedPropertyName(member.name) && member.name.text === "__proto__")
        refuse(member, "object-member", "a prototype");
      const value = lowerValue(cx, member.initializer);
      values.set(propertyName(cx, member.name), { value, node: member, listed: value });
    } else if (ts.isShorthandPropertyAssignment(member)) {
      const value = lowerValue(cx, member.name);
      values.set(member.name.text, { value, node: member, listed: value });
    } else if (ts.isSpreadAssignment(member)) {
      spreadFrom(lowerSpread(cx, member.expression), member);
    } else if (ts.isMethodDeclaration(member)) {
      // A function in a field: it says no `this`.
      const fn: KnownFunction = { kind: "user", node: member, frame: cx.frame };
      values.set(propertyName(cx, member.name), { value: asValue(cx, fn, member), node: member });
    } else throw new Error("a getter or setter in an object that is none");
  }
  // All of them are evaluated before any is copied.
  also
    .map((e) => lowerSpread(cx, e))
    .forEach((from, i) => {
      spreadFrom(from, also[i] as ts.Expression);
    });
  const fields: RecordField[] = [];
  const contents: Value[] = [];
  const listed = new Map<string, Value>();
  const omitted: string[] = [];
  const take = (name: string, wanted: Type | undefined): void => {
    const given = values.get(name);
    values.delete(name);
    if (given?.listed) listed.set(name, given.listed);
    if (given?.mayLack) omitted.push(name);
    if (!given) {
      if (wanted?.kind !== "optional") return;
      for (const type of spread) cx.session.absences.found.push({ type, name, node });
      fields.push({ name, type: wanted });
      contents.push(cx.b.missing(wanted, name));
      omitted.push(name);
      return;
    }
    const type = wanted && fits(cx, given.value, wanted) ? wanted : given.value.type;
    fields.push({ name, type });
    contents.push(coerce(cx, given.value, type, given.node));
  };
  const names = [...values.keys()];
  for (const f of declared) take(f.name, f.type);
  for (const name of [...values.keys()]) take(name, undefined);
  const made: RecordDecl = { name: "", isTuple: false, fields };
  // Field by field: a recursive type is the same only as itself.
  const same =
    fields.length === declared.length &&
    fields.every((f, i) => f.name === declared[i]?.name && sameType(f.type, declared[i].type));
  if (asked && !same) {
    for (const f of declared) {
      const given = fields.find((g) => g.name === f.name);
      if (given) regroup(cx, given.type, f.type);
    }
  }
  if (!(asked && same)) alternatives.lay(alternatives.of(own), made);
  const result = cx.b.record(contents, asked && same ? asked : record(made));
  noteOrder(cx, result, names);
  for (const [name, value] of listed) noteGiven(cx, result.type, name, value);
  for (const name of omitted) cx.session.absences.omitted.push({ type: result.type, name });
  for (const from of spread) cx.session.absences.spread.push({ from, to: result.type });
  return result;
}

/** What is spread: an object, or nothing, as where a condition is false in `...(condition && { a })`. */
export function lowerSpread(cx: Context, node: ts.Expression): Value {
  const inner = bare(node);
  if (!ts.isBinaryExpression(inner) || inner.operatorToken.kind !== ts.SyntaxKind.AmpersandAmpersandToken)
    return lowerValue(cx, node);
  const chosen = branch(
    cx,
    lowerCondition(cx, inner.left),
    () => lowerSpread(cx, inner.right),
    () => cx.constant(undefined),
  );
  return asValue(cx, chosen ?? cx.constant(undefined), node);
}

/** Adds the fields of a spread object, which may be missing, to those that a literal has so far. */
export function spreadRecord(cx: Context, from: Value, node: ts.Node, into: Map<string, Given>): void {
  const isMissable = from.type.kind === "optional";
  const there = isMissable ? cx.b.present(from) : cx.constant(true);
  const object = (): Value => (isMissable ? cx.b.unwrap(from) : from);
  let copied: readonly RecordField[] = [];
  whereThere(cx, there, () => {
    copied = copiedFields(cx, object(), node);
    noteUnnamed(cx, object().type, copied, [...into.keys()], node);
  });
  for (const f of copied) {
    const before = into.get(f.name);
    const own = (): Value => cx.b.getField(object(), f.name);
    const given = (): Operand | undefined => {
      const isOwn = before && holdsOwn(cx, object(), f, () => refuseReplaced(node, f.name));
      if (!isOwn) return own();
      // An object without the property leaves what is there.
      return branch(
        cx,
        isOwn,
        () => definedPart(cx, own()),
        () => before.value,
      );
    };
    const value = branch(cx, there, given, () => before?.value ?? cx.constant(undefined));
    const mayLack = before ? before.mayLack : isMissable || undefined;
    into.set(f.name, { ...before, value: asValue(cx, value as Operand, node), node, ...(mayLack && { mayLack }) });
  }
}

function refuseReplaced(node: ts.Node, name: string): never {
  return refuse(node, "object-member", `a spread that may or may not replace the field \`${name}\``);
}

/** Which of the missing values `node` denotes syntactically. */
export function missingLiteral(node: ts.Expression): "undefined" | "null" | undefined {
  if (node.kind === ts.SyntaxKind.NullKeyword) return "null";
  if (ts.isIdentifier(node) && node.text === "undefined") return "undefined";
  if (ts.isVoidExpression(node) && ts.isNumericLiteral(node.expression)) return "undefined";
  return undefined;
}
