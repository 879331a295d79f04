/**
 * What names mean. TypeScript finds the meaning of a name by walking outwards from it, so that in a sum of ten thousand
 * terms, which is ten thousand operations in one another, looking up each term takes as long as the sum is. No operation
 * declares anything: a name means the same in all of a chain of them, and is looked up once.
 */
import ts from "typescript";

const outermost = new WeakMap<ts.Node, ts.Node>();
const meanings = new WeakMap<ts.TypeChecker, WeakMap<ts.Node, Map<string, ts.Symbol | undefined>>>();

/** The symbol that an identifier means, an alias as such. */
export function symbolOf(checker: ts.TypeChecker, name: ts.Identifier): ts.Symbol | undefined {
  const chain = isOperand(name) && chainOf(name.parent);
  if (!chain) return checker.getSymbolAtLocation(name);
  const chains = meanings.get(checker) ?? new WeakMap<ts.Node, Map<string, ts.Symbol | undefined>>();
  meanings.set(checker, chains);
  const known = chains.get(chain) ?? new Map<string, ts.Symbol | undefined>();
  chains.set(chain, known);
  if (!known.has(name.text)) known.set(name.text, checker.getSymbolAtLocation(name));
  return known.get(name.text);
}

function isOperand(node: ts.Node): boolean {
  const { parent } = node;
  if (parent === undefined || !ts.isBinaryExpression(parent)) return false;
  const { kind } = parent.operatorToken;
  return kind < ts.SyntaxKind.FirstAssignment || kind > ts.SyntaxKind.LastAssignment;
}

/** The outermost of the operations around `node`, itself included, that are operands of one another. */
function chainOf(node: ts.Node): ts.Node {
  const passed: ts.Node[] = [];
  let at = node;
  for (; isOperand(at) && !outermost.has(at); at = at.parent) passed.push(at);
  const found = outermost.get(at) ?? at;
  for (const n of passed) outermost.set(n, found);
  return found;
}
