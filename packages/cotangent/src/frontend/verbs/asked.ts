/**
 * Which function an expression means, and what is asked of it, read off the source text: `grad(f, { argnums: 1 })` names
 * a function by declaration, import, constant, static method or where it stands, perhaps through another verb; and gives
 * options as literals. What cannot be read off is refused at the expression.
 */
import ts from "typescript";
import { CotangentError, type DiagnosticCode, describe } from "../../core/errors.ts";
import { type FunctionNode, quote, spanOf } from "../context.ts";
import { isFixedMember } from "../modules/module-state.ts";
import type { Internals } from "../program/source.ts";
import { ruleInUse } from "../rules/rule-tables.ts";
import { capturedSymbols } from "./captured.ts";

/** Where an expression stands that says what the type parameters of a function are: `norm<Float64Array>`, or a call. */
export interface Instance {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

/**
 * A function of the program: by the name that its module knows it by, which edits of the file leave alone; a function
 * that has none by the start of its syntax, with a name to call it by.
 */
export interface FunctionPlace {
  readonly file: string;
  readonly name: string;
  readonly position?: number | undefined;
  readonly instance?: Instance | undefined;
}

/** One verb applied to something, with its options as data. */
export interface Application {
  readonly verb: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** Local variables that a function captures, and where they are in scope. */
interface CapturedNames {
  readonly names: readonly string[];
  /** The offset behind the statement that defines the function; undefined where the function stands in the call itself. */
  readonly beside: number | undefined;
}

/** A function, or a derivative of one. */
export interface Asked {
  readonly target: FunctionPlace;
  /** Innermost first: `grad(grad(f))` has two. */
  readonly applications: readonly Application[];
  readonly captured: CapturedNames | undefined;
}

/** Thrown while reading an expression. */
export class Refusal extends Error {
  readonly error: CotangentError;
  constructor(node: ts.Node, code: DiagnosticCode, ...details: readonly string[]) {
    super(code);
    this.error = new CotangentError({ ...describe(code, ...details), span: spanOf(node) });
  }
}

export interface Search extends Internals {
  /** The package's verbs, by what they are declared as. */
  readonly verbs: ReadonlyMap<ts.Symbol, string>;
  /** What makes functions with rules, likewise. */
  readonly rules: ReadonlyMap<ts.Symbol, string>;
}

/** Verbs whose second argument is not their options. */
const pointed: ReadonlySet<string> = new Set(["checkDerivatives", "differentiable"]);

function behindAliases(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

/** The symbol that a name or a member access means, behind imports. */
function symbolAt({ checker }: Search, node: ts.Expression): ts.Symbol | undefined {
  if (!ts.isIdentifier(node) && !ts.isPropertyAccessExpression(node)) return undefined;
  const name = ts.isIdentifier(node) ? node : node.name;
  const isShorthand = ts.isShorthandPropertyAssignment(name.parent) && name.parent.name === name;
  const symbol = isShorthand
    ? checker.getShorthandAssignmentValueSymbol(name.parent)
    : checker.getSymbolAtLocation(name);
  return symbol && behindAliases(checker, symbol);
}

/** The verb that a call calls, under whatever name it was imported. */
export function verbOf(search: Search, call: ts.CallExpression): string | undefined {
  const symbol = symbolAt(search, unwrap(call.expression));
  return symbol && search.verbs.get(symbol);
}

/** What a call of a verb asks for. Throws `Refusal`. */
export function readApplication(search: Search, call: ts.CallExpression, verb: string): Asked {
  const [argument, second] = call.arguments;
  if (!argument) throw new Refusal(call, "function-not-static", quote(call));
  const asked = readFunction(search, argument, call);
  const options = pointed.has(verb) ? {} : readOptions(second, verb);
  const target = asked.target.instance ? asked.target : { ...asked.target, ...instanceOfCall(search, asked, call) };
  return { ...asked, target, applications: [...asked.applications, { verb, options }] };
}

/** The function that an expression means, or the derivative of one. `within` is shown if that cannot be told. */
export function readFunction(
  search: Search,
  expression: ts.Expression,
  within: ts.Node,
  seen: readonly ts.Symbol[] = [],
): Asked {
  const inner = unwrap(expression);
  if (ts.isArrowFunction(inner) || ts.isFunctionExpression(inner))
    return askedFor(search, inner, seen.length > 0 ? besideDefinition(inner) : undefined);
  if (ts.isExpressionWithTypeArguments(inner)) {
    const asked = readFunction(search, inner.expression, within, seen);
    return { ...asked, target: { ...asked.target, instance: placeOf(inner) } };
  }
  if (ts.isCallExpression(inner)) {
    const verb = verbOf(search, inner);
    if (verb !== undefined && !pointed.has(verb)) return readApplication(search, inner, verb);
    const ruled = ruledPlace(search, inner);
    if (ruled) return { target: ruled, applications: [], captured: undefined };
    const [carried] = inner.arguments;
    if (verb === "differentiable" && carried) return readFunction(search, carried, within, seen);
  }
  const symbol = symbolAt(search, inner);
  const made = symbol && ruleInUse(search, symbol, inner);
  const standsIn = made && ruledPlace(search, made);
  if (standsIn) return { target: standsIn, applications: [], captured: undefined };
  if (symbol && !seen.includes(symbol)) {
    for (const declaration of symbol.declarations ?? []) {
      if (ts.isPropertyAccessExpression(inner) && !isFixedAccess(search, inner, declaration)) continue;
      const found = readDeclaration(search, declaration, within, [...seen, symbol]);
      if (found) return found;
    }
  }
  throw new Refusal(expression, "function-not-static", quote(within));
}

/** The member is what its declaration says: its symbol alone says no more than that it has that type. */
function isFixedAccess(search: Search, access: ts.PropertyAccessExpression, declaration: ts.Declaration): boolean {
  const holder = symbolAt(search, unwrap(access.expression));
  return holder !== undefined && isFixedMember(search, holder, declaration);
}

function readDeclaration(
  search: Search,
  declaration: ts.Declaration,
  within: ts.Node,
  seen: readonly ts.Symbol[],
): Asked | undefined {
  if (ts.isFunctionDeclaration(declaration) || ts.isMethodDeclaration(declaration)) {
    const isStatic =
      ts.isFunctionDeclaration(declaration) || !ts.isClassLike(declaration.parent) || isStaticMember(declaration);
    return declaration.body && isStatic ? askedFor(search, declaration, besideDefinition(declaration)) : undefined;
  }
  if (ts.isExportAssignment(declaration)) return readFunction(search, declaration.expression, within, seen);
  const isConstant =
    ts.isPropertyAssignment(declaration) ||
    (ts.isPropertyDeclaration(declaration) && isStaticMember(declaration)) ||
    (ts.isVariableDeclaration(declaration) && (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0);
  return isConstant && declaration.initializer
    ? readFunction(search, declaration.initializer, within, seen)
    : undefined;
}

function isStaticMember(node: ts.MethodDeclaration | ts.PropertyDeclaration): boolean {
  return node.modifiers?.some((m) => m.kind === ts.SyntaxKind.StaticKeyword) ?? false;
}

/** The expression inside parentheses and type assertions. */
export function unwrap(node: ts.Expression): ts.Expression {
  const isWrapper =
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isNonNullExpression(node) ||
    ts.isTypeAssertionExpression(node);
  return isWrapper ? unwrap(node.expression) : node;
}

// -------------------------------------------------------------------------------------------------------- The function

function placeOf(node: ts.Node): Instance {
  const { file, start, end } = spanOf(node);
  return { file, start, end };
}

function askedFor(search: Search, node: FunctionNode, beside: number | "nowhere" | undefined): Asked {
  const { file, start } = spanOf(node);
  const known = moduleName(node);
  const target = known === undefined ? { file, name: nameOf(node), position: start } : { file, name: known };
  return { target, applications: [], captured: readCaptures(search, node, beside) };
}

/** The parent of a node, parentheses and assertions passed over. */
function holderOf(node: ts.Node): ts.Node {
  let { parent } = node;
  while (ts.isParenthesizedExpression(parent) || ts.isAsExpression(parent) || ts.isSatisfiesExpression(parent)) {
    parent = parent.parent;
  }
  return parent;
}

/** A name to call a function by. */
function nameOf(node: FunctionNode): string {
  if (node.name && (ts.isIdentifier(node.name) || ts.isStringLiteral(node.name))) return node.name.text;
  const holder = holderOf(node);
  const isNamed = ts.isVariableDeclaration(holder) || ts.isPropertyAssignment(holder);
  return isNamed && ts.isIdentifier(holder.name) ? holder.name.text : "f";
}

/** The name by which a module knows a function: `f`, `default`, `Class.method`, `object.method`; undefined if it does not. */
function moduleName(node: FunctionNode): string | undefined {
  if (ts.isFunctionDeclaration(node)) return ts.isSourceFile(node.parent) ? (node.name?.text ?? "default") : undefined;
  const holder = holderOf(node);
  if (ts.isExportAssignment(holder)) return "default";
  if (ts.isVariableDeclaration(holder)) return topLevelName(holder);
  const member = ts.isMethodDeclaration(node) ? node.name : ts.isPropertyAssignment(holder) ? holder.name : undefined;
  if (!member || !ts.isIdentifier(member)) return undefined;
  const owner = ts.isPropertyAssignment(holder) ? holder.parent : holder;
  const ownerName =
    ts.isClassDeclaration(owner) && ts.isSourceFile(owner.parent)
      ? owner.name?.text
      : ts.isObjectLiteralExpression(owner)
        ? topLevelName(holderOf(owner))
        : undefined;
  return ownerName === undefined ? undefined : `${ownerName}.${member.text}`;
}

/** The constant of a module that is made by `customVjp` and its like: what a function with a rule is known by. */
function ruledPlace({ checker, rules }: Search, call: ts.CallExpression): FunctionPlace | undefined {
  const callee = unwrap(call.expression);
  const named = ts.isPropertyAccessExpression(callee) ? callee.name : callee;
  const symbol = ts.isIdentifier(named) ? checker.getSymbolAtLocation(named) : undefined;
  if (!symbol || !rules.has(behindAliases(checker, symbol))) return undefined;
  const holder = holderOf(call);
  const name = ts.isExportAssignment(holder) ? "default" : topLevelName(holder);
  return name === undefined ? undefined : { file: spanOf(call).file, name };
}

/** The name of a variable that a module declares outside of any block. */
function topLevelName(node: ts.Node): string | undefined {
  if (!ts.isVariableDeclaration(node) || !ts.isIdentifier(node.name)) return undefined;
  const statement = node.parent.parent;
  return ts.isVariableStatement(statement) && ts.isSourceFile(statement.parent) ? node.name.text : undefined;
}

/** What the type parameters of a generic function stand for where its derivative is called at once: `grad(norm)(x)`. */
function instanceOfCall({ checker }: Search, asked: Asked, call: ts.CallExpression): { instance?: Instance } {
  const { parent } = call;
  const isCalled = ts.isCallExpression(parent) && parent.expression === call && asked.applications.length === 0;
  const argument = call.arguments[0] as ts.Expression;
  const isGeneric = checker.getTypeAtLocation(argument).getCallSignatures()[0]?.typeParameters?.length;
  return isCalled && isGeneric ? { instance: placeOf(parent) } : {};
}

/**
 * The offset behind the statement that defines a function: there the function and what it captures are in scope.
 * "nowhere" if a scope lies in between, of a function or of the head of a loop.
 */
function besideDefinition(node: FunctionNode): number | "nowhere" {
  for (let n: ts.Node = node; n.parent; n = n.parent) {
    const isScope = ts.isFunctionLike(n) || ts.isForStatement(n) || ts.isForOfStatement(n) || ts.isForInStatement(n);
    if (n !== node && isScope) return "nowhere";
    const { parent } = n;
    const isHeld =
      ts.isBlock(parent) || ts.isSourceFile(parent) || ts.isModuleBlock(parent) || ts.isCaseOrDefaultClause(parent);
    if (isHeld && ts.isStatement(n)) return n.end;
  }
  return "nowhere";
}

/** The variables that a derivative must be called with; undefined if there are none. */
function readCaptures(
  { checker }: Search,
  node: FunctionNode,
  beside: number | "nowhere" | undefined,
): CapturedNames | undefined {
  const variables = capturedSymbols(checker, node).filter((c) => !c.fn);
  if (variables.length === 0) return undefined;
  // The values could be taken where the function is defined, and nowhere else.
  if (beside === "nowhere") throw new Refusal(node, "function-not-static", quote(node));
  const scope = variables.every((c) => c.isDirect) ? undefined : visibleAt(checker, node);
  for (const { symbol, isDirect, declaration } of variables) {
    // What only a captured function mentions may be hidden, here, behind another variable of its name.
    if (!isDirect && scope?.get(symbol.name) !== symbol)
      throw new Refusal(declaration, "captured-hidden", `\`${symbol.name}\``);
  }
  return { names: variables.map(({ symbol }) => symbol.name), beside };
}

function visibleAt(checker: ts.TypeChecker, node: FunctionNode): ReadonlyMap<string, ts.Symbol> {
  return new Map(checker.getSymbolsInScope(node.parent, ts.SymbolFlags.Variable).map((s) => [s.name, s]));
}

// -------------------------------------------------------------------------------------------------------- Options

/** The options of a verb, as data. Throws `Refusal` for what is not literal. */
export function readOptions(node: ts.Expression | undefined, verb: string): Readonly<Record<string, unknown>> {
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
        const name = (property.name as ts.Identifier | ts.StringLiteral).text;
        return [
          name,
          name === "captures" ? readNames(property.initializer, verb) : readLiteral(property.initializer, verb),
        ];
      }),
    );
  }
  throw new Refusal(node, "options-not-literal", `\`${verb}\``);
}

/** `{ w, b }`, variables under their own names, as the list of these. */
function readNames(expression: ts.Expression, verb: string): readonly string[] {
  const node = unwrap(expression);
  if (!ts.isObjectLiteralExpression(node)) throw new Refusal(node, "options-not-literal", `\`${verb}\``);
  return node.properties.map((property) => {
    if (!ts.isShorthandPropertyAssignment(property)) throw new Refusal(property, "options-not-literal", `\`${verb}\``);
    return property.name.text;
  });
}
