/**
 * Whether a constant of a module holds for good what its declaration says, so that generated code may hold a copy. Code
 * that is lowered is followed as IR (`analysis/module-writes.ts`); what else the program does with the constant is followed
 * here, as text: into other names, loops, callbacks and functions whose code is there. What goes anywhere else may come to
 * be changed.
 *
 *     const rows = [[1, 2]];    function scale(by) { for (const row of rows) row[0] *= by; }        changes `rows`
 */
import ts from "typescript";
import { isHiddenName } from "../program/hidden-exports.ts";
import type { Internals } from "../program/source.ts";
import { bare, equalities } from "../syntax/scan.ts";
import { resolveSymbol } from "./globals.ts";
import { accessOf, isAssignmentTarget, mentions, readers, writers } from "./module-state.ts";

const { SyntaxKind: K } = ts;

/** Functions that hand on nothing of what they are given. */
const harmless =
  /^(?:console\.\w+|Math\.\w+|Object\.(?:keys|hasOwn|is|freeze)|Array\.isArray|JSON\.stringify|structuredClone|String|Number|Boolean)$/;

/** Operators whose value may be one of their operands. */
const choosing: ReadonlySet<ts.SyntaxKind> = new Set([
  K.AmpersandAmpersandToken,
  K.BarBarToken,
  K.QuestionQuestionToken,
  K.CommaToken,
]);

/** Methods that look for one and the same object. */
const searching: ReadonlySet<string> = new Set(["includes", "indexOf", "lastIndexOf"]);

/** A constant of a module that generated code has a copy of, where it was read. */
export interface Copied {
  readonly symbol: ts.Symbol;
  readonly node: ts.Expression;
}

/** The first of the constants that may be changed at a place that none of them was lowered at. */
export function changedElsewhere({ checker }: Internals, copied: readonly Copied[]): Copied | undefined {
  const lowered = new Set<ts.Node>(copied.map(({ node }) => node));
  const follower = new Follower(checker, lowered);
  return copied.find(({ symbol }) => follower.name(symbol));
}

/**
 * True if nothing changes what a constant holds, or could tell it from another one that holds the same: it may be made
 * anew where it is read.
 */
export function isNeverTold({ checker }: Internals, symbol: ts.Symbol): boolean {
  return !new Follower(checker, new Set(), true).name(symbol);
}

class Follower {
  readonly #checker: ts.TypeChecker;
  readonly #lowered: ReadonlySet<ts.Node>;
  /** To be the same object as another one counts as a change. */
  readonly #comparing: boolean;
  readonly #seen = new Set<ts.Symbol>();

  constructor(checker: ts.TypeChecker, lowered: ReadonlySet<ts.Node>, comparing = false) {
    this.#checker = checker;
    this.#lowered = lowered;
    this.#comparing = comparing;
  }

  /** True if something may change what a variable or a member holds, by way of its name. */
  name(symbol: ts.Symbol): boolean {
    if (this.#seen.has(symbol)) return false;
    this.#seen.add(symbol);
    const { valueDeclaration: declaration } = symbol;
    // Code in other files may do anything to what it can name.
    if (!declaration || this.#isExported(symbol, declaration)) return true;
    return (
      this.#holder(declaration) ||
      mentions(declaration.getSourceFile(), symbol.name).some((mention) => {
        const { parent } = mention;
        if (symbol.declarations?.includes(parent as ts.Declaration)) return false;
        if (ts.isIdentifier(mention))
          return resolveSymbol({ checker: this.#checker }, mention) === symbol && this.#use(accessOf(mention));
        const isMember = ts.isElementAccessExpression(parent) && this.#checker.getSymbolAtLocation(mention) === symbol;
        return isMember && this.#use(parent);
      })
    );
  }

  /** True if members of an object literal may change what another one holds, as `this.name`. */
  #usedByThis(literal: ts.ObjectLiteralExpression, name: string): boolean {
    const pending: ts.Node[] = [...literal.properties];
    for (let n = pending.pop(); n; n = pending.pop()) {
      n.forEachChild((child) => void pending.push(child));
      if (n.kind !== K.ThisKeyword) continue;
      const { parent } = n;
      if (!ts.isPropertyAccessExpression(parent)) return true;
      if (parent.name.text === name && this.#use(parent)) return true;
    }
    return false;
  }

  /** The object that a member is written in. */
  #holder(declaration: ts.Declaration): boolean {
    if (!ts.isPropertyAssignment(declaration)) return false;
    const owner = declaration.parent.parent;
    if (!ts.isVariableDeclaration(owner) && !ts.isPropertyAssignment(owner)) return true;
    const symbol = this.#checker.getSymbolAtLocation(owner.name);
    return symbol === undefined || this.name(symbol);
  }

  #names(binding: ts.BindingName): boolean {
    if (!ts.isIdentifier(binding))
      return binding.elements.some((e) => !ts.isOmittedExpression(e) && this.#names(e.name));
    const symbol = this.#checker.getSymbolAtLocation(binding);
    return symbol === undefined || this.name(symbol);
  }

  /** True if what an expression stands for may be changed by what is done with it. */
  #use(at: ts.Expression): boolean {
    const isAccess = ts.isPropertyAccessExpression(at) || ts.isElementAccessExpression(at);
    if (isAssignmentTarget(at)) return isAccess;
    if (this.#lowered.has(at) || isPlain(this.#checker.getTypeAtLocation(at)) || ts.findAncestor(at, ts.isTypeNode))
      return false;
    const { parent } = at;
    switch (parent.kind) {
      case K.ParenthesizedExpression:
      case K.AsExpression:
      case K.SatisfiesExpression:
      case K.TypeAssertionExpression:
      case K.NonNullExpression:
        return this.#use(parent as ts.Expression);
      case K.PropertyAccessExpression:
      case K.ElementAccessExpression:
        return (parent as ts.AccessExpression).expression === at && this.#access(parent as ts.AccessExpression);
      case K.VariableDeclaration:
        return this.#names((parent as ts.VariableDeclaration).name);
      case K.ForOfStatement: {
        const { initializer } = parent as ts.ForOfStatement;
        if (this.#holdsPlain(at)) return false;
        return !ts.isVariableDeclarationList(initializer) || initializer.declarations.some((d) => this.#names(d.name));
      }
      case K.BinaryExpression:
        return this.#operand(at, parent as ts.BinaryExpression);
      case K.ConditionalExpression:
        return (parent as ts.ConditionalExpression).condition !== at && this.#use(parent as ts.Expression);
      case K.SpreadElement:
      case K.SpreadAssignment:
        if (this.#holdsPlain(at)) return false;
        return ts.isCallExpression(parent.parent)
          ? this.#argument(parent as ts.SpreadElement, parent.parent)
          : this.#use(parent.parent as ts.Expression);
      case K.ArrayLiteralExpression:
        return this.#use(parent as ts.Expression);
      case K.PropertyAssignment:
      case K.ShorthandPropertyAssignment: {
        const { name, parent: literal } = parent as ts.PropertyAssignment | ts.ShorthandPropertyAssignment;
        return this.#usedByThis(literal, name.getText()) || this.#use(literal);
      }
      case K.CallExpression:
      case K.NewExpression:
        return this.#argument(at, parent as ts.CallExpression | ts.NewExpression);
      case K.ReturnStatement:
      case K.ArrowFunction:
        return this.#returned(parent);
      case K.ExportSpecifier:
        return !isHiddenName((parent as ts.ExportSpecifier).name.text);
      case K.ForInStatement:
      case K.ExpressionStatement:
      case K.IfStatement:
      case K.WhileStatement:
      case K.TemplateSpan:
      case K.TypeOfExpression:
      case K.PrefixUnaryExpression:
        return false;
      default:
        return true;
    }
  }

  /** What calls of the function around `node`, which gives it back, do with it. */
  #returned(node: ts.Node): boolean {
    const code = ts.findAncestor(node, ts.isFunctionLike);
    const owner =
      code && (ts.isFunctionDeclaration(code) ? code : ts.isVariableDeclaration(code.parent) && code.parent);
    const name = owner ? owner.name : undefined;
    const symbol = name && ts.isIdentifier(name) ? this.#checker.getSymbolAtLocation(name) : undefined;
    if (!symbol || this.#isExported(symbol, node)) return true;
    if (this.#seen.has(symbol)) return false;
    this.#seen.add(symbol);
    return mentions(node.getSourceFile(), symbol.name).some((mention) => {
      if (!ts.isIdentifier(mention) || mention.parent === owner) return false;
      if (resolveSymbol({ checker: this.#checker }, mention) !== symbol) return false;
      const { parent } = mention;
      return !(ts.isCallExpression(parent) && parent.expression === mention) || this.#use(parent);
    });
  }

  /** True if the module that `node` is in exports what a symbol stands for. */
  #isExported(symbol: ts.Symbol, node: ts.Node): boolean {
    const module = this.#checker.getSymbolAtLocation(node.getSourceFile());
    const exported = module ? this.#checker.getExportsOfModule(module) : [];
    return exported.some((e) => !isHiddenName(e.name) && resolved(this.#checker, e) === symbol);
  }

  #operand(at: ts.Expression, node: ts.BinaryExpression): boolean {
    const { kind } = node.operatorToken;
    if (choosing.has(kind)) return this.#use(node);
    if (equalities.has(kind)) return this.#comparing;
    if (kind < K.FirstAssignment || kind > K.LastAssignment) return false;
    if (node.right !== at || !ts.isIdentifier(node.left)) return true;
    const symbol = this.#checker.getSymbolAtLocation(node.left);
    return symbol === undefined || this.name(symbol);
  }

  /** `at[i]`, `at.field`, `at.method(…)`. */
  #access(access: ts.AccessExpression): boolean {
    const call = access.parent;
    if (!ts.isCallExpression(call) || call.expression !== access) return this.#use(access);
    if (!ts.isPropertyAccessExpression(access)) return true;
    const { text } = access.name;
    // What the program itself has under such a name is looked at where it says `this`.
    if (!this.#isOfProgram(access.name) && (writers.has(text) || (this.#comparing && searching.has(text)))) return true;
    if (call.arguments.some((f) => this.#callback(f))) return true;
    // What a method gives of numbers and texts is its own: a copy of the list, or one of them.
    return !this.#holdsPlain(access.expression) && this.#use(call);
  }

  /** What a method hands to a function that it is given. */
  #callback(f: ts.Expression): boolean {
    if (isPlain(this.#checker.getTypeAtLocation(f)) && !this.#isFunction(f)) return false;
    const code = bare(f);
    const declaration = ts.isIdentifier(code)
      ? resolveSymbol({ checker: this.#checker }, code)?.valueDeclaration
      : code;
    return declaration && ts.isFunctionLike(declaration) && declaration.getSourceFile() === f.getSourceFile()
      ? declaration.parameters.some((p) => this.#names(p.name))
      : this.#isFunction(f);
  }

  #isOfProgram(name: ts.MemberName): boolean {
    const declaration = this.#checker.getSymbolAtLocation(name)?.valueDeclaration;
    return declaration !== undefined && !declaration.getSourceFile().isDeclarationFile;
  }

  #isFunction(e: ts.Expression): boolean {
    return this.#checker.getTypeAtLocation(e).getCallSignatures().length > 0;
  }

  #argument(at: ts.Expression, call: ts.CallExpression | ts.NewExpression): boolean {
    const callee = call.expression.getText();
    if (this.#comparing && callee === "Object.is") return true;
    if (call.expression === at || harmless.test(callee)) return false;
    if (readers.has(callee)) {
      if (this.#holdsPlain(at)) return false;
      return (call.arguments ?? []).some((f) => f !== at && this.#callback(f)) || this.#use(call);
    }
    const declaration = this.#checker.getResolvedSignature(call)?.declaration;
    const position = call.arguments?.indexOf(at) ?? -1;
    const parameters = declaration && !ts.isJSDocSignature(declaration) ? declaration.parameters : undefined;
    // Of another file what a lowering depends on does not say all.
    const isHere = declaration?.getSourceFile() === at.getSourceFile();
    const hasCode = isHere && declaration && "body" in declaration && declaration.body !== undefined;
    const last = parameters?.at(-1);
    const parameter = parameters?.[position] ?? (last?.dotDotDotToken ? last : undefined);
    if (!hasCode || !parameter || position < 0) return true;
    return this.#names(parameter.name) || this.#use(call);
  }

  /** True if the parts of what an expression stands for are plain. */
  #holdsPlain(e: ts.Expression): boolean {
    const type = this.#checker.getTypeAtLocation(e);
    if (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return false;
    const element = type.getNumberIndexType() ?? type.getStringIndexType();
    if (element) return isPlain(element);
    // Maps and sets hold what their types are of.
    if (type.getProperty("forEach")) {
      const isReference = ((type as ts.ObjectType).objectFlags & ts.ObjectFlags.Reference) !== 0;
      const parts = isReference ? this.#checker.getTypeArguments(type as ts.TypeReference) : [];
      return parts.length > 0 && parts.every(isPlain);
    }
    return type.getProperties().every((p) => isPlain(this.#checker.getTypeOfSymbolAtLocation(p, e)));
  }
}

function resolved(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

/** True for what nothing can change: numbers, texts and their like, and functions. */
function isPlain(type: ts.Type): boolean {
  if (type.isUnion()) return type.types.every(isPlain);
  const F = ts.TypeFlags;
  const plain =
    F.NumberLike |
    F.StringLike |
    F.BooleanLike |
    F.BigIntLike |
    F.ESSymbolLike |
    F.EnumLike |
    F.Null |
    F.Undefined |
    F.Void |
    F.Never;
  return (type.flags & plain) !== 0 || type.getCallSignatures().length > 0;
}
