/**
 * The calls of a file that ask for a derivative: `grad(f, { argnums: 1 })` where `grad` means the function that the
 * package exports, under whatever name it was imported. Which function `f` is, and what the options are, must be
 * readable off the source text; what is not is reported at the call.
 */
import ts from "typescript";
import { CotangentError, type DiagnosticCode, describe } from "../core/errors.ts";
import { type FunctionNode, quote, spanOf } from "./context.ts";
import { internals, type SourceProgram } from "./source.ts";

/** A function of the program: by the start of its syntax, with a name to call it by. */
export interface FunctionPlace {
  readonly file: string;
  readonly name: string;
  readonly position: number;
}

/** One verb applied to something, with its options as data. */
export interface Application {
  readonly verb: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** A call in a file, by offsets. */
export interface VerbCall {
  readonly start: number;
  readonly end: number;
  readonly verb: string;
  /** What is differentiated and how, innermost first: `grad(grad(f))` has two. */
  readonly asked:
    | { readonly kind: "known"; readonly target: FunctionPlace; readonly applications: readonly Application[] }
    | { readonly kind: "refused"; readonly error: CotangentError };
}

/** Thrown while reading a call: becomes its `refused`. */
class Refusal extends Error {
  readonly error: CotangentError;
  constructor(node: ts.Node, code: DiagnosticCode, ...details: readonly string[]) {
    super(code);
    this.error = new CotangentError({ ...describe(code, ...details), span: spanOf(node) });
  }
}

interface Search {
  readonly checker: ts.TypeChecker;
  readonly verbs: ReadonlyMap<ts.Symbol, string>;
}

/** Every call in `file` of one of `verbs`, functions that the module `specifier` exports. Outer calls before inner ones. */
export function findVerbCalls(
  source: SourceProgram,
  file: string,
  specifier: string,
  verbs: ReadonlySet<string>,
): readonly VerbCall[] {
  const { checker, sourceFile } = internals(source, file);
  const root = sourceFile(file);
  const search: Search = { checker, verbs: importedVerbs(checker, root, specifier, verbs) };
  const calls: VerbCall[] = [];
  const visit = (node: ts.Node): void => {
    const verb = ts.isCallExpression(node) ? verbOf(search, node) : undefined;
    if (verb !== undefined && ts.isCallExpression(node)) {
      calls.push({ start: node.getStart(root), end: node.end, verb, asked: readCall(search, node, verb) });
    }
    node.forEachChild(visit);
  };
  if (search.verbs.size > 0) visit(root);
  return calls;
}

function importedVerbs(
  checker: ts.TypeChecker,
  file: ts.SourceFile,
  specifier: string,
  verbs: ReadonlySet<string>,
): ReadonlyMap<ts.Symbol, string> {
  const found = new Map<ts.Symbol, string>();
  for (const statement of file.statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    if (statement.moduleSpecifier.text !== specifier) continue;
    const module = checker.getSymbolAtLocation(statement.moduleSpecifier);
    for (const exported of module ? checker.getExportsOfModule(module) : []) {
      if (verbs.has(exported.name)) found.set(behindAliases(checker, exported), exported.name);
    }
  }
  return found;
}

function behindAliases(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

function symbolAt({ checker }: Search, node: ts.Node): ts.Symbol | undefined {
  const symbol = checker.getSymbolAtLocation(node);
  return symbol && behindAliases(checker, symbol);
}

function verbOf(search: Search, call: ts.CallExpression): string | undefined {
  const callee = unwrap(call.expression);
  if (!ts.isIdentifier(callee) && !ts.isPropertyAccessExpression(callee)) return undefined;
  const symbol = symbolAt(search, ts.isIdentifier(callee) ? callee : callee.name);
  return symbol && search.verbs.get(symbol);
}

function readCall(search: Search, call: ts.CallExpression, verb: string): VerbCall["asked"] {
  try {
    return { kind: "known", ...readApplication(search, call, verb) };
  } catch (error) {
    if (error instanceof Refusal) return { kind: "refused", error: error.error };
    throw error;
  }
}

interface Found {
  readonly target: FunctionPlace;
  readonly applications: readonly Application[];
}

function readApplication(search: Search, call: ts.CallExpression, verb: string): Found {
  const [argument, second] = call.arguments;
  if (!argument) throw new Refusal(call, "function-not-static", "this call");
  const { target, applications } = readFunction(search, argument, call, []);
  // The second argument of a check is the point; it is an ordinary value.
  const options = verb === "checkDerivatives" ? {} : readOptions(second, verb);
  return { target, applications: [...applications, { verb, options }] };
}

/** The function that an expression means, or the derivative of one. */
function readFunction(search: Search, expression: ts.Expression, call: ts.Node, seen: readonly ts.Symbol[]): Found {
  const inner = unwrap(expression);
  if (ts.isArrowFunction(inner) || ts.isFunctionExpression(inner))
    return { target: placeOf(search, inner), applications: [] };
  if (ts.isCallExpression(inner)) {
    const verb = verbOf(search, inner);
    if (verb !== undefined && verb !== "checkDerivatives") return readApplication(search, inner, verb);
  }
  if (ts.isIdentifier(inner) || ts.isPropertyAccessExpression(inner)) {
    const symbol = symbolAt(search, ts.isIdentifier(inner) ? inner : inner.name);
    if (symbol && !seen.includes(symbol)) {
      for (const declaration of symbol.declarations ?? []) {
        const found = readDeclaration(search, declaration, call, [...seen, symbol]);
        if (found) return found;
      }
    }
  }
  throw new Refusal(expression, "function-not-static", `${quote(call)}`);
}

function readDeclaration(
  search: Search,
  declaration: ts.Declaration,
  call: ts.Node,
  seen: readonly ts.Symbol[],
): Found | undefined {
  if (ts.isFunctionDeclaration(declaration) || ts.isMethodDeclaration(declaration)) {
    const isStatic =
      ts.isFunctionDeclaration(declaration) || !ts.isClassLike(declaration.parent) || isStaticMember(declaration);
    return declaration.body && isStatic ? { target: placeOf(search, declaration), applications: [] } : undefined;
  }
  if (ts.isExportAssignment(declaration)) return readFunction(search, declaration.expression, call, seen);
  const isConstant =
    ts.isPropertyAssignment(declaration) ||
    (ts.isPropertyDeclaration(declaration) && isStaticMember(declaration)) ||
    (ts.isVariableDeclaration(declaration) && (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0);
  return isConstant && declaration.initializer ? readFunction(search, declaration.initializer, call, seen) : undefined;
}

function isStaticMember(node: ts.MethodDeclaration | ts.PropertyDeclaration): boolean {
  return node.modifiers?.some((m) => m.kind === ts.SyntaxKind.StaticKeyword) ?? false;
}

/** The expression inside parentheses and type assertions. */
function unwrap(node: ts.Expression): ts.Expression {
  const isWrapper =
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isNonNullExpression(node) ||
    ts.isTypeAssertionExpression(node);
  return isWrapper ? unwrap(node.expression) : node;
}

// ----------------------------------------------------------------------------------------------------- The function

function placeOf(search: Search, node: FunctionNode): FunctionPlace {
  refuseCaptures(search, node);
  const file = node.getSourceFile();
  return { file: file.fileName.replace(/\\/g, "/"), name: nameOf(node), position: node.getStart(file) };
}

function nameOf(node: FunctionNode): string {
  if (node.name && (ts.isIdentifier(node.name) || ts.isStringLiteral(node.name))) return node.name.text;
  let parent: ts.Node = node.parent;
  while (ts.isParenthesizedExpression(parent) || ts.isAsExpression(parent) || ts.isSatisfiesExpression(parent)) {
    parent = parent.parent;
  }
  if (ts.isVariableDeclaration(parent) && ts.isIdentifier(parent.name)) return parent.name.text;
  if (ts.isPropertyAssignment(parent) && ts.isIdentifier(parent.name)) return parent.name.text;
  return "f";
}

/** A derivative is a module of its own, so what it reads must be reachable from outside of any function. */
function refuseCaptures(search: Search, node: FunctionNode): void {
  const visit = (inner: ts.Node): void => {
    if (ts.isTypeNode(inner)) return;
    if (inner.kind === ts.SyntaxKind.ThisKeyword && ts.isArrowFunction(node)) {
      throw new Refusal(inner, "captured-variable", "`this`");
    }
    if (ts.isIdentifier(inner)) refuseCapture(search, node, inner);
    inner.forEachChild(visit);
  };
  for (const parameter of node.parameters) visit(parameter);
  if (node.body) visit(node.body);
}

function refuseCapture({ checker }: Search, node: FunctionNode, name: ts.Identifier): void {
  const isShorthand = ts.isShorthandPropertyAssignment(name.parent) && name.parent.name === name;
  const symbol = isShorthand
    ? checker.getShorthandAssignmentValueSymbol(name.parent)
    : checker.getSymbolAtLocation(name);
  const declaration = symbol?.valueDeclaration;
  if (!declaration || declaration.getSourceFile() !== node.getSourceFile()) return;
  const isVariable =
    ts.isVariableDeclaration(declaration) ||
    ts.isParameter(declaration) ||
    ts.isBindingElement(declaration) ||
    ts.isFunctionDeclaration(declaration) ||
    ts.isClassDeclaration(declaration);
  if (!isVariable || (declaration.pos >= node.pos && declaration.end <= node.end)) return;
  const around = ts.findAncestor(
    declaration.parent,
    (a) => ts.isBlock(a) || ts.isFunctionLike(a) || ts.isSourceFile(a) || isLoop(a),
  );
  if (around && !ts.isSourceFile(around)) throw new Refusal(name, "captured-variable", quote(name));
}

function isLoop(node: ts.Node): boolean {
  return ts.isForStatement(node) || ts.isForOfStatement(node) || ts.isForInStatement(node) || ts.isCaseBlock(node);
}

// -------------------------------------------------------------------------------------------------------- Options

function readOptions(node: ts.Expression | undefined, verb: string): Readonly<Record<string, unknown>> {
  if (!node) return {};
  const value = readLiteral(node, verb);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Refusal(node, "options-not-literal", `\`${verb}\``);
  }
  return value as Record<string, unknown>;
}

function readLiteral(expression: ts.Expression, verb: string): unknown {
  const node = unwrap(expression);
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isNumericLiteral(node)) return Number(node.text);
  if (node.kind === ts.SyntaxKind.TrueKeyword) return true;
  if (node.kind === ts.SyntaxKind.FalseKeyword) return false;
  if (ts.isIdentifier(node) && node.text === "undefined") return undefined;
  if (ts.isArrayLiteralExpression(node)) return node.elements.map((element) => readLiteral(element, verb));
  if (ts.isObjectLiteralExpression(node)) {
    return Object.fromEntries(
      node.properties.map((property) => {
        const isPlain =
          ts.isPropertyAssignment(property) && (ts.isIdentifier(property.name) || ts.isStringLiteral(property.name));
        if (!isPlain) throw new Refusal(property, "options-not-literal", `\`${verb}\``);
        return [(property.name as ts.Identifier | ts.StringLiteral).text, readLiteral(property.initializer, verb)];
      }),
    );
  }
  throw new Refusal(node, "options-not-literal", `\`${verb}\``);
}
