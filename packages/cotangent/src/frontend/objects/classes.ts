/**
 * What the program's classes are: which belong together, what their instances hold, and which code a member is. Classes
 * that extend one another are a family, with those that stand in one place with them (as members of a union, behind an
 * interface: `alternatives.ts`), and all instances of a family are records of one nominal type, which holds the
 * fields of every class in it and, where there are several, the name of the instance's class: the compiler sees the whole
 * program, so which method runs is a question with finitely many answers.
 */
import ts from "typescript";
import { optional, record, typeKey } from "../../ir/type.ts";
import type { RecordDecl, RecordField, Type } from "../../ir/types.ts";
import { type Context, Frame, type FunctionNode, refuse, Variable } from "../context.ts";
import { errorBase, errorFields } from "../control/error-classes.ts";
import { identify } from "../functions/closures.ts";
import type { Internals } from "../program/source.ts";
import { bare } from "../syntax/scan.ts";
import type { Alternatives } from "../types/alternatives.ts";

/** The field with the name of an instance's class, in families of several. */
export const classField = "class";

export interface Family {
  /** Bases before what extends them. */
  readonly classes: readonly ts.ClassLikeDeclaration[];
  /** What values of any of them are called. */
  readonly name: string;
  /** The same in each attempt at lowering, and different for other classes. */
  readonly key: string;
}

/** The type of the instances of a family, for certain type arguments. */
export interface InstanceType {
  readonly family: Family;
  readonly type: Type & { readonly kind: "record" };
  /** What the type parameters of the classes stand for. */
  readonly typeArguments: ReadonlyMap<ts.Type, Type>;
}

/** A field as the class declares it: a property, or a parameter of the constructor that is one. */
export type FieldNode = ts.PropertyDeclaration | ts.ParameterDeclaration;

interface Inheritance {
  readonly derived: ReadonlyMap<ts.ClassLikeDeclaration, readonly ts.ClassLikeDeclaration[]>;
  /** The code of all members of instances, by their names. */
  readonly members: ReadonlyMap<string, readonly FunctionNode[]>;
}

const inheritance = new WeakMap<ts.Program, Inheritance>();
const classesOfFile = new WeakMap<ts.SourceFile, readonly ts.ClassLikeDeclaration[]>();

/** The class that `node` extends, if the program declares it. */
export function baseOf(checker: ts.TypeChecker, node: ts.ClassLikeDeclaration): ts.ClassLikeDeclaration | undefined {
  const [clause] = node.heritageClauses?.find((h) => h.token === ts.SyntaxKind.ExtendsKeyword)?.types ?? [];
  if (!clause) return undefined;
  const symbol = checker.getSymbolAtLocation(clause.expression);
  const meant = symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  return classOfSymbol(meant);
}

/** The class of the program that a symbol names: a declaration, or a constant that is a class expression. */
export function classOfSymbol(symbol: ts.Symbol | undefined): ts.ClassLikeDeclaration | undefined {
  const declaration = symbol?.valueDeclaration;
  if (!declaration || declaration.getSourceFile().isDeclarationFile) return undefined;
  return ts.isClassLike(declaration) ? declaration : heldClass(declaration);
}

/** The class expression that a constant is. */
export function heldClass(declaration: ts.Declaration): ts.ClassExpression | undefined {
  if (!ts.isVariableDeclaration(declaration) || !declaration.initializer) return undefined;
  const held = bare(declaration.initializer);
  const isConstant = (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0;
  return isConstant && ts.isClassExpression(held) ? held : undefined;
}

/** The name of a class for people: its own, or that of the constant that it is. */
export function className(node: ts.ClassLikeDeclaration): string {
  if (node.name) return node.name.text;
  const holder = ts.findAncestor(node, ts.isVariableDeclaration);
  return holder && heldClass(holder) === node ? holder.name.getText() : "anonymous";
}

export function extendsSomething(node: ts.ClassLikeDeclaration): boolean {
  return node.heritageClauses?.some((h) => h.token === ts.SyntaxKind.ExtendsKeyword) ?? false;
}

/** The classes in all files of the program, and what extends what. */
function inheritanceOf({ program, checker }: Internals): Inheritance {
  const known = inheritance.get(program);
  if (known) return known;
  const derived = new Map<ts.ClassLikeDeclaration, ts.ClassLikeDeclaration[]>();
  const members = new Map<string, FunctionNode[]>();
  const made: Inheritance = { derived, members };
  for (const file of program.getSourceFiles()) {
    for (const n of classesIn(file)) {
      for (const [name, code] of ownMembers(n)) members.set(name, [...(members.get(name) ?? []), code]);
      const base = baseOf(checker, n);
      if (base) derived.set(base, [...(derived.get(base) ?? []), n]);
    }
  }
  inheritance.set(program, made);
  return made;
}

/**
 * The classes that a file declares, in the order of the text. Programs come and go while files are edited and more of the
 * library is needed; the trees of files that stay as they are stay too.
 */
function classesIn(file: ts.SourceFile): readonly ts.ClassLikeDeclaration[] {
  if (file.isDeclarationFile) return [];
  const known = classesOfFile.get(file);
  if (known) return known;
  const found: ts.ClassLikeDeclaration[] = [];
  const visit = (n: ts.Node): void => {
    if (ts.isClassLike(n)) found.push(n);
    ts.forEachChild(n, visit);
  };
  visit(file);
  classesOfFile.set(file, found);
  return found;
}

/** The class and its bases, nearest first. */
export function ancestry(checker: ts.TypeChecker, node: ts.ClassLikeDeclaration): readonly ts.ClassLikeDeclaration[] {
  const found: ts.ClassLikeDeclaration[] = [];
  for (let c: ts.ClassLikeDeclaration | undefined = node; c && !found.includes(c); c = baseOf(checker, c))
    found.push(c);
  return found;
}

/** All classes that a value of this class's type may be an instance of. */
export function descendants(internals: Internals, node: ts.ClassLikeDeclaration): readonly ts.ClassLikeDeclaration[] {
  const { derived } = inheritanceOf(internals);
  const found = [node];
  for (const c of found) for (const d of derived.get(c) ?? []) if (!found.includes(d)) found.push(d);
  return found;
}

/** The classes of a session by the types of their instances. */
export class Classes {
  readonly #byKey = new Map<string, InstanceType>();
  readonly #families = new Map<string, Family>();
  readonly #frames = new Map<string, Frame>();
  /** Families of which members were called that depend on the class of an instance, or code of theirs ran. */
  readonly called = new Set<Family>();
  /** Families after which `instanceof` asked. */
  readonly asked = new Set<Family>();
  /** Families of which instances were made. */
  readonly made = new Set<Family>();

  of(type: Type): InstanceType | undefined {
    return type.kind === "record" && type.decl.nominal !== undefined ? this.#byKey.get(type.decl.nominal) : undefined;
  }

  /** A name for a class, different from those of the others in its family. */
  nameOf(node: ts.ClassLikeDeclaration, family: Family): string {
    const name = className(node);
    const alike = family.classes.filter((c) => className(c) === name);
    const at = alike.indexOf(node);
    return at > 0 ? `${name}${at + 1}` : name;
  }

  /** The classes that `node` extends or that extend it, and their alternatives. */
  family(internals: Internals, alternatives: Alternatives, node: ts.ClassLikeDeclaration): Family {
    const { checker } = internals;
    const roots: ts.ClassLikeDeclaration[] = [];
    const classes: ts.ClassLikeDeclaration[] = [];
    let name = "";
    const add = (c: ts.ClassLikeDeclaration): void => {
      if (classes.includes(c)) return;
      const root = ancestry(checker, c).at(-1) as ts.ClassLikeDeclaration;
      roots.push(root);
      classes.push(...descendants(internals, root));
    };
    add(node);
    for (const c of classes) {
      for (const kind of alternatives.of(checker.getTypeAtLocation(c)).members) {
        const declaration = kind.symbol?.valueDeclaration;
        if (declaration && ts.isClassLike(declaration)) add(declaration);
        else if (name === "") name = kind.symbol?.name ?? "";
      }
    }
    const key = roots.map(identify).sort().join();
    const known = this.#families.get(key);
    if (known) return known;
    const made: Family = { classes, name: name || (roots[0] ? className(roots[0]) : ""), key };
    this.#families.set(key, made);
    return made;
  }

  /** Finds or makes the type; `fill` says the fields, once the type can be mentioned in them. */
  instanceType(
    family: Family,
    typeArguments: ReadonlyMap<ts.Type, Type>,
    fill: () => readonly RecordField[],
  ): InstanceType {
    const { name } = family;
    const key = `class ${name}${family.key}<${[...typeArguments.values()].map(typeKey).join(",")}>`;
    const known = this.#byKey.get(key);
    if (known) return known;
    const fields: RecordField[] = [];
    const decl: RecordDecl = { name, isTuple: false, fields, nominal: key };
    const made: InstanceType = { family, type: record(decl) as InstanceType["type"], typeArguments };
    this.#byKey.set(key, made);
    try {
      fields.push(...fill());
    } catch (error) {
      this.#byKey.delete(key);
      throw error;
    }
    return made;
  }

  /** The frame that stands for all activations of methods on such instances: for keys. */
  canonicalFrame(instance: InstanceType, owner: ts.Node, outer: Frame | undefined, outerId: number | string): Frame {
    const nominal = instance.type.decl.nominal ?? "";
    const key = `${nominal}|${identify(owner)}|${outerId}`;
    const known = this.#frames.get(key);
    if (known) return known;
    const made = new Frame(undefined, outer, new Variable("result", undefined), 0);
    made.variables.set(thisSymbol(owner), new Variable("this", instance.type));
    this.#frames.set(key, made);
    return made;
  }
}

// ------------------------------------------------------------------------------------------------------------- Members

/** The fields of instances that the class itself declares, in the order in which they come to be. */
export function ownFields(node: ts.ClassLikeDeclaration): readonly FieldNode[] {
  const properties = node.members.filter(
    (m): m is ts.PropertyDeclaration => ts.isPropertyDeclaration(m) && !isStatic(m) && !isAmbientField(m),
  );
  return [...parameterProperties(node), ...properties];
}

function isAmbientField(m: ts.PropertyDeclaration): boolean {
  return (
    m.modifiers?.some((x) => x.kind === ts.SyntaxKind.DeclareKeyword || x.kind === ts.SyntaxKind.AbstractKeyword) ??
    false
  );
}

export function isStatic(m: ts.Node): boolean {
  return ts.canHaveModifiers(m) && (ts.getModifiers(m)?.some((x) => x.kind === ts.SyntaxKind.StaticKeyword) ?? false);
}

export function ownConstructor(node: ts.ClassLikeDeclaration): ts.ConstructorDeclaration | undefined {
  return node.members.find(
    (m): m is ts.ConstructorDeclaration => ts.isConstructorDeclaration(m) && m.body !== undefined,
  );
}

/** True if some field or method of the class is private by its name: code outside of the class cannot reach it. */
export function hasPrivateNames({ classes }: Family): boolean {
  return classes.some((c) => c.members.some((m) => m.name && ts.isPrivateIdentifier(m.name)));
}

/** True if a decorator, which may replace anything, stands at the class or inside of it. */
export function isDecorated(node: ts.ClassLikeDeclaration): boolean {
  const has = (n: ts.Node): boolean => ts.canHaveDecorators(n) && (ts.getDecorators(n)?.length ?? 0) > 0;
  return has(node) || node.members.some(has) || (ownConstructor(node)?.parameters.some(has) ?? false);
}

/** Parameters of the constructor that are fields, too. */
export function parameterProperties(node: ts.ClassLikeDeclaration): readonly ts.ParameterDeclaration[] {
  return ownConstructor(node)?.parameters.filter((p) => ts.isParameterPropertyDeclaration(p, p.parent)) ?? [];
}

/** The name of the member that says how an object is iterated over. */
export const iteratorName = "[Symbol.iterator]";

/** True for the computed name `[Symbol.iterator]`. */
export function isIteratorName(name: ts.PropertyName | ts.BindingName): boolean {
  return ts.isComputedPropertyName(name) && name.expression.getText() === "Symbol.iterator";
}

/** The name of a member of instances, as the record has it. A private name is one of the class that declares it. */
export function memberName(name: ts.PropertyName | ts.BindingName): string | undefined {
  if (ts.isPrivateIdentifier(name)) {
    const declares = (n: ts.Node): n is ts.ClassLikeDeclaration =>
      ts.isClassLike(n) && n.members.some((m) => m.name && ts.isPrivateIdentifier(m.name) && m.name.text === name.text);
    const owner = ts.findAncestor(name, declares);
    return `${name.text.slice(1)}Of${owner?.name?.text ?? ""}`;
  }
  if (ts.isIdentifier(name) || ts.isStringLiteralLike(name) || ts.isNumericLiteral(name)) return name.text;
  return isIteratorName(name) ? iteratorName : undefined;
}

export type MemberKind = "method" | "get" | "set";

function kindOf(m: ts.ClassElement | ts.ObjectLiteralElementLike): MemberKind | undefined {
  if (ts.isMethodDeclaration(m)) return "method";
  return ts.isGetAccessor(m) ? "get" : ts.isSetAccessor(m) ? "set" : undefined;
}

/** A member's code and the class that it is written in. */
export interface Member {
  readonly node: FunctionNode;
  readonly owner: ts.ClassLikeDeclaration;
}

/** The member with a body that an instance of `node` has, its own or inherited. */
export function findMember(
  checker: ts.TypeChecker,
  node: ts.ClassLikeDeclaration,
  name: string,
  kind: MemberKind,
): Member | undefined {
  for (const owner of ancestry(checker, node)) {
    const alike = owner.members.filter((m) => kindOf(m) && !isStatic(m) && m.name && memberName(m.name) === name);
    const codes = alike as unknown as readonly (ts.MethodDeclaration | ts.AccessorDeclaration)[];
    const found = codes.find((m) => kindOf(m) === kind && m.body);
    if (found) return { node: found, owner };
    // A getter alone hides the setter that is inherited, and the other way round.
    if (codes.some((m) => m.body)) return undefined;
  }
  return undefined;
}

function ownMembers(node: ts.ClassLikeDeclaration): readonly (readonly [name: string, code: FunctionNode])[] {
  return node.members.flatMap((m) => {
    const name = kindOf(m) && !isStatic(m) && m.name ? memberName(m.name) : undefined;
    const code = m as ts.MethodDeclaration | ts.AccessorDeclaration;
    return name !== undefined && code.body ? [[name, code] as const] : [];
  });
}

/** The code of members of instances that a mention of a member's symbol may lead to. */
export function membersLike(internals: Internals, symbol: ts.Symbol): readonly FunctionNode[] {
  if (!(symbol.flags & (ts.SymbolFlags.Method | ts.SymbolFlags.Accessor | ts.SymbolFlags.Property))) return [];
  return (symbol.declarations ?? []).flatMap((d) => {
    const owner = d.parent;
    // Instances of any class may be behind an interface.
    if (ts.isInterfaceDeclaration(owner) || ts.isTypeLiteralNode(owner))
      return inheritanceOf(internals).members.get(symbol.name) ?? [];
    if (!(symbol.flags & (ts.SymbolFlags.Method | ts.SymbolFlags.Accessor))) return [];
    if (!ts.isClassLike(owner) || !ts.isClassElement(d) || isStatic(d) || !d.name) return [];
    const name = memberName(d.name);
    return descendants(internals, owner).flatMap((c) =>
      (["method", "get", "set"] as const).flatMap((kind) => {
        const member = name === undefined ? undefined : findMember(internals.checker, c, name, kind);
        return member ? [member.node] : [];
      }),
    );
  });
}

/** True if instances of the class have such a field, its own or inherited. */
export function hasField(checker: ts.TypeChecker, node: ts.ClassLikeDeclaration, name: string): boolean {
  return ancestry(checker, node).some((a) => ownFields(a).some((f) => memberName(f.name) === name));
}

/** True if instances of some class of the family have such a member. */
export function hasMember(checker: ts.TypeChecker, family: Family, name: string, kind: MemberKind): boolean {
  return family.classes.some((c) => findMember(checker, c, name, kind) !== undefined);
}

// ---------------------------------------------------------------------------------------------------------------- this

const symbols = new WeakMap<ts.Node, ts.Symbol>();

/** Stands for what `this` means in the members of a class: a symbol like that of a variable, which no declaration has. */
export function thisSymbol(owner: ts.Node): ts.Symbol {
  const known = symbols.get(owner);
  if (known) return known;
  const made = { name: "this", escapedName: "this", flags: 0, declarations: [] } as unknown as ts.Symbol;
  symbols.set(owner, made);
  return made;
}

/** The class whose instance `this` (or `super`) at `node` is; undefined for any other `this`. */
export function thisOwner(node: ts.Node): ts.ClassLikeDeclaration | undefined {
  for (let n = node.parent; n; n = n.parent) {
    if (ts.isArrowFunction(n)) continue;
    if (ts.isFunctionDeclaration(n) || ts.isFunctionExpression(n) || ts.isSourceFile(n)) return undefined;
    const isMember =
      ts.isMethodDeclaration(n) || ts.isAccessor(n) || ts.isConstructorDeclaration(n) || ts.isPropertyDeclaration(n);
    if (isMember) return ts.isClassLike(n.parent) && !isStatic(n) ? n.parent : undefined;
    if (ts.isClassStaticBlockDeclaration(n)) return undefined;
  }
  return undefined;
}

/** Adds the types of fields of a class to those of its family; fields that not all instances have may be missing. */
export function mergeFields(
  cx: Context,
  family: Family,
  typeOf: (field: FieldNode, owner: ts.ClassLikeDeclaration) => Type,
  node: ts.Node,
): readonly RecordField[] {
  const made = new Map<string, { type: Type; isPrivate: boolean; in: number }>();
  const { checker } = cx;
  const several = family.classes.length > 1;
  for (const c of family.classes) {
    for (const field of ownFields(c)) {
      const name = memberName(field.name);
      if (name === undefined) return refuse(field, "dynamic-key", field.name.getText());
      const type = typeOf(field, c);
      const known = made.get(name);
      const isPrivate = ts.isPrivateIdentifier(field.name);
      if (hasMember(checker, family, name, "method")) refuse(node, "class-fields", `\`${name}\``);
      const isAnother = known && (known.isPrivate || isPrivate || typeKey(known.type) !== typeKey(type));
      if (isAnother || (several && name === classField)) refuse(node, "class-fields", `\`${name}\``);
      made.set(name, { type, isPrivate, in: 0 });
    }
    if (errorBase(cx, c) === undefined) continue;
    for (const { name, type } of errorFields) {
      const known = made.get(name);
      if (known && typeKey(known.type) !== typeKey(type)) refuse(node, "class-fields", `\`${name}\``);
      if (!known) made.set(name, { type, isPrivate: false, in: 0 });
    }
  }
  for (const c of family.classes) {
    const names = new Set(ancestry(checker, c).flatMap((a) => ownFields(a).map((f) => memberName(f.name) ?? "")));
    if (errorBase(cx, c) !== undefined) for (const { name } of errorFields) names.add(name);
    for (const [name, entry] of made) if (names.has(name)) entry.in++;
  }
  const fields = [...made].map(([name, { type, in: count }]) => ({
    name,
    type: count === family.classes.length || type.kind === "number" ? type : optional(type),
  }));
  return several ? [{ name: classField, type: { kind: "string" } }, ...fields] : fields;
}
