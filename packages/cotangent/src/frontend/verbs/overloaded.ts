/**
 * Code for overloaded values: operators and what else JavaScript does not let be overloaded become calls, which on plain
 * numbers do what was written.
 *
 *     x += y * z ** 2                x = o.plus(x, o.times(y, o.power(z, 2)))
 *     if (x < 0 && s[i]) …           if (o.less(x, 0) && o.truth(s[o.key(i)])) …
 *     out[k] = Math.exp(x)           o.store(out, k, o.Math.exp(x))
 *
 * What is rewritten is a file, or a function, that says "use overload", or everything. The names are those of
 * `overload/rewritten.ts`. Types are not asked: what an operand is shows when the program runs.
 */
import ts from "typescript";

/** A change of the text. In their order: what comes later goes around what was there before. */
export type OverloadEdit =
  | { readonly kind: "open" | "close"; readonly at: number; readonly text: string }
  | { readonly kind: "replace"; readonly start: number; readonly end: number; readonly text: string };

/** What a rewritten text is: the edits, and the stretches that they are in. */
export interface Overloaded {
  readonly edits: readonly OverloadEdit[];
  readonly regions: readonly { readonly start: number; readonly end: number }[];
}

/** What a file or function says that is to be rewritten. */
export const overloadDirective = "use overload";

const binary: Readonly<Partial<Record<ts.SyntaxKind, string>>> = {
  [ts.SyntaxKind.PlusToken]: "plus",
  [ts.SyntaxKind.MinusToken]: "minus",
  [ts.SyntaxKind.AsteriskToken]: "times",
  [ts.SyntaxKind.SlashToken]: "over",
  [ts.SyntaxKind.PercentToken]: "remainder",
  [ts.SyntaxKind.AsteriskAsteriskToken]: "power",
  [ts.SyntaxKind.AmpersandToken]: "bitAnd",
  [ts.SyntaxKind.BarToken]: "bitOr",
  [ts.SyntaxKind.CaretToken]: "bitXor",
  [ts.SyntaxKind.LessThanLessThanToken]: "shl",
  [ts.SyntaxKind.GreaterThanGreaterThanToken]: "shr",
  [ts.SyntaxKind.GreaterThanGreaterThanGreaterThanToken]: "ushr",
  [ts.SyntaxKind.LessThanToken]: "less",
  [ts.SyntaxKind.LessThanEqualsToken]: "lessOrEqual",
  [ts.SyntaxKind.GreaterThanToken]: "greater",
  [ts.SyntaxKind.GreaterThanEqualsToken]: "greaterOrEqual",
  [ts.SyntaxKind.EqualsEqualsEqualsToken]: "equal",
  [ts.SyntaxKind.ExclamationEqualsEqualsToken]: "different",
  [ts.SyntaxKind.EqualsEqualsToken]: "looselyEqual",
  [ts.SyntaxKind.ExclamationEqualsToken]: "looselyDifferent",
};
const compound: Readonly<Partial<Record<ts.SyntaxKind, string>>> = {
  [ts.SyntaxKind.PlusEqualsToken]: "plus",
  [ts.SyntaxKind.MinusEqualsToken]: "minus",
  [ts.SyntaxKind.AsteriskEqualsToken]: "times",
  [ts.SyntaxKind.SlashEqualsToken]: "over",
  [ts.SyntaxKind.PercentEqualsToken]: "remainder",
  [ts.SyntaxKind.AsteriskAsteriskEqualsToken]: "power",
  [ts.SyntaxKind.AmpersandEqualsToken]: "bitAnd",
  [ts.SyntaxKind.BarEqualsToken]: "bitOr",
  [ts.SyntaxKind.CaretEqualsToken]: "bitXor",
  [ts.SyntaxKind.LessThanLessThanEqualsToken]: "shl",
  [ts.SyntaxKind.GreaterThanGreaterThanEqualsToken]: "shr",
  [ts.SyntaxKind.GreaterThanGreaterThanGreaterThanEqualsToken]: "ushr",
};
const prefix: Readonly<Partial<Record<ts.SyntaxKind, string>>> = {
  [ts.SyntaxKind.MinusToken]: "negative",
  [ts.SyntaxKind.PlusToken]: "positive",
  [ts.SyntaxKind.TildeToken]: "bitNot",
};

/** Globals that have another of their name for values. */
const globals: ReadonlySet<string> = new Set([
  "Math",
  "Number",
  "Float64Array",
  "Float32Array",
  "Boolean",
  "isNaN",
  "isFinite",
  "structuredClone",
  "Map",
  "Set",
]);

/** Methods of lists, texts and maps that take values where JavaScript would take what they are. */
const methods: ReadonlySet<string> = new Set(
  (
    "slice splice toSpliced at subarray copyWithin flat fill with charAt charCodeAt codePointAt substring padStart padEnd " +
    "repeat sort toSorted filter find findIndex findLast findLastIndex some every indexOf lastIndexOf includes get set has " +
    "delete add"
  ).split(" "),
);

/** The edits of a file, whose dispatching functions are members of `o`. `all`: not only what says so. */
export function overloadEdits(file: string, text: string, o: string, all: boolean): Overloaded {
  if (!all && !text.includes(overloadDirective)) return { edits: [], regions: [] };
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ESNext, true);
  const rewriter = new Rewriting(source, o);
  const regions: { start: number; end: number }[] = [];
  const region = (node: ts.Node): void => {
    rewriter.visit(node);
    regions.push({ start: node.getStart(source), end: node.end });
  };
  if (all || isMarked(source.statements)) region(source);
  else {
    const look = (node: ts.Node): void => {
      if (ts.isFunctionLike(node) && isMarkedFunction(node)) region(node);
      else node.forEachChild(look);
    };
    look(source);
  }
  return { edits: rewriter.edits, regions };
}

function isMarked(statements: readonly ts.Statement[]): boolean {
  for (const statement of statements) {
    if (!ts.isExpressionStatement(statement) || !ts.isStringLiteral(statement.expression)) return false;
    if (statement.expression.text === overloadDirective) return true;
  }
  return false;
}

function isMarkedFunction(node: ts.SignatureDeclaration): boolean {
  const { body } = node as { readonly body?: ts.Node };
  return body !== undefined && ts.isBlock(body) && isMarked(body.statements);
}

/** Every name that a file declares anywhere: what it declares itself is not the global of that name. */
function declaredNames(source: ts.SourceFile): ReadonlySet<string> {
  const names = new Set<string>();
  const look = (node: ts.Node): void => {
    const { name } = node as { readonly name?: ts.Node };
    const declares =
      ts.isVariableDeclaration(node) ||
      ts.isParameter(node) ||
      ts.isBindingElement(node) ||
      ts.isFunctionDeclaration(node) ||
      ts.isClassDeclaration(node) ||
      ts.isImportClause(node) ||
      ts.isImportSpecifier(node) ||
      ts.isNamespaceImport(node) ||
      ts.isEnumDeclaration(node);
    if (declares && name && ts.isIdentifier(name)) names.add(name.text);
    node.forEachChild(look);
  };
  look(source);
  return names;
}

class Rewriting {
  readonly edits: OverloadEdit[] = [];
  readonly #source: ts.SourceFile;
  readonly #o: string;
  readonly #declared: ReadonlySet<string>;

  constructor(source: ts.SourceFile, o: string) {
    this.#source = source;
    this.#o = o;
    this.#declared = declaredNames(source);
  }

  visit(node: ts.Node): void {
    if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return;
    if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) || ts.isEnumDeclaration(node)) return;
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
    // Inside first: what goes around comes later.
    node.forEachChild((child) => this.visit(child));
    this.#rewrite(node);
  }

  #rewrite(node: ts.Node): void {
    if (ts.isBinaryExpression(node)) this.#binary(node);
    else if (ts.isPrefixUnaryExpression(node)) this.#prefix(node);
    else if (ts.isPostfixUnaryExpression(node)) this.#step(node.operand, node, node.operator, !isUnused(node));
    else if (ts.isTypeOfExpression(node)) this.#typeOf(node);
    else if (ts.isElementAccessExpression(node)) this.#element(node);
    else if (ts.isCallExpression(node)) this.#call(node);
    else if (ts.isNewExpression(node)) this.#length(node.expression, node.arguments);
    else if (ts.isConditionalExpression(node)) this.#condition(node.condition);
    else if (ts.isIfStatement(node) || ts.isWhileStatement(node) || ts.isDoStatement(node))
      this.#condition(node.expression);
    else if (ts.isForStatement(node)) {
      if (node.condition) this.#condition(node.condition);
    } else if (ts.isSwitchStatement(node) || ts.isCaseClause(node)) this.#wrap("plain", node.expression);
    else if (ts.isComputedPropertyName(node)) this.#key(node.expression);
    else if (ts.isIdentifier(node)) this.#global(node);
    else if (ts.isShorthandPropertyAssignment(node) && this.#isGlobal(node.name.text))
      this.edits.push({ kind: "close", at: node.end, text: `: ${this.#o}.${node.name.text}` });
  }

  #wrap(name: string, node: ts.Node): void {
    this.#open(node, `${this.#o}.${name}(`);
    this.#close(node, ")");
  }
  #open(node: ts.Node, text: string): void {
    this.edits.push({ kind: "open", at: node.getStart(this.#source), text });
  }
  #close(node: ts.Node, text: string): void {
    this.edits.push({ kind: "close", at: node.end, text });
  }
  #replace(start: number, end: number, text: string): void {
    this.edits.push({ kind: "replace", start, end, text });
  }
  #between(left: ts.Node, right: ts.Node, text: string): void {
    this.#replace(left.end, right.getStart(this.#source), text);
  }

  #condition(node: ts.Expression): void {
    if (!isTruth(node)) this.#wrap("truth", node);
  }

  #key(node: ts.Expression): void {
    if (!ts.isLiteralExpression(node) && !ts.isPrivateIdentifier(node)) this.#wrap("key", node);
  }

  #binary(node: ts.BinaryExpression): void {
    const { left, right, operatorToken } = node;
    const { kind } = operatorToken;
    const name = binary[kind];
    if (name !== undefined) {
      this.#open(node, `${this.#o}.${name}(`);
      this.#between(left, right, ", ");
      this.#close(node, ")");
    } else if (kind === ts.SyntaxKind.AmpersandAmpersandToken || kind === ts.SyntaxKind.BarBarToken) {
      this.#junction(node, kind === ts.SyntaxKind.AmpersandAmpersandToken);
    } else if (kind === ts.SyntaxKind.InKeyword) this.#key(left);
    else if (kind === ts.SyntaxKind.EqualsToken) this.#assign(node);
    else if (compound[kind] !== undefined) this.#update(node, compound[kind]);
    else if (kind === ts.SyntaxKind.AmpersandAmpersandEqualsToken || kind === ts.SyntaxKind.BarBarEqualsToken)
      this.#assignIf(node, kind === ts.SyntaxKind.AmpersandAmpersandEqualsToken);
  }

  /** `a && b`: its value is one of its sides, unless only its truth is asked for. */
  #junction(node: ts.BinaryExpression, isAnd: boolean): void {
    const { left, right } = node;
    if (isTested(node)) {
      this.#condition(left);
      this.#condition(right);
    } else if (!isTruth(left)) {
      // A call and no parenthesis: the line before may end without a semicolon.
      this.#open(node, `${this.#o}.of(${this.#o}.test(`);
      this.#between(left, right, isAnd ? ") ? " : `) ? ${this.#o}.tested() : `);
      this.#close(node, isAnd ? ` : ${this.#o}.tested())` : ")");
    }
  }

  #assign(node: ts.BinaryExpression): void {
    const { left, right } = node;
    const target = bare(left);
    if (
      !ts.isElementAccessExpression(target) ||
      isDefault(node) ||
      target.expression.kind === ts.SyntaxKind.SuperKeyword
    )
      return;
    this.#open(left, `${this.#o}.store(`);
    this.#between(target.expression, target.argumentExpression, ", ");
    this.#between(target.argumentExpression, right, ", ");
    this.#close(right, ")");
  }

  #update({ left, right }: ts.BinaryExpression, name: string): void {
    const target = bare(left);
    const read = readAgain(target);
    if (read !== undefined) {
      this.#between(left, right, ` = ${this.#o}.${name}(${read}, `);
      this.#close(right, ")");
    } else if (this.#place(target)) {
      this.#replace(placeEnd(target), right.getStart(this.#source), `.set(${this.#o}.${name}, `);
      this.#close(right, ")");
    }
  }

  #assignIf({ left, right }: ts.BinaryExpression, isAnd: boolean): void {
    const target = bare(left);
    const read = readAgain(target);
    if (read !== undefined) {
      this.#open(left, `${this.#o}.of(${this.#o}.test(`);
      const assign = `(${read} = `;
      this.#between(left, right, isAnd ? `) ? ${assign}` : `) ? ${this.#o}.tested() : ${assign}`);
      this.#close(right, isAnd ? `) : ${this.#o}.tested())` : "))");
    } else if (this.#place(target)) {
      this.#replace(placeEnd(target), right.getStart(this.#source), `.setIf(${isAnd}, () => (`);
      this.#close(right, "))");
    }
  }

  /** Opens a place that is read and written; false where there is none. The text behind it is the caller's. */
  #place(target: ts.Expression): target is ts.ElementAccessExpression | ts.PropertyAccessExpression {
    if (ts.isElementAccessExpression(target) && target.expression.kind !== ts.SyntaxKind.SuperKeyword) {
      this.#open(target, `${this.#o}.place(`);
      this.#between(target.expression, target.argumentExpression, ", ");
      this.edits.push({ kind: "close", at: target.argumentExpression.end, text: ")" });
      return true;
    }
    if (!ts.isPropertyAccessExpression(target) || ts.isPrivateIdentifier(target.name)) return false;
    this.#open(target, `${this.#o}.place(`);
    this.#between(target.expression, target.name, ', "');
    this.edits.push({ kind: "close", at: target.name.end, text: '")' });
    return true;
  }

  #prefix(node: ts.PrefixUnaryExpression): void {
    const { operand, operator } = node;
    if (operator === ts.SyntaxKind.ExclamationToken) this.#condition(operand);
    else if (operator === ts.SyntaxKind.PlusPlusToken || operator === ts.SyntaxKind.MinusMinusToken)
      this.#step(operand, node, operator, false);
    else if (!(ts.isNumericLiteral(operand) || ts.isBigIntLiteral(operand))) {
      this.#replace(node.getStart(this.#source), operand.getStart(this.#source), `${this.#o}.${prefix[operator]}(`);
      this.#close(node, ")");
    }
  }

  /** `x++`, `--x`; `isOld`: its value is the old one. */
  #step(operand: ts.Expression, node: ts.Expression, operator: ts.SyntaxKind, isOld: boolean): void {
    const by = operator === ts.SyntaxKind.PlusPlusToken ? 1 : -1;
    const target = bare(operand);
    const [start, end] = [node.getStart(this.#source), node.end];
    const read = readAgain(target);
    if (read !== undefined) {
      const next = `${read} = ${this.#o}.step(${read}, ${by})`;
      const value = isOld ? `${this.#o}.first(${read}, ${next})` : `${this.#o}.of(${next})`;
      this.#replace(start, end, isUnused(node) ? next : value);
    } else if (this.#place(target)) {
      const from = target.getStart(this.#source);
      if (from > start) this.#replace(start, from, "");
      const text = `.step(${by}, ${isOld})`;
      if (end > placeEnd(target)) this.#replace(placeEnd(target), end, text);
      else this.#close(node, text);
    }
  }

  #typeOf(node: ts.TypeOfExpression): void {
    const { expression } = node;
    this.#replace(node.getStart(this.#source), expression.getStart(this.#source), `${this.#o}.typeOf(`);
    // A name that nobody declares has a type, too.
    const isFree = ts.isIdentifier(expression) && !this.#declared.has(expression.text);
    if (isFree) this.#open(expression, `typeof ${expression.text} === "undefined" ? undefined : `);
    this.#close(node, ")");
  }

  #element(node: ts.ElementAccessExpression): void {
    if (!isWritten(node)) this.#key(node.argumentExpression);
  }

  #call(node: ts.CallExpression): void {
    const { expression } = node;
    const callee = bare(expression);
    this.#length(callee, node.arguments);
    if (!ts.isPropertyAccessExpression(callee) || callee !== expression) return;
    const { expression: of, name } = callee;
    if (ts.isIdentifier(of) && of.text === "Object" && name.text === "is" && !this.#declared.has("Object")) {
      this.#replace(callee.getStart(this.#source), callee.end, `${this.#o}.is`);
      return;
    }
    const isChain = node.flags & ts.NodeFlags.OptionalChain;
    if (!methods.has(name.text) || isChain || of.kind === ts.SyntaxKind.SuperKeyword) return;
    this.#open(callee, `${this.#o}.call(`);
    const [first] = node.arguments;
    const last = first === undefined ? node.end - 1 : first.getStart(this.#source);
    this.#replace(of.end, last, `, "${name.text}"${first === undefined ? "" : ", "}`);
  }

  /** A number that says how long a new array is. */
  #length(callee: ts.Expression, args: readonly ts.Expression[] | undefined): void {
    const [first, ...others] = args ?? [];
    if (!first || ts.isSpreadElement(first)) return;
    const isArray = ts.isIdentifier(callee) && /^(Array|\w+Array)$/.test(callee.text);
    if (isArray && others.length === 0) this.#wrap("key", first);
    const isFrom = ts.isPropertyAccessExpression(callee) && callee.getText(this.#source) === "Array.from";
    if (!isFrom || !ts.isObjectLiteralExpression(first)) return;
    for (const property of first.properties) {
      if (ts.isPropertyAssignment(property) && property.name.getText(this.#source) === "length")
        this.#wrap("key", property.initializer);
      else if (ts.isShorthandPropertyAssignment(property) && property.name.text === "length")
        this.#close(property, `: ${this.#o}.key(length)`);
    }
  }

  #isGlobal(name: string): boolean {
    return globals.has(name) && !this.#declared.has(name);
  }

  #global(node: ts.Identifier): void {
    if (!this.#isGlobal(node.text) || !isVariable(node)) return;
    this.#open(node, `${this.#o}.`);
  }
}

/** Without parentheses and what types add. */
function bare(node: ts.Expression): ts.Expression {
  let at = node;
  while (
    ts.isParenthesizedExpression(at) ||
    ts.isNonNullExpression(at) ||
    ts.isAsExpression(at) ||
    ts.isSatisfiesExpression(at)
  )
    at = at.expression;
  return at;
}

/** Where a place ends that `#place` has opened. */
function placeEnd(target: ts.ElementAccessExpression | ts.PropertyAccessExpression): number {
  return ts.isElementAccessExpression(target) ? target.argumentExpression.end : target.end;
}

/** True for `a = 1` in a pattern that is assigned: a default, and no assignment. */
function isDefault(node: ts.BinaryExpression): boolean {
  let at: ts.Node = node;
  for (let { parent } = at; ; at = parent, parent = at.parent) {
    if (ts.isArrayLiteralExpression(parent) || ts.isObjectLiteralExpression(parent)) continue;
    if (ts.isPropertyAssignment(parent) && parent.initializer === at) continue;
    if (ts.isSpreadElement(parent) || ts.isParenthesizedExpression(parent)) continue;
    if (at === node) return false;
    if (ts.isForOfStatement(parent)) return parent.initializer === at;
    return (
      ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken && parent.left === at
    );
  }
}

const truths: ReadonlySet<string> = new Set(
  "less lessOrEqual greater greaterOrEqual equal different looselyEqual looselyDifferent".split(" "),
);

/** True for what is a truth value by its form. */
function isTruth(node: ts.Expression): boolean {
  const at = bare(node);
  if (at.kind === ts.SyntaxKind.TrueKeyword || at.kind === ts.SyntaxKind.FalseKeyword) return true;
  if (ts.isPrefixUnaryExpression(at)) return at.operator === ts.SyntaxKind.ExclamationToken;
  if (!ts.isBinaryExpression(at)) return false;
  const { kind } = at.operatorToken;
  if (kind === ts.SyntaxKind.InKeyword || kind === ts.SyntaxKind.InstanceOfKeyword) return true;
  if (kind === ts.SyntaxKind.AmpersandAmpersandToken || kind === ts.SyntaxKind.BarBarToken)
    return isTested(at) || (isTruth(at.left) && isTruth(at.right));
  return truths.has(binary[kind] ?? "");
}

/** True where nothing but the truth of `node` is asked for. */
function isTested(node: ts.Expression): boolean {
  const { parent } = node;
  if (ts.isParenthesizedExpression(parent)) return isTested(parent);
  if (ts.isPrefixUnaryExpression(parent)) return parent.operator === ts.SyntaxKind.ExclamationToken;
  if (ts.isIfStatement(parent) || ts.isWhileStatement(parent) || ts.isDoStatement(parent))
    return parent.expression === node;
  if (ts.isForStatement(parent) || ts.isConditionalExpression(parent)) return parent.condition === node;
  if (!ts.isBinaryExpression(parent)) return false;
  const { kind } = parent.operatorToken;
  return (kind === ts.SyntaxKind.AmpersandAmpersandToken || kind === ts.SyntaxKind.BarBarToken) && isTested(parent);
}

/**
 * The text of what may be read twice: a variable, a member of `super`, which is no object that could be handed on, or a
 * private one of a variable's object, which has no name that could.
 */
function readAgain(target: ts.Expression): string | undefined {
  if (ts.isIdentifier(target)) return target.text;
  if (!ts.isPropertyAccessExpression(target)) return undefined;
  const { expression: of, name } = target;
  if (of.kind === ts.SyntaxKind.SuperKeyword) return `super.${name.text}`;
  const isOfVariable = of.kind === ts.SyntaxKind.ThisKeyword || ts.isIdentifier(of);
  return isOfVariable && ts.isPrivateIdentifier(name) ? `${of.getText()}.${name.text}` : undefined;
}

/** True for a step whose value nobody reads. */
function isUnused(node: ts.Expression): boolean {
  const { parent } = node;
  return ts.isExpressionStatement(parent) || (ts.isForStatement(parent) && parent.incrementor === node);
}

/** True for an element that an assignment or a step writes, which are rewritten as a whole. */
function isWritten(node: ts.ElementAccessExpression): boolean {
  let at: ts.Expression = node;
  while (at.parent && bare(at.parent as ts.Expression) === node) at = at.parent as ts.Expression;
  const { parent } = at;
  if (ts.isBinaryExpression(parent) && parent.left === at) {
    const { kind } = parent.operatorToken;
    return kind === ts.SyntaxKind.EqualsToken
      ? node.expression.kind !== ts.SyntaxKind.SuperKeyword
      : compound[kind] !== undefined ||
          kind === ts.SyntaxKind.AmpersandAmpersandEqualsToken ||
          kind === ts.SyntaxKind.BarBarEqualsToken;
  }
  if (ts.isPostfixUnaryExpression(parent)) return true;
  return (
    ts.isPrefixUnaryExpression(parent) &&
    (parent.operator === ts.SyntaxKind.PlusPlusToken || parent.operator === ts.SyntaxKind.MinusMinusToken)
  );
}

/** True for a name that is read as a variable, and is no property's or declaration's. */
function isVariable(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isShorthandPropertyAssignment(parent)) return false;
  const { name, propertyName } = parent as { readonly name?: ts.Node; readonly propertyName?: ts.Node };
  if (name === node || propertyName === node) return false;
  return !ts.isTypeNode(parent) || ts.isExpressionWithTypeArguments(parent);
}
