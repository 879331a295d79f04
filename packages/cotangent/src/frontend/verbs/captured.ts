/**
 * A function defined inside another one, as the function that is asked for: what it captures of the scopes around it
 * becomes trailing parameters, so that a derivative compiled apart is called with the values that the variables have at
 * that time (Johnsson's lambda lifting, at the entry). Functions among the captured are known by their syntax and bring
 * their own captures along.
 */
import ts from "typescript";
import { freshValue } from "../../ir/build.ts";
import type { Type } from "../../ir/types.ts";
import { Context, Frame, type FunctionNode, refuse, type Session, type UserFunction, Variable } from "../context.ts";
import { asFunctionNode, type Captures, capturesOf, mentions } from "../functions/closures.ts";
import { isLocal } from "../modules/globals.ts";
import { thisOwner, thisSymbol } from "../objects/classes.ts";
import { crossingType } from "../types/types.ts";

/** The function with the scopes around it, and what it captures of them. */
export interface Enclosed {
  readonly fn: UserFunction;
  readonly cx: Context;
  readonly captures: Captures;
}

/** Encloses the function `node`. Refuses captured variables that it assigns or whose values are not known by a type. */
export function enclose(session: Session, node: FunctionNode): Enclosed {
  const frame = new Frame(undefined, undefined, new Variable("result", undefined), session.exitCode());
  const cx = new Context(session, frame);
  for (const { symbol, declaration, fn } of capturedSymbols(cx.checker, node)) {
    if (fn) {
      cx.write(cx.declare(symbol, symbol.name), { kind: "user", node: fn, frame });
    } else {
      const type =
        symbol.name === "this"
          ? crossingType(cx, cx.checker.getTypeAtLocation(declaration), node)
          : capturedType(cx, symbol, declaration);
      // No parameter can be called `this`.
      const name = symbol.name === "this" ? "self" : symbol.name;
      cx.write(cx.declare(symbol, name, type), freshValue(type, name));
    }
  }
  const fn: UserFunction = { kind: "user", node, frame };
  const captures = capturesOf(cx, [fn]);
  const [assigned] = captures.assigned;
  if (assigned) refuse(node, "captured-assigned", `\`${assigned.name}\``);
  return { fn, cx, captures };
}

/** A symbol of a scope around a function: a variable, `this`, or a function that is known by its syntax. */
export interface CapturedSymbol {
  readonly symbol: ts.Symbol;
  readonly declaration: ts.Declaration;
  readonly fn: FunctionNode | undefined;
  /** The function itself mentions it, and not only one that it captures. */
  readonly isDirect: boolean;
}

/**
 * What the function `node` captures, directly or through local functions that it captures. What `this` is where it stands
 * counts among it, under that name; any other `this` is none of these scopes'.
 */
export function capturedSymbols(checker: ts.TypeChecker, node: FunctionNode): readonly CapturedSymbol[] {
  const owner = thisOwner(node);
  const found = new Map<ts.Symbol, CapturedSymbol>();
  const pending: FunctionNode[] = [node];
  for (let next = pending.pop(); next; next = pending.pop()) {
    for (const symbol of mentions(checker, next)) {
      if (owner && ts.isClassDeclaration(owner) && symbol === thisSymbol(owner))
        found.set(symbol, { symbol, declaration: owner, fn: undefined, isDirect: true });
      const declaration = capturedDeclaration(symbol, next);
      if (!declaration || found.has(symbol)) continue;
      const fn = functionDeclared(declaration);
      found.set(symbol, { symbol, declaration, fn, isDirect: next === node });
      if (fn && fn !== node) pending.push(fn);
    }
  }
  return [...found.values()];
}

/** The declaration of a symbol that belongs to a scope around `node` and not to a module. */
function capturedDeclaration(symbol: ts.Symbol, node: FunctionNode): ts.Declaration | undefined {
  const declaration = symbol.valueDeclaration;
  // A parameter of a constructor that is a field is met as the field, too.
  if (!declaration || symbol.flags & ts.SymbolFlags.Property || !isLocal(declaration)) return undefined;
  const isVariable =
    ts.isVariableDeclaration(declaration) ||
    ts.isParameter(declaration) ||
    ts.isBindingElement(declaration) ||
    ts.isFunctionDeclaration(declaration) ||
    ts.isClassDeclaration(declaration);
  return isVariable && !ts.findAncestor(declaration.parent, (n) => n === node) ? declaration : undefined;
}

function functionDeclared(declaration: ts.Declaration): FunctionNode | undefined {
  if (ts.isFunctionDeclaration(declaration)) return declaration.body ? declaration : undefined;
  const isConstant =
    ts.isVariableDeclaration(declaration) && (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0;
  return isConstant && declaration.initializer ? asFunctionNode(declaration.initializer) : undefined;
}

function capturedType(cx: Context, symbol: ts.Symbol, declaration: ts.Declaration): Type {
  const type = cx.checker.getTypeOfSymbolAtLocation(symbol, declaration);
  if (cx.checker.getNonNullableType(type).getCallSignatures().length > 0 || ts.isClassDeclaration(declaration))
    return refuse(declaration, "captured-function", `\`${symbol.name}\``);
  return crossingType(cx, type, declaration);
}
