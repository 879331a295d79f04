/** Names that are not local variables: functions and constants of modules, enum members, what the language predefines. */
import ts from "typescript";
import type { Value } from "../../ir/types.ts";
import {
  type Context,
  type Frame,
  type FunctionNode,
  type KnownFunction,
  type Operand,
  quote,
  refuse,
} from "../context.ts";
import { asFunctionNode } from "../functions/closures.ts";
import { checkReached } from "../functions/specialize.ts";
import { libraryFunction } from "../library/predefined.ts";
import { isStatic } from "../objects/classes.ts";
import { ruledInUse } from "../rules/rule-tables.ts";
import { symbolOf } from "../syntax/symbols.ts";
import { checkLive, isLive, isScriptName, lowerLive, requireLive } from "./live.ts";
import { lowerConstant, lowerData, lowerTakenConstant } from "./module-constants.ts";
import { isCast, isMemberAssigned, isReassigned } from "./module-state.ts";

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

export const numbers: Readonly<Record<string, number>> = { NaN: Number.NaN, Infinity: Number.POSITIVE_INFINITY };

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
  if (declaration && ts.isSourceFile(declaration) && declaration.flags & ts.NodeFlags.JsonFile)
    return lowerData(cx, symbol, declaration, node);
  if (declaration && isLocal(declaration)) return lowerCaptured(cx, declaration, node);
  if (isScriptName(cx, symbol)) return requireLive(cx, node) as Operand;
  const ruled = isLive(cx) ? undefined : ruledInUse(cx, symbol, node);
  if (ruled) return ruled;
  const known = functionOf(cx, symbol);
  if (known) return checkLive(cx, known, node);
  if (declaration && ts.isEnumMember(declaration)) return enumMember(cx, declaration, node);
  if (
    declaration &&
    (ts.isExportAssignment(declaration) ||
      ts.isVariableDeclaration(declaration) ||
      ts.isPropertyDeclaration(declaration) ||
      ts.isPropertyAssignment(declaration))
  ) {
    return lowerConstant(cx, symbol, declaration, node);
  }
  if (declaration && ts.isBindingElement(declaration)) return lowerTakenConstant(cx, symbol, declaration, node);
  if (symbol.flags & ts.SymbolFlags.Class) return refuse(node, "class-instance", quote(node));
  const seen = lowerLive(cx, node);
  if (seen) return seen;
  if (isReassigned(cx, symbol)) return refuse(node, "module-state", quote(node));
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
    const node = isReassigned(cx, symbol) ? undefined : declaredFunction(cx, declaration);
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
  const symbol = cx.checker.getSymbolAtLocation(declaration.parent.name);
  if (symbol && isCast(cx.session.internals, symbol)) return refuse(node, "module-state", quote(node));
  const value = cx.checker.getConstantValue(declaration);
  return value === undefined ? refuse(node, "private-constant", quote(node)) : cx.constant(value);
}
