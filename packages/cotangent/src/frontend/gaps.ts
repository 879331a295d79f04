/**
 * Gaps in arrays. A store past the end of an array leaves elements that are missing, which JavaScript's own methods skip
 * and `for … of` gives as undefined; compiled code knows of numbers only. So a program that may leave gaps, and goes
 * through elements, looks at each when it comes to it. Which programs these are is known at the end of a lowering, which
 * then starts over.
 *
 *     kept[n] = v;    for (const x of kept) …    becomes    for (…) { x = kept[i]; host checkElement(x); … }
 */
import ts from "typescript";
import type { Type, Value } from "../ir/types.ts";
import type { Context, Session } from "./context.ts";
import { bare } from "./scan.ts";

/** What an attempt at lowering found of gaps. */
export interface Gaps {
  /** An earlier one has shown that there may be some where elements are gone through. */
  readonly checked: boolean;
  /** A store may leave some; one may if the array is shortened meanwhile. */
  made: boolean;
  madeIfShortened: boolean;
  /** Elements are gone through. */
  passed: boolean;
}

/** Thrown where a program may come upon gaps: lowering starts over, knowing that. */
export class NeedsChecks extends Error {}

/** True if the program must be lowered again, with a look at each element. */
export function mustCheckElements({ gaps, bounds }: Session): boolean {
  return gaps.passed && !gaps.checked && (gaps.made || (gaps.madeIfShortened && bounds.popped));
}

function isScalar({ kind }: Type): boolean {
  return kind === "number" || kind === "boolean" || kind === "string";
}

/** An element that the program comes to as it goes through an array. */
export function loadPassing(cx: Context, array: Value, index: Value): Value {
  const { gaps } = cx.session;
  const { type } = array;
  if (type.kind !== "array" || type.storage !== "Array" || !isScalar(type.element)) return cx.b.load(array, index);
  gaps.passed = true;
  const element = cx.b.load(array, index);
  if (gaps.checked) cx.b.host("checkElement", [element]);
  return element;
}

/** Remembers a store that may be past the end of an array. */
export function noteStore(cx: Context, array: Value, node: ts.Node): void {
  const { type } = array;
  if (type.kind !== "array" || !isScalar(type.element)) return;
  if (appendsInOrder(node)) cx.session.gaps.madeIfShortened = true;
  else cx.session.gaps.made = true;
}

/** True for `xs[i] = …` that every turn of a loop comes to, which counts i from 0 on: it appends, or is inside. */
function appendsInOrder(node: ts.Node): boolean {
  const target = bare(node as ts.Expression);
  const index = ts.isElementAccessExpression(target) ? bare(target.argumentExpression) : undefined;
  let at: ts.Node = node;
  while (at.parent && !ts.isStatement(at)) at = at.parent;
  const body = ts.isBlock(at.parent) ? at.parent : at;
  const loop = body.parent as ts.Node | undefined;
  if (!index || !ts.isIdentifier(index) || !loop || !ts.isForStatement(loop) || loop.statement !== body) return false;
  const { initializer, incrementor } = loop;
  const declared = initializer && ts.isVariableDeclarationList(initializer) ? initializer.declarations : [];
  const counter = declared.find((d) => ts.isIdentifier(d.name) && d.name.text === index.text);
  const isFromZero =
    counter?.initializer && ts.isNumericLiteral(counter.initializer) && counter.initializer.text === "0";
  const isStep =
    incrementor &&
    (ts.isPostfixUnaryExpression(incrementor) || ts.isPrefixUnaryExpression(incrementor)) &&
    incrementor.operator === ts.SyntaxKind.PlusPlusToken &&
    ts.isIdentifier(incrementor.operand) &&
    incrementor.operand.text === index.text;
  return Boolean(isFromZero && isStep) && ts.isExpressionStatement(at) && !leavesOrAssigns(body, index.text);
}

/** True if a loop's body goes on to the next turn by itself, or may assign the counter. */
function leavesOrAssigns(body: ts.Node, counter: string): boolean {
  const visit = (n: ts.Node): boolean => {
    if (ts.isContinueStatement(n)) return true;
    const assigned = ts.isBinaryExpression(n)
      ? n.operatorToken.kind >= ts.SyntaxKind.FirstAssignment && n.operatorToken.kind <= ts.SyntaxKind.LastAssignment
        ? n.left
        : undefined
      : ts.isPrefixUnaryExpression(n) || ts.isPostfixUnaryExpression(n)
        ? n.operand
        : undefined;
    if (assigned && mentionsOutsideOfAccess(assigned, counter)) return true;
    return ts.forEachChild(n, visit) ?? false;
  };
  return visit(body);
}

/** True if `target` assigns the variable itself, and does not only use it as an index. */
function mentionsOutsideOfAccess(target: ts.Node, name: string): boolean {
  const inner = bare(target as ts.Expression);
  if (ts.isElementAccessExpression(inner) || ts.isPropertyAccessExpression(inner)) return false;
  if (ts.isIdentifier(inner)) return inner.text === name;
  return ts.forEachChild(inner, (n) => mentionsOutsideOfAccess(n, name)) ?? false;
}
