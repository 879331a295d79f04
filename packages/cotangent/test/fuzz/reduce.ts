/**
 * Smaller programs: a statement left out, a block without what is around it, an expression replaced by a part of itself
 * or by a literal (hierarchical delta debugging: Misherghi and Su, 2006). Made from syntax alone; whether one is
 * well-typed the compiler says.
 */
import ts from "typescript";

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly by: string;
}

/** Smaller texts, those that leave out most first. */
export function* reductions(text: string): Generator<string> {
  const file = ts.createSourceFile("program.ts", text, ts.ScriptTarget.ES2022, true);
  const edits: Edit[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node)) return;
    edits.push(...editsOf(node, text));
    ts.forEachChild(node, visit);
  };
  visit(file);
  const saved = (edit: Edit): number => edit.end - edit.start - edit.by.length;
  const seen = new Set([text]);
  for (const edit of edits.sort((a, b) => saved(b) - saved(a))) {
    const shorter = saved(edit) > 0 || (saved(edit) === 0 && edit.by !== text.slice(edit.start, edit.end));
    const made = tidy(text.slice(0, edit.start) + edit.by + text.slice(edit.end));
    if (!shorter || seen.has(made)) continue;
    seen.add(made);
    yield made;
  }
}

const tidy = (text: string): string => text.replace(/\n\s*\n/g, "\n");

function editsOf(node: ts.Node, text: string): Edit[] {
  const start = node.getStart();
  const replace = (by: string): Edit => ({ start, end: node.end, by });
  const within = (part: ts.Node): string => text.slice(part.getStart(), part.end);
  const inside = (part: ts.Statement): string =>
    ts.isBlock(part) ? part.statements.map(within).join("\n") : within(part);
  const edits: Edit[] = [];
  if (ts.isSourceFile(node) || ts.isBlock(node)) edits.push(...runs(node.statements));
  if (ts.isStatement(node) && !ts.isBlock(node)) edits.push(replace(""));
  if (ts.isIfStatement(node)) {
    edits.push(replace(inside(node.thenStatement)));
    if (node.elseStatement) {
      edits.push(replace(inside(node.elseStatement)));
      edits.push({ start: node.thenStatement.end, end: node.end, by: "" });
    }
  }
  if (ts.isBlock(node) && ts.isBlock(node.parent)) edits.push(replace(inside(node)));
  if (ts.isIterationStatement(node, false)) edits.push(replace(inside(node.statement)));
  if (ts.isForStatement(node) && node.initializer && ts.isVariableDeclarationList(node.initializer))
    edits.push(replace(`${within(node.initializer)};\n${inside(node.statement)}`));
  if (ts.isLabeledStatement(node)) edits.push(replace(within(node.statement)));
  if (ts.isSwitchStatement(node))
    for (const clause of node.caseBlock.clauses) edits.push(replace(clause.statements.map(inside).join("\n")));
  if (ts.isCaseOrDefaultClause(node)) edits.push(replace(""));
  if (ts.isExpression(node) && isRead(node)) {
    for (const part of partsOf(node)) edits.push(replace(within(part)));
    if (!ts.isNumericLiteral(node) && !ts.isIdentifier(node)) edits.push(replace("0.5"), replace("1"), replace("0"));
    if (ts.isIdentifier(node) && node.text.length > 1) edits.push(replace("1"));
  }
  if (ts.isArrayLiteralExpression(node) && node.elements.length > 1)
    edits.push(
      ...node.elements.map((e) => ({
        start: e.getFullStart() - 1,
        end: e.end,
        by: "[" === text[e.getFullStart() - 1] ? "[" : "",
      })),
    );
  return edits;
}

/** Neighbouring statements left out together. */
function runs(statements: readonly ts.Statement[]): Edit[] {
  const edits: Edit[] = [];
  for (let size = statements.length >> 1; size > 1; size >>= 1)
    for (let at = 0; at + size <= statements.length; at += size) {
      const [first, last] = [statements[at] as ts.Statement, statements[at + size - 1] as ts.Statement];
      edits.push({ start: first.getStart(), end: last.end, by: "" });
    }
  return edits;
}

/** May another expression stand here? */
function isRead(node: ts.Expression): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name !== node;
  if (ts.isBinaryExpression(parent) && parent.left === node)
    return (
      parent.operatorToken.kind < ts.SyntaxKind.FirstAssignment ||
      parent.operatorToken.kind > ts.SyntaxKind.LastAssignment
    );
  if (ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent))
    return parent.operator !== ts.SyntaxKind.PlusPlusToken && parent.operator !== ts.SyntaxKind.MinusMinusToken;
  return !(ts.isPropertyAssignment(parent) && parent.name === node);
}

/** Expressions inside that might take its place. */
function partsOf(node: ts.Expression): ts.Expression[] {
  const parts: ts.Expression[] = [];
  const visit = (child: ts.Node): void => {
    if (ts.isExpression(child) && !(ts.isIdentifier(child) && ts.isPropertyAccessExpression(node))) parts.push(child);
    else if (!ts.isFunctionLike(child)) ts.forEachChild(child, visit);
  };
  ts.forEachChild(node, visit);
  return parts;
}
