/**
 * A file as its top-level statements, with what each declares and which names it mentions: enough to say what a piece of
 * code can depend on without asking the checker. Scopes inside of a statement are not looked at, so a mention may be of
 * a local variable; that only makes more of the program count than has to.
 */
import ts from "typescript";

/** A top-level statement. */
export interface Piece {
  readonly node: ts.Statement;
  /** Its place among the statements. */
  readonly index: number;
  readonly declares: readonly string[];
}

/** What a local name stands for in another file; the name `*` is all of that file. */
interface Imported {
  readonly specifier: string;
  readonly name: string;
  readonly isTypeOnly: boolean;
}

export interface Outline {
  readonly pieces: readonly Piece[];
  /** The pieces that declare a name in the file's scope. */
  readonly declared: ReadonlyMap<string, readonly Piece[]>;
  readonly imports: ReadonlyMap<string, Imported>;
  /** Where a module is named, by its specifier. */
  readonly specifiers: ReadonlyMap<string, ts.StringLiteralLike>;
  /** Names under which others see it: of a declaration of this file, or of another one. */
  readonly exports: ReadonlyMap<string, { readonly local: string } | Imported>;
  /** `export * from`. */
  readonly stars: readonly string[];
  /** Imports for the sake of what they declare for all. */
  readonly sideEffects: readonly string[];
  /** Pieces that matter to whoever sees the file at all: they declare for all, or run. */
  readonly always: readonly Piece[];
  /** The file cannot be taken apart: a script, whose names all see, JavaScript, or a module as one value. */
  readonly isWhole: boolean;
}

export interface Mentions {
  /** Names that may be of something outside the piece. */
  readonly names: ReadonlySet<string>;
  /** Names that the piece declares, in whatever scope. */
  readonly bound: ReadonlySet<string>;
  /** Names that it looks up in objects and types. */
  readonly members: ReadonlySet<string>;
  /** Modules named in types and calls, `import("./m")`. */
  readonly specifiers: readonly ts.StringLiteralLike[];
}

const outlines = new WeakMap<ts.SourceFile, Outline>();

/** The outline of a file; made once. */
export function outlineOf(file: ts.SourceFile): Outline {
  let known = outlines.get(file);
  if (!known) {
    known = new Outliner(file).outline();
    outlines.set(file, known);
  }
  return known;
}

class Outliner {
  readonly #file: ts.SourceFile;
  readonly #declared = new Map<string, Piece[]>();
  readonly #imports = new Map<string, Imported>();
  readonly #specifiers = new Map<string, ts.StringLiteralLike>();
  readonly #exports = new Map<string, { readonly local: string } | Imported>();
  readonly #stars: string[] = [];
  readonly #sideEffects: string[] = [];
  readonly #always: Piece[] = [];
  #isWhole: boolean;

  constructor(file: ts.SourceFile) {
    this.#file = file;
    this.#isWhole = !ts.isExternalModule(file) || (file.flags & ts.NodeFlags.JavaScriptFile) !== 0;
  }

  outline(): Outline {
    const pieces = this.#file.statements.map((node, index) => this.#read(node, index));
    return {
      pieces,
      declared: this.#declared,
      imports: this.#imports,
      specifiers: this.#specifiers,
      exports: this.#exports,
      stars: this.#stars,
      sideEffects: this.#sideEffects,
      always: this.#always,
      isWhole: this.#isWhole,
    };
  }

  #read(node: ts.Statement, index: number): Piece {
    const piece: Piece = { node, index, declares: this.#names(node) };
    for (const name of piece.declares) this.#declared.set(name, [...(this.#declared.get(name) ?? []), piece]);
    if (ts.isImportDeclaration(node)) this.#readImport(node);
    else if (ts.isExportDeclaration(node)) this.#readExport(node);
    else if (ts.isImportEqualsDeclaration(node) || (ts.isExportAssignment(node) && node.isExportEquals)) {
      this.#isWhole = true;
    } else if (ts.isExportAssignment(node)) this.#exports.set("default", { local: "default" });
    else if (isForAll(node)) this.#always.push(piece);
    const modifiers = ts.canHaveModifiers(node) ? ts.getModifiers(node) : undefined;
    const isExported = modifiers?.some((m) => m.kind === ts.SyntaxKind.ExportKeyword);
    // In a file of declarations all may be exported without saying so.
    if (isExported || this.#file.isDeclarationFile) {
      for (const name of piece.declares) if (!this.#exports.has(name)) this.#exports.set(name, { local: name });
    }
    return piece;
  }

  #names(node: ts.Statement): string[] {
    if (ts.isVariableStatement(node)) return node.declarationList.declarations.flatMap((d) => boundNames(d.name));
    if (ts.isExportAssignment(node)) return ["default"];
    if (ts.isExpressionStatement(node)) return expandoNames(node.expression);
    if (
      ts.isFunctionDeclaration(node) ||
      ts.isClassDeclaration(node) ||
      ts.isInterfaceDeclaration(node) ||
      ts.isTypeAliasDeclaration(node) ||
      ts.isEnumDeclaration(node) ||
      ts.isModuleDeclaration(node)
    ) {
      const isDefault = ts.getModifiers(node)?.some((m) => m.kind === ts.SyntaxKind.DefaultKeyword);
      const own = node.name && ts.isIdentifier(node.name) ? [node.name.text] : [];
      return isDefault ? [...own, "default"] : own;
    }
    return [];
  }

  #readImport({ importClause, moduleSpecifier }: ts.ImportDeclaration): void {
    const specifier = this.#specify(moduleSpecifier);
    if (!importClause) {
      this.#sideEffects.push(specifier);
      return;
    }
    const { name, namedBindings, phaseModifier } = importClause;
    const isTypeOnly = phaseModifier === ts.SyntaxKind.TypeKeyword;
    if (name) this.#imports.set(name.text, { specifier, name: "default", isTypeOnly });
    if (namedBindings && ts.isNamespaceImport(namedBindings)) {
      this.#imports.set(namedBindings.name.text, { specifier, name: "*", isTypeOnly });
    } else if (namedBindings) {
      for (const e of namedBindings.elements) {
        const imported = { specifier, name: (e.propertyName ?? e.name).text, isTypeOnly: isTypeOnly || e.isTypeOnly };
        this.#imports.set(e.name.text, imported);
      }
    }
  }

  #readExport({ exportClause, moduleSpecifier, isTypeOnly }: ts.ExportDeclaration): void {
    const specifier = moduleSpecifier && this.#specify(moduleSpecifier);
    if (!exportClause) {
      if (specifier !== undefined) this.#stars.push(specifier);
    } else if (ts.isNamespaceExport(exportClause)) {
      if (specifier !== undefined) this.#exports.set(exportClause.name.text, { specifier, name: "*", isTypeOnly });
    } else {
      for (const e of exportClause.elements) {
        const name = (e.propertyName ?? e.name).text;
        const imported = { specifier: specifier ?? "", name, isTypeOnly: isTypeOnly || e.isTypeOnly };
        this.#exports.set(e.name.text, specifier === undefined ? { local: name } : imported);
      }
    }
  }

  #specify(node: ts.Expression): string {
    const literal = node as ts.StringLiteral;
    this.#specifiers.set(literal.text, literal);
    return literal.text;
  }
}

/** What a module calls at its top for the rules that its calls have, see `rule-tables.ts`. */
export const useRulesName = "useRules";

/** `useRules(…)`, by its name alone. */
function usesRules(node: ts.Statement): boolean {
  if (!ts.isExpressionStatement(node) || !ts.isCallExpression(node.expression)) return false;
  const { expression: callee } = node.expression;
  const name = ts.isPropertyAccessExpression(callee) ? callee.name : callee;
  return ts.isIdentifier(name) && name.text === useRulesName;
}

/** `declare global { … }` and `declare module "m" { … }`, and the rules that calls have. */
function isForAll(node: ts.Statement): boolean {
  if (usesRules(node)) return true;
  return (
    ts.isModuleDeclaration(node) &&
    (ts.isStringLiteral(node.name) || (node.flags & ts.NodeFlags.GlobalAugmentation) !== 0)
  );
}

function boundNames(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((e) => (ts.isOmittedExpression(e) ? [] : boundNames(e.name)));
}

/** `f.x = …` adds to what `f` declares. */
function expandoNames(expression: ts.Expression): string[] {
  if (!ts.isBinaryExpression(expression)) return [];
  let at: ts.Expression = expression.left;
  while (ts.isPropertyAccessExpression(at) || ts.isElementAccessExpression(at)) at = at.expression;
  return ts.isIdentifier(at) && at !== expression.left ? [at.text] : [];
}

const mentions = new WeakMap<ts.Statement, Mentions>();

/** The names that a piece mentions; collected once. */
export function mentionsOf({ node }: Piece): Mentions {
  const known = mentions.get(node);
  if (known) return known;
  const names = new Set<string>();
  const bound = new Set<string>();
  const members = new Set<string>();
  const specifiers: ts.StringLiteralLike[] = [];
  // An explicit stack: generated code nests deeper than calls may.
  const pending: ts.Node[] = [node];
  for (let n = pending.pop(); n; n = pending.pop()) {
    if (ts.isIdentifier(n)) (isBinding(n) ? bound : isMember(n) ? members : names).add(n.text);
    else if (ts.isStringLiteralLike(n)) {
      members.add(n.text);
      if (isSpecifier(n)) specifiers.push(n);
    } else if (ts.isJsxOpeningLikeElement(n) || ts.isJsxFragment(n)) names.add("React");
    n.forEachChild((child) => void pending.push(child));
  }
  const made = { names, bound, members, specifiers };
  mentions.set(node, made);
  return made;
}

/** `import("m")`, as an expression or a type. */
function isSpecifier(node: ts.StringLiteralLike): boolean {
  const { parent } = node;
  if (ts.isLiteralTypeNode(parent)) return ts.isImportTypeNode(parent.parent);
  return (
    ts.isCallExpression(parent) &&
    parent.expression.kind === ts.SyntaxKind.ImportKeyword &&
    parent.arguments[0] === node
  );
}

/** A name being declared. What is declared at top level is mentioned too, by being reached. */
function isBinding(n: ts.Identifier): boolean {
  const { parent } = n;
  return (
    (ts.isVariableDeclaration(parent) ||
      ts.isParameter(parent) ||
      ts.isBindingElement(parent) ||
      ts.isFunctionDeclaration(parent) ||
      ts.isFunctionExpression(parent) ||
      ts.isClassLike(parent) ||
      ts.isTypeParameterDeclaration(parent)) &&
    parent.name === n
  );
}

/** A name that is looked up in an object or a type, not in scopes. */
function isMember(n: ts.Identifier): boolean {
  const { parent } = n;
  if (ts.isPropertyAccessExpression(parent) || ts.isPropertyAssignment(parent)) return parent.name === n;
  if (ts.isQualifiedName(parent)) return parent.right === n;
  if (ts.isBindingElement(parent)) return parent.propertyName === n;
  return (ts.isClassElement(parent) || ts.isTypeElement(parent)) && parent.name === n;
}
