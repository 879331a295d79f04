/**
 * Arrays that are filled from the front: stores in a loop's order of counting leave no gaps. Read off the text, since what is
 * asked is whether every turn comes to the store.
 */
import ts from "typescript";
import type { Context } from "../context.ts";
import { bare } from "../syntax/scan.ts";

/**
 * True for `xs[i] = …`, by itself a statement that every turn of a loop comes to, which counts i from 0 on, while `xs` stays
 * the same array: it appends, or is inside.
 */
export function appendsInOrder(cx: Context, target: ts.Expression): boolean {
  if (!ts.isElementAccessExpression(target)) return false;
  const [array, index] = [bare(target.expression), bare(target.argumentExpression)];
  const statement = ts.findAncestor(target, ts.isStatement);
  if (!ts.isIdentifier(array) || !ts.isIdentifier(index) || !statement || !sets(statement, target)) return false;
  const body = ts.isBlock(statement.parent) ? statement.parent : statement;
  const loop = body.parent;
  if (!ts.isForStatement(loop) || loop.statement !== body || !countsUp(loop, index.text)) return false;
  const isLeft = loop.condition !== undefined && assigns(loop.condition, index.text);
  if (isLeft || assigns(body, index.text) || goesOn(body)) return false;
  const declaration = cx.checker.getSymbolAtLocation(array)?.valueDeclaration;
  const scope = declaration && ts.findAncestor(declaration.parent, (n) => ts.isFunctionLike(n) || ts.isSourceFile(n));
  const isMadeInside = !declaration || ts.findAncestor(declaration, (n) => n === loop) !== undefined;
  return !isMadeInside && scope !== undefined && !assigns(scope, array.text);
}

/** True for `const xs = new Array(n); for (let i = 0; i < n; i++) { …; xs[i] = …; … }` with a loop that nothing leaves. */
export function isFilledNext(cx: Context, node: ts.Expression): boolean {
  const declaration = ts.findAncestor(node, ts.isVariableDeclaration);
  if (!declaration?.initializer || bare(declaration.initializer) !== node || !ts.isIdentifier(declaration.name))
    return false;
  const statement = declaration.parent.parent;
  if (!ts.isVariableStatement(statement) || statement.declarationList.declarations.length > 1) return false;
  const around = statement.parent;
  const list: readonly ts.Statement[] = ts.isBlock(around) || ts.isSourceFile(around) ? around.statements : [];
  const loop = list[list.indexOf(statement) + 1];
  const length = (node as ts.NewExpression).arguments?.[0];
  if (!loop || !ts.isForStatement(loop) || !loop.condition || !length || leaves(loop.statement)) return false;
  const test = bare(loop.condition);
  if (!ts.isBinaryExpression(test) || test.operatorToken.kind !== ts.SyntaxKind.LessThanToken) return false;
  const bound = bare(test.right).getText();
  const isAll =
    bound === `${declaration.name.text}.length` || (bound === bare(length).getText() && isSteady(loop, bare(length)));
  const stores = ts.isBlock(loop.statement) ? loop.statement.statements : [loop.statement];
  const { text } = declaration.name;
  return isAll && stores.some((s) => storesAt(cx, s, text, bare(test.left).getText()));
}

/** True for a number, or a name or length that nothing in the function assigns. */
function isSteady(loop: ts.Node, length: ts.Expression): boolean {
  if (ts.isNumericLiteral(length)) return true;
  const isLength = ts.isPropertyAccessExpression(length) && length.name.text === "length";
  const name = isLength ? bare(length.expression) : length;
  const scope = ts.findAncestor(loop, (n) => ts.isFunctionLike(n) || ts.isSourceFile(n));
  return ts.isIdentifier(name) && scope !== undefined && !assigns(scope, name.text);
}

function storesAt(cx: Context, statement: ts.Statement, array: string, counter: string): boolean {
  if (!ts.isExpressionStatement(statement)) return false;
  const set = bare(statement.expression);
  const target = isAssignment(set) ? bare(set.left) : undefined;
  if (!target || !ts.isElementAccessExpression(target)) return false;
  const isAt = bare(target.expression).getText() === array && bare(target.argumentExpression).getText() === counter;
  return isAt && appendsInOrder(cx, target);
}

/** True if something in a loop may leave it. */
function leaves(node: ts.Node): boolean {
  if (ts.isBreakStatement(node) || ts.isReturnStatement(node) || ts.isThrowStatement(node)) return true;
  return !ts.isFunctionLike(node) && (ts.forEachChild(node, leaves) ?? false);
}

/** True for the statement `target = …;`, or `other = target = …;`. */
function sets(statement: ts.Statement, target: ts.Expression): boolean {
  if (!ts.isExpressionStatement(statement)) return false;
  for (let e = bare(statement.expression); isAssignment(e); e = bare(e.right)) {
    if (e.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return false;
    if (bare(e.left) === target) return true;
  }
  return false;
}

function isAssignment(e: ts.Node): e is ts.BinaryExpression {
  if (!ts.isBinaryExpression(e)) return false;
  const { kind } = e.operatorToken;
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

/** True for `for (let i = 0; …; i++)`. */
function countsUp({ initializer, incrementor }: ts.ForStatement, counter: string): boolean {
  if (!initializer || !ts.isVariableDeclarationList(initializer) || !(initializer.flags & ts.NodeFlags.Let))
    return false;
  const first = initializer.declarations.find((d) => ts.isIdentifier(d.name) && d.name.text === counter)?.initializer;
  const isFromZero = first !== undefined && ts.isNumericLiteral(first) && Number(first.text) === 0;
  const isStep = incrementor !== undefined && steps(incrementor, ts.SyntaxKind.PlusPlusToken, counter);
  return isFromZero && isStep;
}

function steps(e: ts.Node, operator: ts.SyntaxKind, counter: string): boolean {
  const isStep = (ts.isPostfixUnaryExpression(e) || ts.isPrefixUnaryExpression(e)) && e.operator === operator;
  return isStep && ts.isIdentifier(e.operand) && e.operand.text === counter;
}

/** True if a turn may end before the end of the body, and the loop go on. */
function goesOn(body: ts.Node): boolean {
  return ts.isContinueStatement(body) || (ts.forEachChild(body, goesOn) ?? false);
}

/** True if something in `node` may assign a variable of this name. */
function assigns(node: ts.Node, name: string): boolean {
  const isLoop = ts.isForOfStatement(node) || ts.isForInStatement(node);
  const target = isAssignment(node) ? node.left : isLoop ? node.initializer : undefined;
  if (target && mentionsOutsideOfAccess(target, name)) return true;
  const { PlusPlusToken, MinusMinusToken } = ts.SyntaxKind;
  if (steps(node, PlusPlusToken, name) || steps(node, MinusMinusToken, name)) return true;
  return ts.forEachChild(node, (n) => assigns(n, name)) ?? false;
}

/** True if `target` assigns the variable itself, and does not only use it as an index. */
function mentionsOutsideOfAccess(target: ts.Node, name: string): boolean {
  const inner = bare(target as ts.Expression);
  if (ts.isElementAccessExpression(inner) || ts.isPropertyAccessExpression(inner)) return false;
  if (ts.isIdentifier(inner)) return inner.text === name;
  return ts.forEachChild(inner, (n) => mentionsOutsideOfAccess(n, name)) ?? false;
}
