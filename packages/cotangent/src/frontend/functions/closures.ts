/**
 * Functions as compile-time values: which local variables a function captures, directly or through local functions that
 * it calls, which of them it assigns, and whether it can come to call itself. A function that captures is inlined where
 * it is called; a recursive one is converted: its captures become parameters (Johnsson's lambda lifting).
 */
import ts from "typescript";
import {
  type Context,
  codeOf,
  type FunctionNode,
  type HeldFunction,
  isFunction,
  type KnownFunction,
  type UserFunction,
  type Variable,
} from "../context.ts";
import { functionOf } from "../modules/globals.ts";
import { membersLike, thisOwner, thisSymbol } from "../objects/classes.ts";
import { thisFunction } from "../objects/receivers.ts";
import { assignedIn, bare } from "../syntax/scan.ts";
import { symbolOf } from "../syntax/symbols.ts";

/** The function that an expression is, behind parentheses and assertions. */
export function asFunctionNode(node: ts.Expression): FunctionNode | undefined {
  const inner = bare(node);
  return ts.isArrowFunction(inner) || ts.isFunctionExpression(inner) ? inner : undefined;
}

const mentioned = new WeakMap<ts.Node, readonly ts.Symbol[]>();

/** The symbols that identifiers in a stretch of code mean. */
export function mentions(checker: ts.TypeChecker, node: ts.Node): readonly ts.Symbol[] {
  const known = mentioned.get(node);
  if (known) return known;
  const found = new Set<ts.Symbol>();
  const pending: ts.Node[] = [node];
  for (let n = pending.pop(); n; n = pending.pop()) {
    if (ts.isTypeNode(n)) continue;
    if (ts.isIdentifier(n) && !(ts.isFunctionLike(node) && n === node.name)) {
      const parent = n.parent;
      const symbol =
        ts.isShorthandPropertyAssignment(parent) && parent.name === n
          ? checker.getShorthandAssignmentValueSymbol(parent)
          : symbolOf(checker, n);
      if (symbol) found.add(symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol);
    }
    // In a constructor that `new` runs in place, `this` may be no variable at all; then nobody finds it.
    const owner =
      n.kind === ts.SyntaxKind.ThisKeyword || n.kind === ts.SyntaxKind.SuperKeyword
        ? (thisOwner(n) ?? thisFunction(n))
        : undefined;
    if (owner) found.add(thisSymbol(owner));
    const iterator = iteratedIn(n) && iteratorOf(checker, iteratedIn(n) as ts.Expression);
    if (iterator) found.add(iterator);
    n.forEachChild((child) => void pending.push(child));
  }
  const result = [...found];
  mentioned.set(node, result);
  return result;
}

/** What is iterated over by a piece of syntax. */
function iteratedIn(node: ts.Node): ts.Expression | undefined {
  const implies = ts.isForOfStatement(node) || ts.isSpreadElement(node) || ts.isYieldExpression(node);
  return implies ? node.expression : undefined;
}

/** The member of the program that says how a value of the expression's type is iterated over, if there is one. */
function iteratorOf(checker: ts.TypeChecker, node: ts.Expression): ts.Symbol | undefined {
  const type = checker.getTypeAtLocation(node);
  const found =
    type.symbol?.members && checker.getPropertiesOfType(type).find((p) => p.name.startsWith("__@iterator@"));
  return found?.declarations?.some((d) => ts.isClassLike(d.parent)) ? found : undefined;
}

export interface Captures {
  /** Local variables that hold values, in the order of their declaration. */
  readonly values: readonly Variable[];
  /** Local variables that hold known functions. */
  readonly functions: readonly Variable[];
  /** Those that some of the functions assign. */
  readonly assigned: readonly Variable[];
}

/** The local variables that the functions use, in the current flow. */
export function capturesOf(cx: Context, functions: readonly (KnownFunction | HeldFunction)[]): Captures {
  const values = new Set<Variable>();
  const local = new Set<Variable>();
  const assigned = new Set<Variable>();
  const seen = new Set<string>();
  const visit = (known: KnownFunction | HeldFunction): void => {
    const fn = codeOf(known);
    if (fn.kind === "held") values.add(fn.variable);
    if (fn.kind !== "user" || !fn.frame || seen.has(identity(fn))) return;
    seen.add(identity(fn));
    const writes = new Set(assignedIn(cx, fn.node));
    for (const symbol of mentions(cx.checker, fn.node)) {
      const variable = fn.frame.find(symbol);
      if (!variable || !cx.flow.values.has(variable)) continue;
      const operand = cx.read(variable);
      if (isFunction(operand)) {
        local.add(variable);
        if (writes.has(symbol) && !variable.boxed) assigned.add(variable);
        visit(operand);
      } else {
        values.add(variable);
        if (writes.has(symbol) && !variable.boxed) assigned.add(variable);
      }
    }
  };
  functions.forEach(visit);
  const inOrder = (set: ReadonlySet<Variable>): Variable[] => [...set].sort((a, b) => a.id - b.id);
  return { values: inOrder(values), functions: inOrder(local), assigned: inOrder(assigned) };
}

/** The variables that known functions assign which are mentioned in a stretch of code, such as a loop's body. */
export function assignedByCalls(cx: Context, node: ts.Node): readonly Variable[] {
  if (![...cx.flow.values.values()].some(isFunction)) return [];
  const functions = mentions(cx.checker, node).flatMap((symbol) => {
    const variable = cx.frame.find(symbol);
    const operand = variable && cx.read(variable);
    return isFunction(operand) ? [operand] : [];
  });
  return functions.length === 0 ? [] : capturesOf(cx, functions).assigned;
}

/** True if a call of `fn` with the given functions as arguments may lead to another call of `fn`. */
export function isRecursive(cx: Context, fn: UserFunction, functions: readonly KnownFunction[]): boolean {
  const own = identity(fn);
  const seen = new Set<string>();
  const members = new Set<FunctionNode>();
  const pending: UserFunction[] = [fn];
  for (const known of functions) {
    const f = codeOf(known);
    if (f.kind !== "user") continue;
    if (identity(f) === own) return true;
    pending.push(f);
  }
  for (let next = pending.pop(); next; next = pending.pop()) {
    for (const symbol of mentions(cx.checker, next.node)) {
      for (const node of membersLike(cx.session.internals, symbol)) {
        if (node === fn.node) return true;
        if (!members.has(node)) {
          members.add(node);
          pending.push({ kind: "user", node, frame: undefined });
        }
      }
      const variable = next.frame?.find(symbol);
      // A function expression's own name means the activation that runs.
      const named = symbol.valueDeclaration === next.node ? next : functionOf(cx, symbol);
      const denoted = variable ? cx.read(variable) : named;
      const operand = isFunction(denoted) ? codeOf(denoted) : undefined;
      if (operand?.kind !== "user") continue;
      const found = identity(operand);
      if (found === own) return true;
      if (!seen.has(found)) {
        seen.add(found);
        pending.push(operand);
      }
    }
  }
  return false;
}

const ids = new WeakMap<object, number>();
let nextId = 0;

/** A number for an object, the same each time: for keys. */
export function identify(object: object): number {
  const known = ids.get(object);
  if (known !== undefined) return known;
  ids.set(object, nextId);
  return nextId++;
}

/** Lets `object` have the number of another one, for which it stands in keys. */
export function identifyAs(object: object, other: object): void {
  ids.set(object, identify(other));
}

/** The same for the same function in the same activation of the function around it. */
export function identity(fn: UserFunction): string {
  return `fn${identify(fn.node)}@${fn.frame ? identify(fn.frame) : ""}`;
}
