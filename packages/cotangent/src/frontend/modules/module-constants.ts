/**
 * Constants of modules, where a function reads them. A constant number is its initialiser, lowered where it is read; a
 * constant array or object of literals becomes a literal global; any other exported constant a global that generated code
 * imports. State that changes is refused.
 */
import ts from "typescript";
import { crosses } from "../../ir/border.ts";
import { shapeOf } from "../../ir/shape.ts";
import { holds, isReference, sameType } from "../../ir/type.ts";
import type { Global, Type, Value } from "../../ir/types.ts";
import { insideOf } from "../../runtime/border.ts";
import {
  type Context,
  codeOf,
  Frame,
  isFunction,
  isValue,
  type KnownFunction,
  type Operand,
  quote,
  refuse,
  Variable,
} from "../context.ts";
import { leafDeclarer } from "../control/statement.ts";
import { capturesOf } from "../functions/closures.ts";
import { checkReached } from "../functions/specialize.ts";
import { predefinedMember, predefinedNumber } from "../library/predefined.ts";
import { refuseKeysByIdentity } from "../objects/maps.ts";
import { holdsInstance } from "../objects/outside.ts";
import { isHiddenName } from "../program/hidden-exports.ts";
import { bare } from "../syntax/scan.ts";
import { holdsFunction } from "../types/signatures.ts";
import { crossingType, tryType } from "../types/types.ts";
import { lowerExpression } from "../values/expression.ts";
import { bindPattern } from "../values/pattern.ts";
import { literalType, literalValue } from "./constants.ts";
import { isPredefined, numbers, resolveSymbol } from "./globals.ts";
import { isNeverTold } from "./kept.ts";
import { isLive, requireLive } from "./live.ts";
import { isMaking, makeFunction, makerOf, noteRead, type Recipe } from "./made-constants.ts";
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
  writtenIn,
} from "./module-state.ts";

type ConstantDeclaration =
  | ts.VariableDeclaration
  | ts.PropertyDeclaration
  | ts.PropertyAssignment
  // `export default makeTable();`
  | ts.ExportAssignment;

function initializerOf(declaration: ConstantDeclaration): ts.Expression | undefined {
  return ts.isExportAssignment(declaration) ? declaration.expression : declaration.initializer;
}

export function lowerConstant(
  cx: Context,
  symbol: ts.Symbol,
  declaration: ConstantDeclaration,
  node: ts.Expression,
): Operand {
  if (isAssigned(cx, symbol, declaration) || isChangingMember(cx, symbol, declaration))
    return refuse(node, "module-state", quote(node));
  const initializer = initializerOf(declaration);
  if (!initializer) return requireLive(cx, node) ?? refuse(node, "private-constant", quote(node));
  checkReached(cx.session, declaration);
  noteRead(cx, declaration, node);
  if (isLive(cx) && !isLiteralConstant(declaration, node)) return requireLive(cx, node) as Operand;
  if (isScalarFormula(cx, initializer) && !isOpenToChange(cx, declaration))
    return named(cx, lowerExpression(cx, initializer), symbol.name);
  if (cx.checker.getTypeAtLocation(initializer).getCallSignatures().length > 0) {
    const made = makeFunction(cx, initializer, node);
    return isFunction(made) && keepsState(cx, made) ? refuse(node, "made-function", quote(node)) : made;
  }
  return (
    functionTable(cx, symbol, declaration, node) ??
    heldConstant(cx, symbol, declaration, node, {
      node: initializer,
      literal: () => literalValue(cx, initializer),
      lower: (inner) => lowerExpression(inner, initializer),
    })
  );
}

/** What a constant is made of, where generated code makes it. */
interface Making extends Recipe {
  /** Its value, if it is a literal. */
  readonly literal: () => { readonly value: unknown } | undefined;
}

/** A constant that is no number, read from its module or copied. */
function heldConstant(
  cx: Context,
  symbol: ts.Symbol,
  declaration: ConstantDeclaration | ts.BindingElement,
  node: ts.Expression,
  making: Making,
): Value {
  const exported = exportedName(cx, symbol, declaration) ?? exportedMember(cx, declaration);
  const isCopied = exported === undefined || (isHiddenName(exported) && isBetterCopied(cx, symbol, node, making));
  const written = writtenIn(cx, symbol, declaration);
  if (written === "functions") return refuse(node, "module-state", quote(node));
  if (isCopied && written) return refuse(node, "private-constant", quote(node));
  if (isCopied) return copyConstant(cx, symbol, node, making);
  // Whoever has the object may change it, in files that are not looked at: what it holds is read when it is asked for.
  const declared = crossingType(cx, cx.checker.getTypeOfSymbolAtLocation(symbol, node), node);
  refuseKeysByIdentity(cx.session, declared, "in a constant", node);
  // What it is made into has no prototype.
  if (crosses(declared) && holdsInstance(cx.session, declared))
    return refuse(node, "map-outside", `${quote(node)}, with a map, set or indexed object in an instance`);
  return readGlobal(cx, symbol.name, declared, {
    kind: "import",
    file: declaration.getSourceFile().fileName,
    exported,
  });
}

/** Of what generated code could import: what others are made of must be there before, and maps have another form inside. */
function isBetterCopied(cx: Context, symbol: ts.Symbol, node: ts.Expression, { literal }: Making): boolean {
  const { session } = cx;
  if (isMaking(session)) return true;
  const type = tryType(cx, cx.checker.getTypeOfSymbolAtLocation(symbol, node), node);
  return type !== undefined && crosses(type) && isOnlyRead(session.internals, symbol) && literal() !== undefined;
}

/** A file of data, imported as a whole: whoever imports it has the same object, so that it is read when it is asked for. */
export function lowerData(cx: Context, symbol: ts.Symbol, file: ts.SourceFile, node: ts.Expression): Operand {
  if (isLive(cx)) return requireLive(cx, node) as Operand;
  const type = crossingType(cx, cx.checker.getTypeOfSymbolAtLocation(symbol, node), node);
  const name = ts.isIdentifier(node) ? node.text : "data";
  return readGlobal(cx, name, type, { kind: "import", file: file.fileName, exported: "default" });
}

/** What nobody else has generated code holds itself: the data of a literal, or what a function makes as the module does. */
function copyConstant(cx: Context, symbol: ts.Symbol, node: ts.Expression, making: Making): Value {
  const { session } = cx;
  const declared = cx.checker.getTypeOfSymbolAtLocation(symbol, making.node);
  const literal = making.literal();
  const type = literal ? literalType(cx, literal.value, declared, node) : tryType(cx, declared, node);
  // Functions are told from one another, and may remember something.
  if (!type || (!literal && holdsFunction(session.closures, type)))
    return refuse(node, "private-constant", quote(node));
  refuseKeysByIdentity(session, type, "in a constant", node);
  // Methods of maps change them, by names that other objects have for something else.
  if (crosses(type) && !isOnlyRead(session.internals, symbol))
    return refuse(
      node,
      "map-outside",
      `${quote(node)}, a map, set or indexed object of a module that is not only read`,
    );
  session.copied.push({ symbol, node });
  if (!literal) return readGlobal(cx, symbol.name, type, { kind: "made", by: makerOf(cx, symbol, type, node, making) });
  const value = crosses(type) ? tableInside(literal.value, type) : literal.value;
  return readGlobal(cx, symbol.name, type, { kind: "literal", value });
}

/**
 * True if a function that another one made once, when its module loaded, may remember something from call to call: it is
 * made anew here, and would forget it. What it captures must be numbers that nobody assigns, or structures that are only
 * read, of numbers and of functions that remember nothing.
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
    if (!symbol || holds(type, (t) => mayRemember(cx, t))) return true;
    const { internals } = cx.session;
    return !(isFlat(type) && isOnlyRead(internals, symbol)) && !isNeverTold(internals, symbol);
  });
}

/** True for the type of functions of which one captures more than numbers and their like. */
function mayRemember({ session: { closures } }: Context, type: Type): boolean {
  const signature = closures.of(type);
  const alike = [...closures.lambdas.values()].filter((lambda) => lambda.signature === signature);
  return signature !== undefined && alike.some(({ captured }) => captured.some((c) => isReference(c.type)));
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
  const initializer = initializerOf(declaration);
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
  const initializer = initializerOf(declaration);
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
    // What is done with a copied one is looked at by what copies it.
    return !isRead && isReachedOtherwise(internals, owner, symbol.name);
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

function isScalarInitializer(cx: Context, declaration: ConstantDeclaration): boolean {
  const initializer = initializerOf(declaration);
  return initializer !== undefined && isScalarFormula(cx, initializer);
}

/** `const { sin } = Math`, `const [low, high] = limits` of a module. */
export function lowerTakenConstant(
  cx: Context,
  symbol: ts.Symbol,
  declaration: ts.BindingElement,
  node: ts.Expression,
): Operand {
  const whole = ts.findAncestor(declaration, ts.isVariableDeclaration);
  const from = whole?.initializer && bare(whole.initializer);
  const key = declaration.propertyName ?? declaration.name;
  if (from && ts.isIdentifier(from) && ts.isIdentifier(key) && isPredefined(cx, resolveSymbol(cx, from))) {
    const member = predefinedMember(cx, from.text, key.text);
    if (member) return member;
  }
  if (isLive(cx)) return requireLive(cx, node) as Operand;
  const isFunction = cx.checker.getTypeAtLocation(declaration.name).getCallSignatures().length > 0;
  if (!whole || !from || isFunction) return refuse(node, "private-constant", quote(node));
  checkReached(cx.session, whole);
  noteRead(cx, declaration, node);
  if (isAssigned(cx, symbol, declaration)) return refuse(node, "module-state", quote(node));
  return heldConstant(cx, symbol, declaration, node, {
    node: whole,
    literal: () => undefined,
    // All that the pattern takes, since defaults may read what was taken before.
    lower: (inner) => {
      bindPattern(inner, whole.name, lowerExpression(inner, from), leafDeclarer(inner));
      return inner.read(inner.frame.variables.get(symbol) as Variable) ?? refuse(node, "private-constant", quote(node));
    },
  });
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
  if (typeof value !== "object" || value === null) return insideOf(value, shapeOf(type));
  const known = inside.get(value);
  if (known !== undefined) return known;
  const made = insideOf(value, shapeOf(type));
  inside.set(value, made);
  return made;
}

function readGlobal(cx: Context, wanted: string, type: Type, source: Global["source"]): Value {
  const name = declareGlobal(cx, wanted, type, source);
  const read = cx.b.global(name, (cx.session.globals.get(name) as Global).type, wanted);
  if (crosses(read.type)) cx.session.tablesOfModules.add(read);
  return read;
}

/** The name of the global that is this, among those of the program; a new one is called `wanted` if it can be. */
export function declareGlobal(cx: Context, wanted: string, type: Type, source: Global["source"]): string {
  const { globals } = cx.session;
  const same = (g: Global): boolean => sameType(g.type, type) && isSame(g.source, source);
  let name = wanted === "default" ? "constant" : wanted;
  for (let i = 2; globals.has(name) && !same(globals.get(name) as Global); i++) name = `${wanted}${i}`;
  if (!globals.has(name)) globals.set(name, { name, type, source });
  return name;
}

function isSame(a: Global["source"], b: Global["source"]): boolean {
  if (a.kind === "literal") return b.kind === "literal" && a.value === b.value;
  if (a.kind === "made") return b.kind === "made" && a.by === b.by;
  return b.kind === "import" && a.file === b.file && a.exported === b.exported;
}
