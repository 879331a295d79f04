/** Functions by their place in the text. */
import ts from "typescript";
import type { FunctionNode } from "../context.ts";

export function isFunctionNode(node: ts.Node): node is FunctionNode {
  return (
    ts.isFunctionDeclaration(node) ||
    ts.isFunctionExpression(node) ||
    ts.isArrowFunction(node) ||
    ts.isMethodDeclaration(node)
  );
}

/** The function whose syntax starts at an offset; the innermost, if several do. */
export function functionAt(file: ts.SourceFile, position: number): FunctionNode | undefined {
  let found: FunctionNode | undefined;
  const visit = (node: ts.Node): void => {
    if (position < node.pos || position >= node.end) return;
    if (isFunctionNode(node) && node.getStart(file) === position) found = node;
    node.forEachChild(visit);
  };
  visit(file);
  return found;
}
