/**
 * TypeScript's library files taken apart into declarations, each with the names that it mentions, so that a program can
 * have those that it needs: see `library.ts`. The build writes the index into the package, where it takes the place of
 * the files; programs that run from the sources make it when they need it.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

export interface LibraryPart {
  readonly names: readonly string[];
  /** Names of the library that the declaration mentions. */
  readonly mentions: readonly string[];
  /** Such names that only the members called so mention, as pairs of member and name. */
  readonly memberMentions: readonly (readonly [string, string])[];
  /** Without comments. */
  readonly text: string;
}

interface LibraryFile {
  /** Other library files that belong to it. */
  readonly references: readonly string[];
  /** A module with a scope of its own: one part, which stays a file. */
  readonly isModule: boolean;
  readonly parts: readonly LibraryPart[];
}

export interface LibraryIndex {
  readonly license: string;
  /** Names that the checker looks up by itself. */
  readonly core: readonly string[];
  /** In the order in which declarations merge. */
  readonly files: Readonly<Record<string, LibraryFile>>;
}

/** The index in two halves: what the language defines, and what its hosts do, which is far larger. */
export function indexLibraries(directory: string): { readonly language: LibraryIndex; readonly hosts: LibraryIndex } {
  const names = readdirSync(directory).filter((name) => /^lib\.(.+\.)?d\.ts$/.test(name));
  const order = (ts as typeof ts & { readonly libs: readonly string[] }).libs;
  const rank = (file: string): number => order.indexOf(file.replace(/^lib\.|\.?d\.ts$/g, "")) + 1;
  const trees = names
    .sort((a, b) => rank(a) - rank(b))
    .map((name) =>
      ts.createSourceFile(name, readFileSync(join(directory, name), "utf8"), ts.ScriptTarget.ESNext, true),
    );
  const all = new Set(["globalThis", ...trees.flatMap(globalNames)]);
  const compiler = readFileSync(join(directory, "typescript.js"), "utf8");
  const [license = ""] = /^\/\*![\s\S]*?\*\//.exec(compiler) ?? [];
  const core = lookedUp(compiler, all);
  const half = (isHost: boolean): LibraryIndex => ({
    license,
    core,
    files: Object.fromEntries(
      trees.filter((tree) => isHostFile(tree.fileName) === isHost).map((tree) => [tree.fileName, indexFile(tree, all)]),
    ),
  });
  return { language: half(false), hosts: half(true) };
}

/** True for files with declarations of browsers and other hosts, and for those that refer to them. */
export function isHostFile(name: string): boolean {
  return /^lib\.(dom|webworker|scripthost|.*full|d|es6)\b/.test(name);
}

/** Names in the text of the checker, which finds global types by them. */
function lookedUp(compiler: string, all: ReadonlySet<string>): string[] {
  const from = compiler.indexOf("\nfunction createTypeChecker(");
  const to = compiler.indexOf("\nfunction isNotAccessor(", from);
  if (from < 0 || to < 0) throw new Error("TypeScript's checker is not where it was");
  const checker = compiler.slice(from, to);
  // `getGlobalType("Array", 1)`, `getGlobalBuiltinTypes(["MapIterator", "SetIterator"], 1)`.
  const asked = checker.matchAll(/getGlobal\w*\(([^()]*)\)/g);
  const names = [...asked].flatMap(([, args = ""]) => [...args.matchAll(/"(\w+)"/g)].map(([, name = ""]) => name));
  return [...new Set(names)].filter((name) => all.has(name));
}

/** The names that a statement declares for all; of a module only what it says is global. */
function declaredNames(node: ts.Statement): readonly string[] {
  if (ts.isVariableStatement(node)) {
    return node.declarationList.declarations.map((d) => (d.name as ts.Identifier).text);
  }
  const { name } = node as ts.Statement & { readonly name?: ts.Identifier };
  return name ? [name.text] : [];
}

function globalNames(file: ts.SourceFile): readonly string[] {
  if (!ts.isExternalModule(file)) return file.statements.flatMap(declaredNames);
  return file.statements.flatMap((node) =>
    ts.isModuleDeclaration(node) && node.body && ts.isModuleBlock(node.body)
      ? node.body.statements.flatMap(declaredNames)
      : [],
  );
}

function indexFile(file: ts.SourceFile, all: ReadonlySet<string>): LibraryFile {
  const printer = ts.createPrinter({ removeComments: true });
  const isModule = ts.isExternalModule(file);
  return {
    references: file.libReferenceDirectives.map((r) => `lib.${r.fileName.toLowerCase()}.d.ts`),
    isModule,
    parts: isModule
      ? [{ names: globalNames(file), ...mentionsOf(file, all), text: printer.printFile(file) }]
      : file.statements.map((node) => ({
          names: declaredNames(node),
          ...mentionsOf(node, all),
          text: printer.printNode(ts.EmitHint.Unspecified, node, file),
        })),
  };
}

function mentionsOf(root: ts.Node, all: ReadonlySet<string>): Pick<LibraryPart, "mentions" | "memberMentions"> {
  const mentions = new Set<string>();
  const memberMentions = new Map<string, readonly [string, string]>();
  const visit = (node: ts.Node, member: string | undefined): void => {
    if (ts.isIdentifier(node)) {
      if (!all.has(node.text) || isMember(node) || isAskedForSymbol(node)) return;
      // Options of how to write numbers and dates: more text than all arrays, for methods that few call.
      if (member !== undefined && node.text === "Intl")
        memberMentions.set(`${member} ${node.text}`, [member, node.text]);
      else mentions.add(node.text);
      return;
    }
    const isMethod = ts.isMethodSignature(node) && ts.isIdentifier(node.name);
    node.forEachChild((child) => visit(child, isMethod ? (node.name as ts.Identifier).text : member));
  };
  visit(root, undefined);
  return { mentions: [...mentions], memberMentions: [...memberMentions.values()] };
}

/** `typeof globalThis extends { Symbol: … }`: all of the global object is not meant. */
function isAskedForSymbol(node: ts.Identifier): boolean {
  const { parent } = node.parent;
  return node.text === "globalThis" && ts.isConditionalTypeNode(parent) && parent.checkType === node.parent;
}

/** A name that is looked up in an object or a type, not in scopes. */
function isMember(node: ts.Identifier): boolean {
  const { parent } = node;
  // `globalThis.X` is no more than a mention of X.
  const isMemberOf = (object: ts.Node): boolean =>
    (ts.isIdentifier(object) && object.text === "globalThis") === (object === node);
  if (ts.isQualifiedName(parent)) return isMemberOf(parent.left);
  if (ts.isPropertyAccessExpression(parent)) return isMemberOf(parent.expression);
  return (ts.isTypeElement(parent) || ts.isParameter(parent)) && parent.name === node;
}
