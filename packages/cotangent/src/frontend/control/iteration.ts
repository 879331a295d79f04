/**
 * Loops over what a construct can take values from, one after another: arrays, their `entries()`, `keys()` and
 * `values()`, and generators. An array is read by a counter, up to the length that it has by then.
 */
import ts from "typescript";
import { number } from "../../ir/type.ts";
import type { Value } from "../../ir/types.ts";
import { type Context, type Operand, quote, refuse, Variable } from "../context.ts";
import { apply } from "../flow.ts";
import { isAmbient, resolveSymbol } from "../modules/globals.ts";
import { dictionaryOf, whileThere } from "../objects/dictionaries.ts";
import { iteratedTable, nextEntry, pairOf } from "../objects/maps.ts";
import { callMember, isMember } from "../objects/members.ts";
import { enumerated } from "../objects/properties.ts";
import { bare, leavesEarly } from "../syntax/scan.ts";
import { showType } from "../types/show.ts";
import { assignPattern, lowerTarget, named, writeTarget } from "../values/assignment.ts";
import { blankArray, placesOf } from "../values/blank.ts";
import { asValue, lowerExpression, lowerValue } from "../values/expression.ts";
import { loadPassing } from "../values/gaps.ts";
import { bindPattern } from "../values/pattern.ts";
import { charactersOf } from "../values/strings.ts";
import { iterate, lowerSource, type Source, type Taking } from "./generators.ts";
import { asTarget, lowerLoop } from "./loops.ts";
import { leafDeclarer, lowerBody } from "./statement.ts";

export interface Iterated {
  /** The elements; of a map its values, of a set its keys. */
  readonly array: Value;
  readonly gives: "values" | "keys" | "entries";
  /** Of a map or a set: itself, and its keys. */
  readonly table?: Value;
  readonly keys?: Value;
}

/** The array that a construct runs over, and what it takes of it; or what `other` makes of an operand. */
export function iterated(cx: Context, node: ts.Expression): Iterated;
export function iterated<T>(cx: Context, node: ts.Expression, other: (operand: Operand) => T | undefined): Iterated | T;
export function iterated<T>(
  cx: Context,
  node: ts.Expression,
  other?: (operand: Operand) => T | undefined,
): Iterated | T {
  const inner = bare(node);
  if (
    ts.isCallExpression(inner) &&
    ts.isPropertyAccessExpression(inner.expression) &&
    inner.arguments.length === 0 &&
    !isOfProgram(cx, inner.expression)
  ) {
    const { text } = inner.expression.name;
    const blank = text === "keys" ? blankArray(cx, inner.expression.expression) : undefined;
    if (blank) return { array: placesOf(cx, blank, node), gives: "values" };
    if (text === "entries" || text === "keys" || text === "values") {
      const array = lowerValue(cx, inner.expression.expression);
      if (array.type.kind === "array") return { array, gives: text };
      const ofTable = iteratedTable(cx, array, text);
      if (ofTable) return ofTable;
      const given = isMember(cx, array.type, text, "method") && callMember(cx, array, text, "method", [], inner);
      const own = given && other?.(given);
      if (own) return own;
      return refuse(node, "for-of", quote(node));
    }
  }
  const operand = lowerExpression(cx, node);
  const special = other?.(operand);
  if (special !== undefined) return special;
  const array = asValue(cx, operand, node);
  const ofTable = iteratedTable(cx, array);
  if (ofTable) return ofTable;
  const characters = charactersOf(cx, array, node);
  if (characters) return { array: characters, gives: "values" };
  if (array.type.kind !== "array") return refuse(node, "for-of", `a value of type ${showType(array.type)}`);
  return { array, gives: "values" };
}

/** True for a member that the program declares, which gives what it gives. */
function isOfProgram(cx: Context, member: ts.PropertyAccessExpression): boolean {
  const symbol = resolveSymbol(cx, member);
  return symbol !== undefined && !isAmbient(symbol);
}

export function lowerForOf(cx: Context, node: ts.ForOfStatement, labels: readonly string[]): void {
  if (node.awaitModifier) refuse(node, "await");
  runThrough(cx, node, labels, lowerSource(cx, node.expression));
}

export function lowerForIn(cx: Context, node: ts.ForInStatement, labels: readonly string[]): void {
  const found = enumerated(cx, node.expression);
  if (!found) return;
  const source: Iterated = { array: found.names, gives: "values" };
  runThrough(cx, node, labels, source, dictionaryOf(cx, found.object) && found.object);
}

function runThrough(
  cx: Context,
  node: ts.ForOfStatement | ts.ForInStatement,
  labels: readonly string[],
  source: Source,
  named?: Value,
): void {
  asTarget(cx, labels, (breakCode, continueCode) => {
    iterate(cx, source, {
      node,
      scan: [node.statement, node.initializer],
      hidden: [],
      breakCode,
      continueCode,
      leavesEarly: leavesEarly(node.statement),
      take: (inner, item, index) => {
        const visit = (): void => {
          bindItem(inner, node, source, item, index);
          lowerBody(inner, node.statement);
        };
        if (named) whileThere(inner, named, asValue(inner, item(), node), node, visit);
        else visit();
      },
    });
  });
}

/** Runs `take` for each element of an array, which may grow meanwhile. */
export function eachElement(cx: Context, source: Iterated, taking: Taking): void {
  const { array, gives, table, keys = array } = source;
  const counter = new Variable("i", number);
  const from = (at: Value): Value => (table ? nextEntry(cx, table, at, taking.node) : at);
  cx.write(counter, from(cx.constant(0, "i")));
  const at = (): Value => asValue(cx, cx.read(counter) as Operand, taking.node);
  lowerLoop(cx, {
    scan: taking.scan,
    hidden: [counter, ...taking.hidden],
    condition: () => apply(cx, "lt", [at(), cx.b.length(keys)]),
    body: () => {
      const place = at();
      const element = (): Value => loadPassing(cx, array, place);
      const index = table ? cx.b.load(keys, place) : place;
      taking.take(
        cx,
        gives === "entries" ? element : () => (gives === "keys" ? index : element()),
        gives === "entries" ? index : undefined,
      );
    },
    update: () => cx.write(counter, from(apply(cx, "add", [at(), cx.constant(1)], "i"))),
    breakCode: taking.breakCode,
    continueCode: taking.continueCode,
    leavesEarly: taking.leavesEarly,
    bodyFirst: false,
  });
  cx.flow.values.delete(counter);
}

/** What is taken as one value: with an `index`, the pair of it and the item. */
export function wholeItem(
  cx: Context,
  source: Source,
  item: () => Operand,
  index: Value | undefined,
  node: ts.Node,
): Operand {
  return index ? pairOf(cx, index, asValue(cx, item(), node), "table" in source) : item();
}

/** Binds what is taken; with an `index`, the pair of it and the item. */
function bindItem(
  cx: Context,
  node: ts.ForOfStatement | ts.ForInStatement,
  source: Source,
  item: () => Operand,
  index: Value | undefined,
): void {
  const { initializer } = node;
  const whole = (): Operand => wholeItem(cx, source, item, index, node);
  if (ts.isVariableDeclarationList(initializer)) {
    const pattern = initializer.declarations[0]?.name;
    if (!pattern) throw new Error("for-of without a variable");
    const bind = leafDeclarer(cx);
    if (index && ts.isArrayBindingPattern(pattern)) {
      pattern.elements.forEach((e, i) => {
        if (ts.isOmittedExpression(e)) return;
        if (i > 1 || e.initializer || e.dotDotDotToken) refuse(e, "pattern", quote(pattern));
        bindPattern(cx, e.name, i === 0 ? index : item(), bind);
      });
      return;
    }
    bindPattern(cx, pattern, whole(), bind);
    return;
  }
  const operand = whole();
  if (ts.isArrayLiteralExpression(initializer) || ts.isObjectLiteralExpression(initializer)) {
    assignPattern(cx, initializer, operand);
    return;
  }
  const target = lowerTarget(cx, initializer);
  writeTarget(cx, target, named(operand, target), initializer);
}
