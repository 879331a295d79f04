/** Questions about syntax alone: what a stretch of code assigns, whether control can leave it, whether it runs on. */
import ts from "typescript";
import type { Context } from "../context.ts";

const { SyntaxKind: K } = ts;

/** `===` and its like. */
export const equalities: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.EqualsEqualsToken,
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
]);

/** The expression inside parentheses, assertions and `!`. */
export function bare(node: ts.Expression): ts.Expression {
  let inner = node;
  while (
    ts.isParenthesizedExpression(inner) ||
    ts.isAsExpression(inner) ||
    ts.isSatisfiesExpression(inner) ||
    ts.isTypeAssertionExpression(inner) ||
    ts.isNonNullExpression(inner)
  )
    inner = inner.expression;
  return inner;
}

function isAssignmentOperator(kind: ts.SyntaxKind): boolean {
  return kind >= K.FirstAssignment && kind <= K.LastAssignment;
}

const assigned = new WeakMap<ts.Node, readonly ts.Symbol[]>();
const reassigned = new WeakMap<ts.Node, readonly ts.Symbol[]>();

/** The variables that `node` assigns, functions inside it included. */
export function assignedIn(cx: Context, node: ts.Node): readonly ts.Symbol[] {
  const known = assigned.get(node);
  if (known) return known;
  const result = findAssigned(cx, node, true);
  assigned.set(node, result);
  return result;
}

/** True if the variable may change after its declaration has given it a value. */
export function isReassigned(cx: Context, symbol: ts.Symbol): boolean {
  const declaration = symbol.valueDeclaration;
  // `this` is declared nowhere, and assigned nowhere.
  if (!declaration) return symbol.name !== "this";
  const scope = ts.findAncestor(declaration, ts.isFunctionLike) ?? declaration.getSourceFile();
  let found = reassigned.get(scope);
  if (!found) {
    found = findAssigned(cx, scope, false);
    reassigned.set(scope, found);
  }
  return found.includes(symbol);
}

function findAssigned(cx: Context, node: ts.Node, patterns: boolean): readonly ts.Symbol[] {
  const declared = [...within(node)].flatMap((n) =>
    ((ts.isVariableDeclaration(n) && isVar(n)) || (patterns && ts.isBindingElement(n))) && ts.isIdentifier(n.name)
      ? [n.name]
      : [],
  );
  const symbols = [...assignedNames(node), ...declared].flatMap((name) => {
    const symbol = ts.isShorthandPropertyAssignment(name.parent)
      ? cx.checker.getShorthandAssignmentValueSymbol(name.parent)
      : cx.checker.getSymbolAtLocation(name);
    return symbol ?? [];
  });
  return [...new Set(symbols)];
}

/** The names that expressions and the heads of loops inside `node` assign, one for each time. */
export function assignedNames(node: ts.Node): readonly ts.Identifier[] {
  const found: ts.Identifier[] = [];
  const mark = (target: ts.Node): void => {
    const inner = ts.isExpression(target) ? bare(target) : target;
    if (ts.isIdentifier(inner)) found.push(inner);
    else if (ts.isArrayLiteralExpression(inner)) inner.elements.forEach(mark);
    else if (ts.isSpreadElement(inner)) mark(inner.expression);
    else if (ts.isBinaryExpression(inner)) mark(inner.left);
    else if (ts.isObjectLiteralExpression(inner)) {
      for (const p of inner.properties) {
        if (ts.isPropertyAssignment(p)) mark(p.initializer);
        else if (ts.isShorthandPropertyAssignment(p)) mark(p.name);
        else if (ts.isSpreadAssignment(p)) mark(p.expression);
      }
    }
  };
  for (const n of within(node)) {
    if (ts.isBinaryExpression(n) && isAssignmentOperator(n.operatorToken.kind)) mark(n.left);
    else if (ts.isPrefixUnaryExpression(n) || ts.isPostfixUnaryExpression(n)) {
      if (n.operator === K.PlusPlusToken || n.operator === K.MinusMinusToken) mark(n.operand);
    } else if (isEach(n) && !ts.isVariableDeclarationList(n.initializer)) mark(n.initializer);
  }
  return found;
}

/** `node` and all nodes in it. */
export function* within(node: ts.Node): Generator<ts.Node> {
  // An explicit stack: generated code nests deeper than calls may.
  const pending: ts.Node[] = [node];
  for (let n = pending.pop(); n; n = pending.pop()) {
    yield n;
    n.forEachChild((child) => void pending.push(child));
  }
}

function isEach(node: ts.Node): node is ts.ForOfStatement | ts.ForInStatement {
  return ts.isForOfStatement(node) || ts.isForInStatement(node);
}

/** True for a variable of the whole function; that of a `catch` is one of its clause. */
export function isVar(declaration: ts.Declaration): boolean {
  const whole = ts.isBindingElement(declaration) ? ts.walkUpBindingElementsAndPatterns(declaration) : declaration;
  return !ts.isCatchClause(whole.parent) && (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.BlockScoped) === 0;
}

/** The names that `var` declares in a function body, nested functions apart. */
export function varNames(body: ts.Node): readonly ts.Identifier[] {
  const found: ts.Identifier[] = [];
  const names = (name: ts.BindingName): void => {
    if (ts.isIdentifier(name)) found.push(name);
    else for (const e of name.elements) if (ts.isBindingElement(e)) names(e.name);
  };
  const pending: ts.Node[] = [body];
  for (let n = pending.pop(); n; n = pending.pop()) {
    if (ts.isVariableDeclaration(n) && isVar(n)) names(n.name);
    n.forEachChild((child) => void (ts.isFunctionLike(child) || ts.isExpression(child) || pending.push(child)));
  }
  return found;
}

/** True if a loop's body may leave the loop: by `break`, `return`, or a jump to a label. */
export function leavesEarly(body: ts.Statement): boolean {
  const visit = (n: ts.Node, inner: boolean): boolean => {
    if (ts.isFunctionLike(n) || ts.isExpression(n)) return false;
    if (ts.isReturnStatement(n)) return true;
    if (ts.isBreakStatement(n) || ts.isContinueStatement(n))
      return n.label !== undefined || (ts.isBreakStatement(n) && !inner);
    const nested = inner || ts.isIterationStatement(n, false) || ts.isSwitchStatement(n);
    return ts.forEachChild(n, (child) => visit(child, nested) || undefined) ?? false;
  };
  return visit(body, false);
}

/** False if control certainly does not reach the end of `node`. */
export function runsOn(node: ts.Statement): boolean {
  switch (node.kind) {
    case K.ReturnStatement:
    case K.ThrowStatement:
    case K.BreakStatement:
    case K.ContinueStatement:
      return false;
    case K.Block:
      return (node as ts.Block).statements.every(runsOn);
    case K.IfStatement: {
      const { thenStatement, elseStatement } = node as ts.IfStatement;
      return runsOn(thenStatement) || !elseStatement || runsOn(elseStatement);
    }
    default:
      return true;
  }
}
