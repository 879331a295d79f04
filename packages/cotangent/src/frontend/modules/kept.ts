/**
 * Whether a constant of a module holds for good what its declaration says, so that generated code may hold a copy. Code
 * that is lowered is followed as IR (`analysis/module-writes.ts`); what else the program does with the constant is followed
 * here, as text: into other names, loops, callbacks and functions whose code is there. What goes anywhere else may come to
 * be changed.
 *
 *     const rows = [[1, 2]];    function scale(by) { for (const row of rows) row[0] *= by; }        changes `rows`
 */
import ts from "typescript";
import { isStatic } from "../objects/classes.ts";
import { isHiddenName } from "../program/hidden-exports.ts";
import type { Internals } from "../program/source.ts";
import { bare, equalities } from "../syntax/scan.ts";
import { resolveSymbol } from "./globals.ts";
import { accessOf, isAssignmentTarget, isThis, mentions, readers, writers } from "./module-state.ts";

const { SyntaxKind: K } = ts;

/** Functions that hand on nothing of what they are given. */
const harmless =
  /^(?:console\.\w+|Math\.\w+|Object\.(?:keys|hasOwn|is)|Array\.isArray|JSON\.stringify|structuredClone|String|Number|Boolean)$/;

/** Operators whose value may be one of their operands. */
const choosing: ReadonlySet<ts.SyntaxKind> = new Set([
  K.AmpersandAmpersandToken,
  K.BarBarToken,
  K.QuestionQuestionToken,
  K.CommaToken,
]);

/** Methods that give what they are called on, or its memory. */
const viewing: ReadonlySet<string> = new Set(["subarray", "valueOf"]);

/** Methods that look for one and the same object. */
const searching: ReadonlySet<string> = new Set(["includes", "indexOf", "lastIndexOf"]);

/** Methods that JavaScript calls by itself, besides those that are named by symbols. */
const unsaid: ReadonlySet<string> = new Set(["toString", "valueOf", "toJSON"]);

/** A constant of a module that generated code has a copy of, where it was read. */
export interface Copied {
  readonly symbol: ts.Symbol;
  readonly node: ts.Expression;
}

/** The first of the constants that may be changed at a place that none of them was lowered at. */
export function changedElsewhere(opened: Internals, copied: readonly Copied[]): Copied | undefined {
  const lowered = new Set<ts.Node>(copied.map(({ node }) => node));
  const follower = new Follower(opened, lowered);
  return copied.find(({ symbol }) => follower.name(symbol));
}

/**
 * True if nothing changes what a constant holds, or could tell it from another one that holds the same: it may be made
 * anew where it is read.
 */
export function isNeverTold(opened: Internals, symbol: ts.Symbol): boolean {
  return !new Follower(opened, new Set(), true).name(symbol);
}

class Follower {
  readonly #checker: ts.TypeChecker;
  readonly #lowered: ReadonlySet<ts.Node>;
  /** To be the same object as another one counts as a change. */
  readonly #comparing: boolean;
  readonly #seen = new Set<ts.Symbol>();
  /** Names of members, by the type that they were asked of, and members, whose `this` has been followed. */
  readonly #called = new Map<string, Set<ts.Type | undefined>>();
  readonly #followed = new Set<ts.Node>();
  readonly #files: readonly ts.SourceFile[];
  /** The member whose `this` is followed. */
  #inside: ts.Node | undefined;

  constructor({ program, checker }: Internals, lowered: ReadonlySet<ts.Node>, comparing = false) {
    this.#files = program.getSourceFiles().filter((f) => !f.isDeclarationFile);
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
    const around = this.#inside;
    if (!ts.findAncestor(declaration, (n) => n === around)) this.#inside = undefined;
    try {
      return this.#named(symbol, declaration);
    } finally {
      this.#inside = around;
    }
  }

  #named(symbol: ts.Symbol, declaration: ts.Declaration): boolean {
    // To the checker a private member has another name than in the text.
    const name = ts.getNameOfDeclaration(declaration);
    const text = name && ts.isPrivateIdentifier(name) ? name.text : symbol.name;
    return (
      this.#holder(declaration) ||
      mentions(declaration.getSourceFile(), text).some((mention) => {
        const { parent } = mention;
        if (symbol.declarations?.includes(parent as ts.Declaration)) return false;
        if (ts.isPrivateIdentifier(mention))
          return this.#checker.getSymbolAtLocation(mention) === symbol && this.#use(accessOf(mention));
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
      if (!isThis(n)) continue;
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
    if (!ts.isIdentifier(binding)) {
      const type = this.#checker.getTypeAtLocation(binding);
      return binding.elements.some((e) => {
        if (ts.isOmittedExpression(e)) return false;
        const name = e.propertyName ?? e.name;
        const isGotten = ts.isIdentifier(name) && ts.isObjectBindingPattern(binding) && !e.dotDotDotToken;
        return (isGotten && this.#gotten(name, type.getProperty(name.text))) || this.#names(e.name);
      });
    }
    const symbol = this.#checker.getSymbolAtLocation(binding);
    return symbol === undefined || this.name(symbol);
  }

  /** True if what an expression stands for may be changed by what is done with it. */
  #use(at: ts.Expression): boolean {
    const isAccess = ts.isPropertyAccessExpression(at) || ts.isElementAccessExpression(at);
    if (isAssignmentTarget(at)) return isAccess;
    if (isAccess && this.#getter(at)) return true;
    const type = this.#checker.getTypeAtLocation(at);
    if (this.#lowered.has(at) || isPlain(type) || ts.findAncestor(at, ts.isTypeNode)) return false;
    if (this.#unsaid(type)) return true;
    const { parent } = at;
    switch (parent.kind) {
      case K.AsExpression:
      case K.TypeAssertionExpression:
        // From there on its type may be any, and its members another type's.
        if (this.#checker.getTypeAtLocation(parent).flags & ts.TypeFlags.Unknown) return true;
        return this.#use(parent as ts.Expression);
      case K.ParenthesizedExpression:
      case K.SatisfiesExpression:
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
      case K.TypeOfExpression:
      case K.PrefixUnaryExpression:
        return false;
      case K.TemplateSpan:
        return ts.isTaggedTemplateExpression(parent.parent.parent);
      default:
        return true;
    }
  }

  /** What calls of the function around `node`, which gives it back, do with it. */
  #returned(node: ts.Node): boolean {
    const code = ts.findAncestor(node, ts.isFunctionLike);
    const isAsked = code && (ts.isMethodDeclaration(code) || ts.isGetAccessor(code)) && !code.asteriskToken;
    if (isAsked && code === this.#inside && !ts.isComputedPropertyName(code.name)) return false;
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
    return symbol === undefined || this.name(symbol) || this.#use(node);
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
    if (!this.#isOfLibrary(access.name))
      return this.#members(access.name) || (this.#mayGiveItself(access.name) && this.#use(call));
    if (viewing.has(text)) return this.#use(call);
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
      ? this.#parameters(declaration, declaration.parameters)
      : this.#isFunction(f);
  }

  /** What a function does with what its parameters are given, by their names or as `arguments`. */
  #parameters(code: ts.SignatureDeclaration, given: readonly ts.ParameterDeclaration[]): boolean {
    const all = mentions(code.getSourceFile(), "arguments");
    if (all.some((m) => ts.isIdentifier(m) && ts.findAncestor(m, (n) => n === code))) return true;
    return given.some((p) => {
      if (!ts.isIdentifier(p.name) || !ts.isParameterPropertyDeclaration(p, p.parent)) return this.#names(p.name);
      return this.#checker.getSymbolsOfParameterPropertyDeclaration(p, p.name.text).some((s) => this.name(s));
    });
  }

  /**
   * What members of the program under a name do with their `this`. An interface, or a class that another one extends, does
   * not say which of them is called.
   */
  #members(name: ts.Node): boolean {
    if (ts.isIdentifier(name) || ts.isStringLiteralLike(name)) {
      const of = this.#receiver(name);
      const called = this.#called.get(name.text) ?? new Set();
      this.#called.set(name.text, called);
      if (called.has(of)) return false;
      called.add(of);
    }
    return this.#membersCalled(name)?.some((member) => this.#member(member)) ?? ts.isPrivateIdentifier(name);
  }

  /** True if what a member under this name gives may be of its object, which it then says `this` for. */
  #mayGiveItself(name: ts.Node): boolean {
    const members = this.#membersCalled(name) ?? [];
    const isOwnCode = (member: ts.Node): boolean =>
      (ts.isPropertyAssignment(member) ? ts.isFunctionLike(bare(member.initializer)) : ts.isFunctionLike(member)) &&
      !saysThis(member);
    return members.length === 0 || !members.every(isOwnCode);
  }

  /** What an access by this name is of, if it is one. */
  #receiver({ parent }: ts.Node): ts.Type | undefined {
    return ts.isPropertyAccessExpression(parent) ? this.#checker.getTypeAtLocation(parent.expression) : undefined;
  }

  /** The members under a name that an object of its receiver's type may have; undefined where the name says nothing. */
  #membersCalled(name: ts.Node): readonly ts.Node[] | undefined {
    if (ts.isPrivateIdentifier(name)) return this.#checker.getSymbolAtLocation(name)?.declarations;
    if (!ts.isIdentifier(name) && !ts.isStringLiteralLike(name)) return undefined;
    const of = this.#receiver(name);
    // Members of other files than those that the name is of are out of the constant's reach.
    const declarations = this.#checker.getSymbolAtLocation(name)?.declarations ?? [];
    const files = new Set([name, ...declarations].map((n) => n.getSourceFile()));
    const members = [...files].flatMap((file) =>
      mentions(file, name.text).flatMap(({ parent }) => {
        // `Vec.prototype.grow = function …`
        if (ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent))
          return isAssignmentTarget(parent) ? [parent.parent] : [];
        return ts.isClassElement(parent) || ts.isObjectLiteralElementLike(parent) ? [parent] : [];
      }),
    );
    // Where type parameters are in the type it fits none.
    const fitting = members.filter((member) => this.#fits(member, of));
    return fitting.length > 0 ? fitting : members;
  }

  /** True if what is of type `of` may have this very member. */
  #fits(member: ts.Node, of: ts.Type | undefined): boolean {
    const owner = member.parent;
    if (!ts.isClassLike(owner) && !ts.isObjectLiteralExpression(owner)) return true;
    const isGeneric = ts.isClassLike(owner) && owner.typeParameters !== undefined;
    const isStaticMember = ts.isClassElement(member) && isStatic(member);
    if (!of || isGeneric || isStaticMember || of.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return true;
    const type = this.#checker.getTypeAtLocation(owner);
    return this.#checker.isTypeAssignableTo(type, of) || this.#checker.isTypeAssignableTo(of, type);
  }

  /** What a member of a class or an object does with its `this`. What it gives is followed where it is asked for. */
  #member(member: ts.Node): boolean {
    if (this.#followed.has(member)) return false;
    this.#followed.add(member);
    const around = this.#inside;
    this.#inside = member;
    try {
      const pending: ts.Node[] = [member];
      for (let n = pending.pop(); n; n = pending.pop()) {
        n.forEachChild((child) => void pending.push(child));
        if (isThis(n) && this.#use(n as ts.Expression)) return true;
      }
      return false;
    } finally {
      this.#inside = around;
    }
  }

  /** What a getter does with its object, where `at` reads it. */
  #getter(at: ts.AccessExpression): boolean {
    const name = nameIn(at);
    return this.#gotten(name, this.#checker.getSymbolAtLocation(name));
  }

  #gotten(name: ts.Node, member: ts.Symbol | undefined): boolean {
    const declarations = member?.declarations ?? [];
    // A property of an interface may be one, and where types say nothing anything may; not what the library has.
    if (member && declarations.every((d) => d.getSourceFile().isDeclarationFile)) return false;
    const mayBe = declarations.every((d) => ts.isAccessor(d) || ts.isPropertySignature(d));
    return mayBe && this.#members(name);
  }

  /** What members do that JavaScript calls without their names being said: to iterate, and for text and numbers. */
  #unsaid(type: ts.Type): boolean {
    return type.getProperties().some((p) => {
      const declarations = p.declarations?.filter((d) => !d.getSourceFile().isDeclarationFile) ?? [];
      const isUnsaid = p.name.startsWith("__@") || unsaid.has(p.name);
      return isUnsaid && declarations.some((d) => this.#member(d));
    });
  }

  #isOfProgram(name: ts.Node): boolean {
    const declarations = this.#checker.getSymbolAtLocation(name)?.declarations ?? [];
    return declarations.some((d) => !d.getSourceFile().isDeclarationFile);
  }

  #isOfLibrary(name: ts.Node): boolean {
    return this.#checker.getSymbolAtLocation(name) !== undefined && !this.#isOfProgram(name);
  }

  #isFunction(e: ts.Expression): boolean {
    return this.#checker.getTypeAtLocation(e).getCallSignatures().length > 0;
  }

  #argument(at: ts.Expression, call: ts.CallExpression | ts.NewExpression): boolean {
    const callee = call.expression.getText();
    const isPredefined = !this.#isOfProgram(rootOf(call.expression));
    if (this.#comparing && callee === "Object.is") return true;
    if (call.expression === at || (isPredefined && harmless.test(callee))) return false;
    if (isPredefined && callee === "Object.freeze") return this.#use(call);
    if (isPredefined && readers.has(callee)) {
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
    if (ts.isMethodDeclaration(declaration) && this.#isOverridden(declaration)) return true;
    return this.#parameters(declaration, [parameter]) || this.#use(call);
  }

  /** True if another class of the program has a method of the same name, which may be the one that is called. */
  #isOverridden(method: ts.MethodDeclaration): boolean {
    const { name } = method;
    if (ts.isPrivateIdentifier(name)) return false;
    if (!ts.isIdentifier(name)) return true;
    return this.#files.some((file) =>
      mentions(file, name.text).some(({ parent }) => {
        const isOther = parent !== method && ts.isMethodDeclaration(parent) && ts.isClassLike(parent.parent);
        return isOther && parent.body !== undefined && parent.parent.heritageClauses !== undefined;
      }),
    );
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

function saysThis(node: ts.Node): boolean {
  return isThis(node) || ts.forEachChild(node, saysThis) === true;
}

/** What stands for the member that an access is of. */
function nameIn(access: ts.AccessExpression): ts.Node {
  return ts.isPropertyAccessExpression(access) ? access.name : bare(access.argumentExpression);
}

/** The name that an access, `a.b.c`, begins with. */
function rootOf(e: ts.Expression): ts.Expression {
  return ts.isPropertyAccessExpression(e) ? rootOf(e.expression) : e;
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
