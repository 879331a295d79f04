/**
 * State of modules: whether a variable, the contents of a constant, or a function in an object changes somewhere in the
 * program. What changes is refused, since a derivative is of a function whose value depends on its arguments alone.
 */
import ts from "typescript";
import type { Context } from "../context.ts";
import { isStatic } from "../objects/classes.ts";
import { isHiddenName } from "../program/hidden-exports.ts";
import type { Internals } from "../program/source.ts";
import { bare, equalities } from "../syntax/scan.ts";
import { resolveSymbol } from "./globals.ts";

/** The name under which a module exports a variable; undefined if it does not. */
export function exportedName(cx: Context, symbol: ts.Symbol, declaration: ts.Declaration): string | undefined {
  const module = cx.checker.getSymbolAtLocation(declaration.getSourceFile());
  if (!module) return undefined;
  const found = cx.checker.getExportsOfModule(module).find((e) => {
    return (e.flags & ts.SymbolFlags.Alias ? cx.checker.getAliasedSymbol(e) : e) === symbol;
  });
  return found?.name;
}

/** The name by which code outside finds a static member, or a constant of a namespace, `Vec.ZERO`; undefined if it can't. */
export function exportedMember(cx: Context, declaration: ts.Declaration): string | undefined {
  const owner = holderOf(cx, declaration);
  const name = ts.getNameOfDeclaration(declaration);
  if (!owner || !name || !ts.isIdentifier(name)) return undefined;
  const { Private, Protected, Export } = ts.ModifierFlags;
  const flags = ts.getCombinedModifierFlags(declaration);
  const isSeen = ts.isPropertyDeclaration(declaration) ? (flags & (Private | Protected)) === 0 : (flags & Export) !== 0;
  const { valueDeclaration } = owner;
  if (!isSeen || !valueDeclaration) return undefined;
  const holder = exportedName(cx, owner, declaration) ?? exportedMember(cx, valueDeclaration);
  return holder === undefined ? undefined : `${holder}.${name.text}`;
}

/** The class whose static member, or the namespace whose variable or namespace, this declares; undefined for anything else. */
export function holderOf({ checker }: Pick<Internals, "checker">, declaration: ts.Declaration): ts.Symbol | undefined {
  if (ts.isPropertyDeclaration(declaration))
    return declaration.parent.name && checker.getSymbolAtLocation(declaration.parent.name);
  const statement = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
  const isPart = ts.isVariableStatement(statement) || ts.isModuleDeclaration(statement);
  const block = isPart ? statement.parent : undefined;
  return block && ts.isModuleBlock(block) ? checker.getSymbolAtLocation(block.parent.name) : undefined;
}

/**
 * True if code gets at a member of a class or a namespace, or at all of them, other than by the member's name behind the
 * holder's: it could change there what is not looked for under that name.
 */
export function isReachedOtherwise(opened: Internals, holder: ts.Symbol, member: string): boolean {
  const { program, checker } = opened;
  const files = program.getSourceFiles().filter((f) => !f.isDeclarationFile);
  const isClass = holder.declarations?.some(ts.isClassLike) ?? false;
  if (
    isClass &&
    (holder.declarations?.some(isThisHandedOn) || holder.declarations?.some((d) => saysConstructor(d.getSourceFile())))
  )
    return true;
  return files.some((file) =>
    mentions(file, holder.name).some((mention) => {
      if (!ts.isIdentifier(mention) || resolveSymbol({ checker }, mention) !== holder) return false;
      const at = accessOf(mention);
      const { parent } = at;
      if (ts.isExpressionWithTypeArguments(parent)) return isReachedAsAnother(opened, parent, member);
      if (holder.declarations?.includes(parent as ts.Declaration) || ts.findAncestor(at, ts.isTypeNode)) return false;
      if (ts.isPropertyAccessExpression(parent)) return parent.expression !== at;
      if (ts.isElementAccessExpression(parent)) return !ts.isStringLiteralLike(bare(parent.argumentExpression));
      if (ts.isVariableDeclaration(parent) && ts.isObjectBindingPattern(parent.name))
        return parent.name.elements.some((e) => e.dotDotDotToken || (e.propertyName ?? e.name).getText() === member);
      if (ts.isBinaryExpression(parent)) return parent.operatorToken.kind !== ts.SyntaxKind.InstanceOfKeyword;
      if (ts.isNewExpression(parent)) return parent.expression !== at;
      if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent))
        return !(parent.propertyName === undefined || isHiddenName(parent.name.text));
      return true;
    }),
  );
}

/** True if a class that extends another one, of which it has the static members, is reached other than by their names. */
function isReachedAsAnother(opened: Internals, extended: ts.ExpressionWithTypeArguments, member: string): boolean {
  const clause = extended.parent;
  if (!ts.isHeritageClause(clause) || !ts.isClassLike(clause.parent)) return false;
  if (clause.token === ts.SyntaxKind.ImplementsKeyword) return false;
  const { parent } = clause;
  const symbol = parent.name && opened.checker.getSymbolAtLocation(parent.name);
  return !symbol || isReachedOtherwise(opened, symbol, member);
}

/** True if code in a class does anything else with a class that is `this` than to name a member. */
function isThisHandedOn(declaration: ts.Declaration): boolean {
  const pending: ts.Node[] = [];
  declaration.forEachChild((n) => {
    if (ts.isClassStaticBlockDeclaration(n) || (ts.isClassElement(n) && isStatic(n))) pending.push(n);
  });
  for (let n = pending.pop(); n; n = pending.pop()) {
    if (isThis(n) && !(ts.isPropertyAccessExpression(n.parent) && n.parent.expression === n)) return true;
    n.forEachChild((child) => void pending.push(child));
  }
  return false;
}

/** `this`, also where `super` names a member of it. */
export function isThis({ kind }: ts.Node): boolean {
  return kind === ts.SyntaxKind.ThisKeyword || kind === ts.SyntaxKind.SuperKeyword;
}

/**
 * True if a cast makes an enum something that may be written: it is, or goes by another name then. Of what its members are
 * looked up by, `(E as Record<string, number>)[name]`, they are only read.
 */
export function isCast({ program, checker }: Internals, symbol: ts.Symbol): boolean {
  const files = program.getSourceFiles().filter((f) => !f.isDeclarationFile);
  return files.some((file) =>
    mentions(file, symbol.name).some((mention) => {
      if (!ts.isIdentifier(mention) || resolveSymbol({ checker }, mention) !== symbol) return false;
      let at: ts.Expression = accessOf(mention);
      let isOther = false;
      while (bare(at.parent as ts.Expression) === bare(at)) {
        at = at.parent as ts.Expression;
        isOther ||= ts.isAsExpression(at) || ts.isTypeAssertionExpression(at);
      }
      const { parent } = at;
      const isAccess = ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent);
      return isOther && !(isAccess && parent.expression === at && !isAssignmentTarget(parent));
    }),
  );
}

/** True if code of a file asks an object for its class. */
function saysConstructor(file: ts.SourceFile): boolean {
  return mentions(file, "constructor").some(({ parent }) => {
    return ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent) || ts.isBindingElement(parent);
  });
}

/** True if something gets hold of the object that a namespace, or one around it, is when the program runs. */
export function isInOpenNamespace(opened: Internals, namespace: ts.Symbol, member: string): boolean {
  if (isReachedOtherwise(opened, namespace, member)) return true;
  const around = namespace.valueDeclaration && holderOf(opened, namespace.valueDeclaration);
  return around !== undefined && isInOpenNamespace(opened, around, namespace.name);
}

/** Methods that change what they are called on. */
export const writers: ReadonlySet<string> = new Set([
  "push",
  "pop",
  "shift",
  "unshift",
  "splice",
  "sort",
  "reverse",
  "fill",
  "set",
  "copyWithin",
  "add",
  "delete",
  "clear",
]);
/** What reads what it is given, and hands on none of it but its parts. */
export const readers: ReadonlySet<string> = new Set([
  "Object.keys",
  "Object.values",
  "Object.entries",
  "Object.hasOwn",
  "Array.from",
  "Map",
  "Set",
]);
type Mention = ts.Identifier | ts.PrivateIdentifier | ts.StringLiteralLike;
const references = new WeakMap<ts.SourceFile, Map<string, Mention[]>>();

/** Every place of a file that names something, by the name: identifiers, `#those` too, and strings, which name members. */
function mentionIndex(file: ts.SourceFile): ReadonlyMap<string, readonly Mention[]> {
  const known = references.get(file);
  if (known) return known;
  const made = new Map<string, Mention[]>();
  const pending: ts.Node[] = [file];
  for (let n = pending.pop(); n; n = pending.pop()) {
    if (ts.isIdentifier(n) || ts.isPrivateIdentifier(n) || ts.isStringLiteralLike(n)) {
      const list = made.get(n.text);
      if (list) list.push(n);
      else made.set(n.text, [n]);
    }
    n.forEachChild((child) => void pending.push(child));
  }
  references.set(file, made);
  return made;
}

/** Every place of a file where a name stands. */
export function mentions(file: ts.SourceFile, name: string): readonly Mention[] {
  return mentionIndex(file).get(name) ?? [];
}

function uses(cx: Context, symbol: ts.Symbol, declaration: ts.Declaration): readonly ts.Identifier[] {
  const files = cx.session.internals.program.getSourceFiles().filter((f) => !f.isDeclarationFile);
  const own = declaration.getSourceFile();
  const among = exportedName(cx, symbol, declaration) === undefined ? [own] : files;
  return among.flatMap((file) =>
    mentions(file, symbol.name)
      .filter(ts.isIdentifier)
      .filter((id) => resolveSymbol(cx, id) === symbol),
  );
}

/** True if the name of a function comes to be another one's, as JavaScript lets it. */
export function isReassigned({ checker }: Pick<Internals, "checker">, symbol: ts.Symbol): boolean {
  const declarations = symbol.declarations?.filter(ts.isFunctionDeclaration) ?? [];
  const files = new Set(declarations.map((d) => d.getSourceFile()));
  return [...files].some((file) =>
    mentions(file, symbol.name).some(
      (id) => ts.isIdentifier(id) && isAssignmentTarget(id) && resolveSymbol({ checker }, id) === symbol,
    ),
  );
}

/** True if a `let` or `var` of a module is assigned after its declaration. */
export function isAssigned(cx: Context, symbol: ts.Symbol, declaration: ts.Declaration): boolean {
  if (!ts.isVariableDeclaration(declaration) && !ts.isBindingElement(declaration)) return false;
  if (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) return false;
  // `var` may be said again.
  if ((symbol.declarations?.filter(ts.isVariableDeclaration).length ?? 0) > 1) return true;
  return uses(cx, symbol, declaration).some((id) => isAssignmentTarget(id));
}

/** The member access that an identifier is the name of, or the identifier. */
export function accessOf(id: ts.Identifier | ts.PrivateIdentifier): ts.Expression {
  return ts.isPropertyAccessExpression(id.parent) && id.parent.name === id ? id.parent : (id as ts.Expression);
}

/**
 * True if everything that the program does with a variable, a class or a member is to read from it: nothing assigns its
 * members, and nothing else gets hold of it, which could.
 */
export function isOnlyRead({ program, checker }: Internals, symbol: ts.Symbol): boolean {
  const declarations = new Set(symbol.declarations);
  const files = program.getSourceFiles().filter((f) => !f.isDeclarationFile);
  return files.every((file) =>
    mentions(file, symbol.name).every((mention) => {
      if (!ts.isIdentifier(mention)) return true;
      const { parent } = mention;
      const meant = resolveSymbol({ checker }, mention);
      const isMeant =
        meant === symbol || (meant?.valueDeclaration !== undefined && declarations.has(meant.valueDeclaration));
      return !isMeant || declarations.has(parent as ts.Declaration) || isRead(checker, accessOf(mention));
    }),
  );
}

/** True if members of an object literal only read from `this`, and nothing else gets hold of it. */
export function isThisOnlyRead({ checker }: Internals, literal: ts.Node): boolean {
  const pending: ts.Node[] = [literal];
  for (let n = pending.pop(); n; n = pending.pop()) {
    if (n.kind === ts.SyntaxKind.ThisKeyword && !isRead(checker, n as ts.Expression)) return false;
    n.forEachChild((child) => void pending.push(child));
  }
  return true;
}

/** True where an object stands only for one of its members to be read, or for its type. */
function isRead(checker: ts.TypeChecker, at: ts.Expression): boolean {
  const { parent } = at;
  if (ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent))
    return parent.expression === at && !isAssignmentTarget(parent) && !isWriter(checker, parent);
  // Under another name it would be out of sight, unless that is one of ours.
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent))
    return parent.propertyName === undefined || isHiddenName(parent.name.text);
  if (ts.isVariableDeclaration(parent)) return parent.initializer === at && ts.isObjectBindingPattern(parent.name);
  if (ts.isBinaryExpression(parent)) {
    const { kind } = parent.operatorToken;
    return kind === ts.SyntaxKind.InKeyword || kind === ts.SyntaxKind.InstanceOfKeyword || equalities.has(kind);
  }
  if (ts.isForInStatement(parent)) return parent.expression === at;
  if (ts.isCallExpression(parent) || (ts.isNewExpression(parent) && parent.expression !== at))
    return readers.has(parent.expression.getText());
  return (
    ts.isImportClause(parent) ||
    ts.isSpreadAssignment(parent) ||
    ts.isSpreadElement(parent) ||
    (ts.isForOfStatement(parent) && parent.expression === at) ||
    (ts.isNewExpression(parent) && parent.expression === at) ||
    ts.isExpressionWithTypeArguments(parent) ||
    ts.findAncestor(at, ts.isTypeNode) !== undefined
  );
}

/** `xs.push`, and its like, being called; static methods and functions in object literals may have such names. */
function isWriter(checker: ts.TypeChecker, access: ts.PropertyAccessExpression | ts.ElementAccessExpression): boolean {
  const isCalled = ts.isCallExpression(access.parent) && access.parent.expression === access;
  if (!isCalled || !ts.isPropertyAccessExpression(access) || !writers.has(access.name.text)) return false;
  const called = checker.getSymbolAtLocation(access.name)?.valueDeclaration;
  return !called || !(isStatic(called) || ts.isObjectLiteralExpression(called.parent));
}

/**
 * True if `holder.member`, declared by `declaration`, is what the declaration says: the holder is a namespace, or it is
 * the class or the constant object that the declaration is written in, and nothing may have changed it.
 */
export function isFixedMember(opened: Internals, holder: ts.Symbol, declaration: ts.Declaration): boolean {
  if (holder.flags & (ts.SymbolFlags.ValueModule | ts.SymbolFlags.NamespaceModule)) return true;
  const owner = holder.valueDeclaration;
  if (!owner) return false;
  const isClass = ts.isClassLike(owner) && declaration.parent === owner;
  const isConstant = ts.isVariableDeclaration(owner) && (ts.getCombinedNodeFlags(owner) & ts.NodeFlags.Const) !== 0;
  const isObject =
    isConstant && owner.initializer !== undefined && (bare(owner.initializer) as ts.Node) === declaration.parent;
  return (isClass || isObject) && isOnlyRead(opened, holder) && !isMemberAssigned(opened, declaration);
}

/** True if what `node` stands for is assigned where it stands, by itself or in a pattern, or deleted. */
export function isAssignmentTarget(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isBinaryExpression(parent)) {
    const { kind } = parent.operatorToken;
    return parent.left === node && kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
  }
  if (ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent)) {
    return parent.operator === ts.SyntaxKind.PlusPlusToken || parent.operator === ts.SyntaxKind.MinusMinusToken;
  }
  if (ts.isForOfStatement(parent) || ts.isForInStatement(parent)) return parent.initializer === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node && isAssignmentTarget(parent.parent);
  if (ts.isShorthandPropertyAssignment(parent)) return parent.name === node && isAssignmentTarget(parent.parent);
  const isInside =
    ts.isArrayLiteralExpression(parent) ||
    ts.isSpreadElement(parent) ||
    ts.isSpreadAssignment(parent) ||
    ts.isParenthesizedExpression(parent) ||
    ts.isNonNullExpression(parent) ||
    ts.isAsExpression(parent) ||
    ts.isSatisfiesExpression(parent);
  if (isInside) return isAssignmentTarget(ts.isSpreadAssignment(parent) ? parent.parent : parent);
  return ts.isDeleteExpression(parent);
}

/** True if a member of an object literal, a function say, is assigned anywhere in the program. */
export function isMemberAssigned({ program, checker }: Internals, declaration: ts.Declaration): boolean {
  const name = ts.getNameOfDeclaration(declaration);
  if (!name || !(ts.isIdentifier(name) || ts.isStringLiteralLike(name))) return false;
  const files = program.getSourceFiles().filter((f) => !f.isDeclarationFile);
  return files.some((file) =>
    mentions(file, name.text).some((mention) => {
      const { parent } = mention;
      const isAccess = ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent);
      // The type of a variable has symbols of its own for what the literal declares.
      const isMember = checker.getSymbolAtLocation(mention)?.valueDeclaration === declaration;
      return isAccess && isMember && isAssignmentTarget(parent);
    }),
  );
}

/**
 * Where the contents of a module's constant are written under its name: in functions, or only in what modules do once, when
 * they load.
 */
export function writtenIn(
  cx: Context,
  symbol: ts.Symbol,
  declaration: ts.Declaration,
): "functions" | "modules" | undefined {
  const written = uses(cx, symbol, declaration).filter(isWrittenThrough);
  if (written.length === 0) return undefined;
  return written.some((use) => ts.findAncestor(use, ts.isFunctionLike)) ? "functions" : "modules";
}

/** True for a name through which something is written: `name[i] = …`, `name.push(…)`, `name.get(key).push(…)`. */
function isWrittenThrough(id: ts.Identifier): boolean {
  let at: ts.Node = accessOf(id);
  while (
    (ts.isPropertyAccessExpression(at.parent) ||
      ts.isElementAccessExpression(at.parent) ||
      ts.isNonNullExpression(at.parent)) &&
    at.parent.expression === at
  ) {
    at = at.parent;
    if (isAssignmentTarget(at)) return true;
    const { parent } = at;
    if (ts.isPropertyAccessExpression(at) && at.name.text === "get" && ts.isCallExpression(parent)) at = parent;
    if (
      ts.isPropertyAccessExpression(at) &&
      writers.has(at.name.text) &&
      ts.isCallExpression(at.parent) &&
      at.parent.expression === at
    ) {
      return true;
    }
  }
  return false;
}

/** The names in a file that are assigned somewhere in it, or through which something is written. */
export function writtenNames(file: ts.SourceFile): ReadonlySet<string> {
  const known = written.get(file);
  if (known) return known;
  const found = new Set<string>();
  for (const [name, all] of mentionIndex(file)) {
    if (all.some((m) => ts.isIdentifier(m) && (isAssignmentTarget(m) || isWrittenThrough(m)))) found.add(name);
  }
  written.set(file, found);
  return found;
}
const written = new WeakMap<ts.SourceFile, ReadonlySet<string>>();
