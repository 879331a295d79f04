/**
 * Names that are not local variables: functions and constants of modules, enum members, what the language predefines.
 * A constant number is its initialiser, lowered where it is read; a constant array or object of literals becomes a
 * literal global; any other exported constant a global that generated code imports. State that changes is refused.
 */
import ts from "typescript";
import { crosses } from "../../ir/border.ts";
import { shapeOf } from "../../ir/shape.ts";
import { isReference, sameType } from "../../ir/type.ts";
import type { Global, Type, Value } from "../../ir/types.ts";
import { insideOf } from "../../runtime/border.ts";
import {
  type Context,
  codeOf,
  Frame,
  type FunctionNode,
  isFunction,
  isValue,
  type KnownFunction,
  type Operand,
  quote,
  refuse,
  Variable,
} from "../context.ts";
import { asFunctionNode, capturesOf } from "../functions/closures.ts";
import { checkReached } from "../functions/specialize.ts";
import { libraryFunction, predefinedMember, predefinedNumber } from "../library/predefined.ts";
import { isStatic } from "../objects/classes.ts";
import { refuseKeysByIdentity } from "../objects/maps.ts";
import { isHiddenName } from "../program/hidden-exports.ts";
import { ruledInUse } from "../rules/rule-tables.ts";
import { bare } from "../syntax/scan.ts";
import { symbolOf } from "../syntax/symbols.ts";
import { holdsFunction } from "../types/signatures.ts";
import { toType, tryType } from "../types/types.ts";
import { lowerExpression } from "../values/expression.ts";
import { literalType, literalValue } from "./constants.ts";
import { isNeverTold } from "./kept.ts";
import { checkLive, isLive, isScriptName, lowerLive, requireLive } from "./live.ts";
import {
  exportedMember,
  exportedName,
  holderOf,
  isAssigned,
  isFixedMember,
  isInOpenNamespace,
  isMemberAssigned,
  isOnlyRead,
  isReachedOtherwise,
  isThisOnlyRead,
  isWritten,
} from "./module-state.ts";

/** The symbol that an identifier means, behind imports and shorthand. */
export function resolveSymbol(cx: Pick<Context, "checker">, node: ts.Node): ts.Symbol | undefined {
  const { checker } = cx;
  const { parent } = node;
  const symbol =
    parent && ts.isShorthandPropertyAssignment(parent) && parent.name === node
      ? checker.getShorthandAssignmentValueSymbol(parent)
      : ts.isIdentifier(node)
        ? symbolOf(checker, node)
        : checker.getSymbolAtLocation(node);
  return symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

/** True if the language or the host declares the symbol, and no module of the program. */
export function isPredefined(cx: Pick<Context, "session">, symbol: ts.Symbol | undefined): boolean {
  const declarations = symbol?.declarations ?? [];
  return (
    declarations.length > 0 &&
    declarations.every((d) => {
      const file = d.getSourceFile();
      return (
        cx.session.internals.program.isSourceFileDefaultLibrary(file) ||
        (file.isDeclarationFile &&
          (!ts.isExternalModule(file) || ts.findAncestor(d, ts.isModuleDeclaration)?.name.text === "global"))
      );
    })
  );
}

/** True if only declaration files declare the symbol. */
export function isAmbient(symbol: ts.Symbol): boolean {
  return (symbol.declarations ?? []).every((d) => d.getSourceFile().isDeclarationFile);
}

const numbers: Readonly<Record<string, number>> = { NaN: Number.NaN, Infinity: Number.POSITIVE_INFINITY };

export function lowerGlobal(cx: Context, symbol: ts.Symbol | undefined, node: ts.Identifier): Operand {
  if (node.text === "arguments" && (!symbol || (symbol.declarations ?? []).length === 0))
    return refuse(node, "arguments-object");
  if (!symbol || (symbol.declarations ?? []).length === 0) {
    const seen = numbers[node.text] === undefined ? lowerLive(cx, node) : undefined;
    if (seen) return seen;
  }
  if (symbol && (symbol.declarations ?? []).length === 0) refuseUnresolved(cx, node);
  if (isPredefined(cx, symbol) || !symbol) {
    const constant = numbers[node.text];
    if (constant !== undefined) return cx.constant(constant);
    const known = symbol && libraryFunction(cx, node.text);
    if (known) return known;
    return refuse(node, symbol ? "expression" : "unknown-callee", quote(node));
  }
  return lowerSymbol(cx, symbol, node);
}

/** An import that leads nowhere: TypeScript says why at the import. */
function refuseUnresolved(cx: Context, node: ts.Identifier): never {
  const declaration = cx.checker.getSymbolAtLocation(node)?.declarations?.[0];
  const statement = declaration && ts.findAncestor(declaration, ts.isImportDeclaration);
  if (statement) checkReached(cx.session, statement);
  return refuse(node, "unknown-callee", quote(node));
}

/** What a symbol of a module (a function, a constant, a static member, a namespace's export) denotes at `node`. */
export function lowerSymbol(cx: Context, symbol: ts.Symbol, node: ts.Expression): Operand {
  const declaration = symbol.valueDeclaration;
  if (declaration && isLocal(declaration)) return lowerCaptured(cx, declaration, node);
  if (isScriptName(cx, symbol)) return requireLive(cx, node) as Operand;
  const ruled = isLive(cx) ? undefined : ruledInUse(cx, symbol, node);
  if (ruled) return ruled;
  const known = functionOf(cx, symbol);
  if (known) return checkLive(cx, known, node);
  if (declaration && ts.isEnumMember(declaration)) return enumMember(cx, declaration, node);
  if (declaration && ts.isExportAssignment(declaration)) return lowerExpression(cx, declaration.expression);
  if (
    declaration &&
    (ts.isVariableDeclaration(declaration) ||
      ts.isPropertyDeclaration(declaration) ||
      ts.isPropertyAssignment(declaration))
  ) {
    return lowerConstant(cx, symbol, declaration, node);
  }
  if (declaration && ts.isBindingElement(declaration)) return lowerTakenConstant(cx, declaration, node);
  if (symbol.flags & ts.SymbolFlags.Class) return refuse(node, "class-instance", quote(node));
  const seen = lowerLive(cx, node);
  if (seen) return seen;
  if (symbol.flags & (ts.SymbolFlags.Function | ts.SymbolFlags.Method))
    return refuse(node, "library-function", quote(node));
  return refuse(node, "expression", quote(node));
}

/** True for what is declared inside a function or a block, so that no module has it. */
export function isLocal(declaration: ts.Declaration): boolean {
  if (ts.isEnumMember(declaration)) return false;
  const scope = scopeOf(declaration);
  return !ts.isSourceFile(scope) && !ts.isModuleBlock(scope);
}

/** The function, block, loop or module that a declaration belongs to; members belong where their holder does. */
export function scopeOf(declaration: ts.Declaration): ts.Node {
  if (ts.isParameter(declaration)) return declaration.parent;
  const isHoisted =
    ts.isVariableDeclaration(declaration) && !(ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.BlockScoped);
  const bounds = (n: ts.Node): boolean =>
    ts.isSourceFile(n) ||
    ts.isModuleBlock(n) ||
    ts.isFunctionLike(n) ||
    (!isHoisted &&
      (ts.isBlock(n) ||
        ts.isForStatement(n) ||
        ts.isForOfStatement(n) ||
        ts.isForInStatement(n) ||
        ts.isCaseBlock(n) ||
        ts.isCatchClause(n)));
  return ts.findAncestor(declaration.parent, bounds) ?? declaration.getSourceFile();
}

/** A local variable that has no value here: it is declared later, or outside of the function that was asked for. */
function lowerCaptured(cx: Context, declaration: ts.Declaration, node: ts.Expression): Operand {
  for (let frame: Frame | undefined = cx.frame; frame; frame = frame.parent) {
    const { node: fn } = frame;
    if (!fn || !ts.findAncestor(declaration, (n) => n === fn)) continue;
    const isMember = ts.isClassElement(declaration) && isStatic(declaration);
    return isMember
      ? refuse(node, "not-taken", `${quote(node)}, a static member of a class inside of a function`)
      : refuse(node, "used-before-assigned", quote(node));
  }
  return requireLive(cx, node) ?? refuse(node, "captured-variable", quote(node));
}

/** The function that a symbol names, if it has a body. */
export function functionOf(cx: Context, symbol: ts.Symbol): KnownFunction | undefined {
  for (const declaration of symbol.declarations ?? []) {
    if (isLocal(declaration)) continue;
    const node = declaredFunction(cx, declaration);
    if (node) return { kind: "user", node, frame: undefined };
  }
  return undefined;
}

function declaredFunction(cx: Context, declaration: ts.Declaration): FunctionNode | undefined {
  if (isChangedMember(cx, declaration)) return undefined;
  if (ts.isFunctionDeclaration(declaration) || ts.isMethodDeclaration(declaration)) {
    return declaration.body && isStaticMember(declaration) ? declaration : undefined;
  }
  if (ts.isVariableDeclaration(declaration)) {
    const constant = (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0;
    return constant && declaration.initializer ? asFunctionNode(declaration.initializer) : undefined;
  }
  if (ts.isPropertyAssignment(declaration)) return asFunctionNode(declaration.initializer);
  if (ts.isShorthandPropertyAssignment(declaration)) {
    const symbol = cx.checker.getShorthandAssignmentValueSymbol(declaration);
    const known = symbol && functionOf(cx, symbol);
    return known?.kind === "user" ? known.node : undefined;
  }
  if (ts.isExportAssignment(declaration)) return asFunctionNode(declaration.expression);
  return undefined;
}

/** A member of an object literal or a class that something assigns. */
function isChangedMember(cx: Context, declaration: ts.Declaration): boolean {
  // A file that is data has no parent.
  const owner = declaration.parent as ts.Node | undefined;
  if (!owner || !(ts.isObjectLiteralExpression(owner) || ts.isClassLike(owner))) return false;
  return isMemberAssigned(cx.session.internals, declaration);
}

function isStaticMember(declaration: ts.FunctionDeclaration | ts.MethodDeclaration): boolean {
  if (ts.isFunctionDeclaration(declaration) || ts.isObjectLiteralExpression(declaration.parent)) return true;
  return declaration.modifiers?.some((m) => m.kind === ts.SyntaxKind.StaticKeyword) ?? false;
}

function enumMember(cx: Context, declaration: ts.EnumMember, node: ts.Node): Value {
  const value = cx.checker.getConstantValue(declaration);
  return value === undefined ? refuse(node, "private-constant", quote(node)) : cx.constant(value);
}

// ----------------------------------------------------------------------------------------------------------- Constants

type ConstantDeclaration = ts.VariableDeclaration | ts.PropertyDeclaration | ts.PropertyAssignment;

function lowerConstant(cx: Context, symbol: ts.Symbol, declaration: ConstantDeclaration, node: ts.Expression): Operand {
  if (isAssigned(cx, symbol, declaration) || isChangingMember(cx, symbol, declaration))
    return refuse(node, "module-state", quote(node));
  const { initializer } = declaration;
  if (!initializer) return requireLive(cx, node) ?? refuse(node, "private-constant", quote(node));
  checkReached(cx.session, declaration);
  if (isLive(cx) && !isLiteralConstant(declaration, node)) return requireLive(cx, node) as Operand;
  if (isScalarFormula(cx, initializer) && !isOpenToChange(cx, declaration))
    return named(cx, lowerExpression(cx, initializer), symbol.name);
  if (cx.checker.getTypeAtLocation(initializer).getCallSignatures().length > 0) {
    const made = lowerExpression(cx, initializer);
    return isFunction(made) && keepsState(cx, made) ? refuse(node, "module-state", quote(node)) : made;
  }
  if (isWritten(cx, symbol, declaration)) return refuse(node, "module-state", quote(node));
  const table = functionTable(cx, symbol, declaration, node);
  if (table) return table;
  const exported = exportedName(cx, symbol, declaration) ?? exportedMember(cx, declaration);
  if (exported === undefined) {
    const value = literalValue(cx, initializer);
    const type = value && literalType(cx, value.value, cx.checker.getTypeOfSymbolAtLocation(symbol, declaration), node);
    if (!value || !type) return refuse(node, "private-constant", quote(node));
    refuseKeysByIdentity(cx.session, type, "in a constant", node);
    cx.session.copied.push({ symbol, node });
    if (!crosses(type)) return readGlobal(cx, symbol, type, { kind: "literal", value: value.value });
    // Methods of maps change them, by names that other objects have for something else.
    if (!isOnlyRead(cx.session.internals, symbol))
      return refuse(
        node,
        "map-outside",
        `${quote(node)}, a map, set or indexed object of a module that is not only read`,
      );
    return readGlobal(cx, symbol, type, { kind: "literal", value: tableInside(value.value, type) });
  }
  // Whoever has the object may change it, in files that are not looked at: what it holds is read when it is asked for.
  const declared = toType(cx, cx.checker.getTypeOfSymbolAtLocation(symbol, node), node);
  return readGlobal(cx, symbol, declared, { kind: "import", file: declaration.getSourceFile().fileName, exported });
}

/**
 * True if a function that another one made once, when its module loaded, may remember something from call to call: it is
 * made anew here, and would forget it. What it captures must be numbers that nobody assigns, or flat structures of them
 * that are only read.
 */
function keepsState(cx: Context, made: KnownFunction): boolean {
  const { values, assigned } = capturesOf(cx, [made]);
  if (assigned.length > 0) return true;
  const captured = values.filter((v) => {
    const value = cx.read(v);
    return isValue(value) && isReference(value.type);
  });
  return captured.some((v) => {
    const code = codeOf(made);
    const symbol = code.kind === "user" ? code.frame?.symbolOf(v) : undefined;
    const { type } = cx.read(v) as Value;
    return !symbol || !isFlat(type) || !isOnlyRead(cx.session.internals, symbol);
  });
}

function isFlat(type: Type): boolean {
  if (type.kind === "array") return !isReference(type.element);
  return type.kind === "record" && type.decl.fields.every((f) => !isReference(f.type));
}

/**
 * A constant of functions, in an array, an object or a map, that is only read, `const steps = [halve, (x) => x + 1]`: made where it is read, since nothing
 * can tell it from the one that the module has.
 */
function functionTable(
  cx: Context,
  symbol: ts.Symbol,
  declaration: ConstantDeclaration,
  node: ts.Expression,
): Operand | undefined {
  const { initializer } = declaration;
  const { closures, internals, tables } = cx.session;
  const type = tryType(cx, cx.checker.getTypeOfSymbolAtLocation(symbol, node), node);
  if (!initializer || !type || !holdsFunction(closures, type)) return undefined;
  const table = tables.of(type);
  const parts = table
    ? [table.key, table.value ?? table.key]
    : type.kind === "array"
      ? [type.element]
      : type.kind === "record"
        ? type.decl.fields.map((f) => f.type)
        : [];
  const isFlat = parts.every((t) => !isReference(t) || closures.of(t.kind === "optional" ? t.of : t));
  const exported = exportedName(cx, symbol, declaration);
  const isPrivate = exported === undefined || isHiddenName(exported);
  const isFixed = isPrivate && (isOnlyRead(internals, symbol) || isNeverTold(internals, symbol));
  const made = bare(initializer);
  const contents = table && ts.isNewExpression(made) ? (made.arguments ?? []) : [made];
  if (!isFlat || !isFixed || contents.some(makesSomething) || !isThisOnlyRead(cx.session.internals, initializer))
    return undefined;
  const { frame } = cx;
  cx.frame = new Frame(undefined, undefined, new Variable("result", undefined), cx.session.exitCode());
  try {
    return lowerExpression(cx, initializer);
  } finally {
    cx.frame = frame;
  }
}

/** True if code runs for its making that could hand it something to remember. */
function makesSomething(node: ts.Node): boolean {
  if (ts.isFunctionLike(node)) return false;
  return ts.isCallExpression(node) || ts.isNewExpression(node) || ts.forEachChild(node, makesSomething) === true;
}

/**
 * A constant of the module that uses it, with a literal for a value. Of anything else only what it has become is certain:
 * fields may be assigned anywhere, modules replaced, and what a formula uses may not be there to be seen.
 */
function isLiteralConstant(declaration: ConstantDeclaration, node: ts.Node): boolean {
  const { initializer } = declaration;
  if (!initializer || declaration.getSourceFile() !== node.getSourceFile()) return false;
  const inner = bare(initializer);
  const literal = ts.isPrefixUnaryExpression(inner) ? inner.operand : inner;
  return (
    ts.isVariableDeclaration(declaration) &&
    (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0 &&
    (ts.isLiteralExpression(literal) ||
      literal.kind === ts.SyntaxKind.TrueKeyword ||
      literal.kind === ts.SyntaxKind.FalseKeyword)
  );
}

/** A static member, or a constant of a namespace, that may come to be or to hold something else. */
function isChangingMember(cx: Context, symbol: ts.Symbol, declaration: ConstantDeclaration): boolean {
  const { internals } = cx.session;
  const owner = holderOf(cx, declaration);
  const isRead = isScalarInitializer(cx, declaration) || exportedMember(cx, declaration) !== undefined;
  if (ts.isPropertyDeclaration(declaration)) {
    if (!owner || !isFixedMember(internals, owner, declaration)) return true;
    return !isRead && (!isOnlyRead(internals, symbol) || isReachedOtherwise(internals, owner, symbol.name));
  }
  // A variable that the namespace does not export is no member of its object.
  if (!owner || !(ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Export)) return false;
  return isMemberAssigned(internals, declaration) || isInOpenNamespace(internals, owner, symbol.name);
}

/** A member that code outside may assign, in files that are not looked at: what it holds is read when it is asked for. */
function isOpenToChange(cx: Context, declaration: ConstantDeclaration): boolean {
  const isFixed = ts.isPropertyDeclaration(declaration)
    ? ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Readonly
    : ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const;
  return !isFixed && !isLive(cx) && exportedMember(cx, declaration) !== undefined;
}

function isScalarInitializer(cx: Context, { initializer }: ConstantDeclaration): boolean {
  return initializer !== undefined && isScalarFormula(cx, initializer);
}

/** `const { sin } = Math` of a module. */
function lowerTakenConstant(cx: Context, declaration: ts.BindingElement, node: ts.Expression): Operand {
  const statement = declaration.parent.parent;
  const from = ts.isVariableDeclaration(statement) && statement.initializer ? bare(statement.initializer) : undefined;
  const key = declaration.propertyName ?? declaration.name;
  if (from && ts.isIdentifier(from) && ts.isIdentifier(key) && isPredefined(cx, resolveSymbol(cx, from))) {
    const member = predefinedMember(cx, from.text, key.text);
    if (member) return member;
  }
  return requireLive(cx, node) ?? refuse(node, "private-constant", quote(node));
}

function named(cx: Context, operand: Operand, name: string): Operand {
  // A bare constant gets the user's name for it.
  if ("id" in operand && cx.isKnown(operand) && operand.hint === undefined) {
    const value = cx.known(operand);
    if (typeof value === "number") return cx.constant(value, name);
  }
  return operand;
}

const formulaOperators: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.PlusToken,
  ts.SyntaxKind.MinusToken,
  ts.SyntaxKind.AsteriskToken,
  ts.SyntaxKind.SlashToken,
  ts.SyntaxKind.PercentToken,
  ts.SyntaxKind.AsteriskAsteriskToken,
]);

/** True for scalars made of literals, other constants, arithmetic and Math: the same wherever they are computed. */
function isScalarFormula(cx: Context, node: ts.Expression): boolean {
  const inner = bare(node);
  if (ts.isNumericLiteral(inner) || ts.isStringLiteralLike(inner)) return true;
  if (inner.kind === ts.SyntaxKind.TrueKeyword || inner.kind === ts.SyntaxKind.FalseKeyword) return true;
  if (ts.isPrefixUnaryExpression(inner)) {
    const sign = inner.operator === ts.SyntaxKind.MinusToken || inner.operator === ts.SyntaxKind.PlusToken;
    return sign && isScalarFormula(cx, inner.operand);
  }
  if (ts.isBinaryExpression(inner)) {
    return (
      formulaOperators.has(inner.operatorToken.kind) &&
      isScalarFormula(cx, inner.left) &&
      isScalarFormula(cx, inner.right)
    );
  }
  if (ts.isPropertyAccessExpression(inner) && ts.isIdentifier(inner.expression)) {
    const symbol = resolveSymbol(cx, inner);
    if (symbol?.valueDeclaration && ts.isEnumMember(symbol.valueDeclaration)) return true;
    return (
      predefinedNumber(inner.expression.text, inner.name.text) !== undefined &&
      isPredefined(cx, resolveSymbol(cx, inner.expression))
    );
  }
  if (ts.isCallExpression(inner)) {
    const callee = inner.expression;
    return (
      ts.isPropertyAccessExpression(callee) &&
      ts.isIdentifier(callee.expression) &&
      callee.expression.text === "Math" &&
      callee.name.text !== "random" &&
      isPredefined(cx, resolveSymbol(cx, callee.expression)) &&
      inner.arguments.every((a) => isScalarFormula(cx, a))
    );
  }
  if (ts.isIdentifier(inner)) {
    const symbol = resolveSymbol(cx, inner);
    if (numbers[inner.text] !== undefined && isPredefined(cx, symbol)) return true;
    const declaration = symbol?.valueDeclaration;
    return (
      symbol !== undefined &&
      declaration !== undefined &&
      ts.isVariableDeclaration(declaration) &&
      declaration.initializer !== undefined &&
      !isAssigned(cx, symbol, declaration) &&
      isScalarFormula(cx, declaration.initializer)
    );
  }
  return false;
}

const inside = new WeakMap<object, unknown>();

/** A literal in which there are maps, as generated code has it: the same one for each time that it is read. */
function tableInside(value: unknown, type: Type): unknown {
  const known = inside.get(value as object);
  if (known !== undefined) return known;
  const made = insideOf(value, shapeOf(type));
  inside.set(value as object, made);
  return made;
}

function readGlobal(cx: Context, symbol: ts.Symbol, type: Type, source: Global["source"]): Value {
  const name = declareGlobal(cx, symbol.name, type, source);
  const read = cx.b.global(name, (cx.session.globals.get(name) as Global).type, symbol.name);
  if (crosses(read.type)) cx.session.tablesOfModules.add(read);
  return read;
}

/** The name of the global that is this, among those of the program; a new one is called `wanted` if it can be. */
export function declareGlobal(cx: Context, wanted: string, type: Type, source: Global["source"]): string {
  const { globals } = cx.session;
  const same = (g: Global): boolean =>
    g.source.kind === source.kind &&
    sameType(g.type, type) &&
    (source.kind === "literal"
      ? g.source.kind === "literal" && g.source.value === source.value
      : g.source.kind === "import" && g.source.file === source.file && g.source.exported === source.exported);
  let name = wanted === "default" ? "constant" : wanted;
  for (let i = 2; globals.has(name) && !same(globals.get(name) as Global); i++) name = `${wanted}${i}`;
  if (!globals.has(name)) globals.set(name, { name, type, source });
  return name;
}
