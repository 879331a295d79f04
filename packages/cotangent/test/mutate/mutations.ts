/**
 * Mutation operators over TypeScript's syntax: small changes that a slip of the hand might make, each of one place
 * (DeMillo, Lipton and Sayward, 1978). Operators are an open set, so they are a table; each says of a node what might
 * stand there instead.
 */
import ts from "typescript";

/** A change of one place of a file. */
export interface Mutation {
  readonly operator: string;
  readonly start: number;
  readonly end: number;
  /** What stands in its place. */
  readonly by: string;
  /** An expression is replaced, or a statement left out. */
  readonly kind: "expression" | "statement";
}

interface Operator {
  readonly name: string;
  /** Texts that may stand instead of an expression. */
  readonly instead: (node: ts.Expression, text: (node: ts.Node) => string) => readonly string[];
}

/** Operators of the language that are taken for one another. */
const neighbours: Readonly<Record<string, readonly string[]>> = {
  "+": ["-"],
  "-": ["+"],
  "*": ["/"],
  "/": ["*"],
  "<": ["<=", ">="],
  "<=": ["<", ">"],
  ">": [">=", "<="],
  ">=": [">", "<"],
  "===": ["!=="],
  "!==": ["==="],
  "&&": ["||"],
  "||": ["&&"],
  "**": ["*"],
};

/** Elementals, and their names where IR is built, that are taken for one another. */
const kin: Readonly<Record<string, string>> = {
  add: "sub",
  sub: "add",
  mul: "div",
  div: "mul",
  gt: "ge",
  ge: "gt",
  lt: "le",
  le: "lt",
  eq: "ne",
  and: "or",
  or: "and",
  sin: "cos",
  cos: "sin",
  sinh: "cosh",
  cosh: "sinh",
};

/** Calls whose value is one of their arguments changed: the change is left out. */
const wrappers = new Set(["neg", "square", "not", "mul", "div", "add", "sub", "select", "and", "or"]);

const operators: readonly Operator[] = [
  {
    name: "operator",
    instead: (node, text) => {
      if (!ts.isBinaryExpression(node)) return [];
      const found = neighbours[node.operatorToken.getText()] ?? [];
      return found.map((sign) => `(${text(node.left)}) ${sign} (${text(node.right)})`);
    },
  },
  {
    name: "operand",
    instead: (node, text) => {
      if (
        !ts.isBinaryExpression(node) ||
        !["+", "-", "*", "/", "&&", "||", "??"].includes(node.operatorToken.getText())
      )
        return [];
      return [text(node.left), text(node.right)];
    },
  },
  {
    name: "negation",
    instead: (node, text) => (isCondition(node) ? [`!(${text(node)})`] : []),
  },
  {
    name: "negation left out",
    instead: (node, text) => {
      if (!ts.isPrefixUnaryExpression(node)) return [];
      const signs = [ts.SyntaxKind.ExclamationToken, ts.SyntaxKind.MinusToken];
      return signs.includes(node.operator) ? [text(node.operand)] : [];
    },
  },
  {
    name: "literal",
    instead: (node) => {
      if (ts.isNumericLiteral(node)) return [String(Number(node.text) + 1), ...(Number(node.text) === 1 ? ["0"] : [])];
      if (node.kind === ts.SyntaxKind.TrueKeyword) return ["false"];
      return node.kind === ts.SyntaxKind.FalseKeyword ? ["true"] : [];
    },
  },
  {
    name: "elemental",
    instead: (node) => {
      if (!ts.isIdentifier(node) || !(node.text in kin) || !isUsed(node)) return [];
      return isImported(node, kin[node.text] as string) ? [kin[node.text] as string] : [];
    },
  },
  {
    name: "factor left out",
    instead: (node, text) => {
      if (!ts.isCallExpression(node) || !ts.isIdentifier(node.expression)) return [];
      return wrappers.has(node.expression.text) && isInPartial(node) ? node.arguments.map(text) : [];
    },
  },
  {
    name: "wrong sign",
    instead: (node, text) => {
      const isPart = isInPartial(node) && ts.isArrowFunction(node.parent) && node.parent.body === node;
      return isPart && !ts.isArrowFunction(node) ? [`neg(${text(node)})`] : [];
    },
  },
  {
    name: "swapped arguments",
    instead: (node, text) => {
      if (!ts.isCallExpression(node) || node.arguments.length !== 2) return [];
      const [first, second] = node.arguments as unknown as [ts.Expression, ts.Expression];
      const commute = [
        "add",
        "mul",
        "eq",
        "ne",
        "and",
        "or",
        "hypot",
        "max",
        "min",
        "Math.max",
        "Math.min",
        "sameType",
        "either",
      ];
      if (ts.isSpreadElement(first) || ts.isSpreadElement(second) || commute.includes(node.expression.getText()))
        return [];
      if (!isInPartial(node) && (ts.isArrowFunction(second) || ts.isStringLiteral(second))) return [];
      return [`${text(node.expression)}(${text(second)}, ${text(first)})`];
    },
  },
  {
    name: "elements swapped",
    instead: (node, text) => {
      if (!ts.isArrayLiteralExpression(node) || node.elements.length !== 2 || !isUsed(node)) return [];
      const [first, second] = node.elements as unknown as [ts.Expression, ts.Expression];
      return [`[${text(second)}, ${text(first)}]`];
    },
  },
  {
    name: "method left out",
    instead: (node, text) => {
      if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return [];
      const left = ["filter", "toReversed", "slice", "toSorted", "concat"];
      return left.includes(node.expression.name.text) && !node.questionDotToken
        ? [text(node.expression.expression)]
        : [];
    },
  },
  {
    name: "nothing instead",
    instead: (node) => (ts.isCallExpression(node) && isArgument(node) ? ["undefined"] : []),
  },
];

/** Names of fields that say what something costs or where tests look: nothing of the meaning. */
const outside = new Set([
  "cost",
  "domain",
  "singular",
  "convention",
  "hint",
  "span",
  "spelling",
  "aliases",
  "tolerance",
]);

/** All mutations of a file, in order of place. */
export function mutationsOf(path: string, source: string): Mutation[] {
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.ES2022, true);
  const text = (node: ts.Node): string => source.slice(node.getStart(), node.end);
  const found: Mutation[] = [];
  // Constants that stand for such fields: `domain: wide`.
  const constants = new Set(
    [...source.matchAll(/\b(\w+): (\w+)\b/g)].flatMap(([, field, name]) =>
      outside.has(field as string) ? [name as string] : [],
    ),
  );
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || isOutside(node)) return;
    if (ts.isVariableDeclaration(node) && constants.has(node.name.getText())) return;
    if (isStatementToDrop(node))
      found.push({ operator: "statement left out", start: node.getStart(), end: node.end, by: "", kind: "statement" });
    if (ts.isExpression(node) && mayStand(node)) {
      const seen = new Set([text(node)]);
      for (const { name, instead } of operators)
        for (const by of instead(node, text)) {
          if (seen.has(by)) continue;
          seen.add(by);
          found.push({ operator: name, start: node.getStart(), end: node.end, by, kind: "expression" });
        }
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function isOutside(node: ts.Node): boolean {
  if (ts.isPropertyAssignment(node) && ts.isIdentifier(node.name)) return outside.has(node.name.text);
  // What cannot happen, and what is only said.
  if (ts.isThrowStatement(node) || ts.isDefaultClause(node)) return true;
  return ts.isCallExpression(node) && ["report", "refuse", "noDerivative"].includes(node.expression.getText());
}

function isStatementToDrop(node: ts.Node): boolean {
  if (ts.isExpressionStatement(node))
    return !/^(super\(|[\w.#]+ satisfies never)/.test(node.getText()) && !isInConstructor(node);
  return (ts.isIfStatement(node) && !node.elseStatement) || (ts.isContinueStatement(node) && true);
}

function isInConstructor(node: ts.Node): boolean {
  return ts.isBlock(node.parent) && ts.isConstructorDeclaration(node.parent.parent);
}

/** May another expression stand where this one does? */
function mayStand(node: ts.Expression): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) return false;
  if (ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent))
    return parent.expression !== node || !(ts.isOptionalChain(parent) || ts.isOptionalChain(node));
  if (ts.isCallExpression(parent) && parent.expression === node) return ts.isIdentifier(node) && node.text in kin;
  if (ts.isPropertyAssignment(parent) || ts.isShorthandPropertyAssignment(parent)) return parent.name !== node;
  if (ts.isBinaryExpression(parent) && parent.left === node) {
    const { kind } = parent.operatorToken;
    return kind < ts.SyntaxKind.FirstAssignment || kind > ts.SyntaxKind.LastAssignment;
  }
  if (ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent))
    return parent.operator !== ts.SyntaxKind.PlusPlusToken && parent.operator !== ts.SyntaxKind.MinusMinusToken;
  if (ts.isNewExpression(parent) && parent.expression === node) return false;
  if (ts.isForOfStatement(parent) && parent.initializer === node) return false;
  return !(ts.isAsExpression(parent) && ts.isConstTypeReference(parent.type)) && !ts.isSatisfiesExpression(parent);
}

function isCondition(node: ts.Expression): boolean {
  const { parent } = node;
  if (ts.isPrefixUnaryExpression(node)) return false;
  if (ts.isIfStatement(parent) || ts.isWhileStatement(parent)) return parent.expression === node;
  return ts.isConditionalExpression(parent) && parent.condition === node;
}

function isArgument(node: ts.Expression): boolean {
  return ts.isCallExpression(node.parent) && node.parent.arguments.includes(node) && !isInPartial(node);
}

/** Is the node in the formula of a partial derivative? */
function isInPartial(node: ts.Node): boolean {
  for (let at: ts.Node = node; at.parent; at = at.parent)
    if (ts.isPropertyAssignment(at) && ["partial", "partials"].includes(at.name.getText())) return true;
  return false;
}

/** Is the identifier read as a value here, and not declared, exported or a name of a member? */
function isUsed(node: ts.Expression): boolean {
  const { parent } = node;
  return (
    (parent as { name?: ts.Node }).name !== node &&
    !ts.isExportSpecifier(parent) &&
    !ts.isImportSpecifier(parent) &&
    !ts.isBindingElement(parent)
  );
}

/** Does the file know `name` too? */
function isImported(node: ts.Node, name: string): boolean {
  return new RegExp(`(import \\{[^}]*\\b${name}\\b|export const ${name}\\b)`).test(node.getSourceFile().text);
}
