/**
 * What of a program can matter to a piece of code: from the names asked for to the top-level statements that declare
 * them, to the names that these mention, and on, through imports and exports, by names alone. What is not reached cannot
 * be looked up, so it need not be opened, and may change. A file is entered when its tree is at hand; what is asked of it
 * before is remembered.
 */
import type ts from "typescript";
import { mentionsOf, type Outline, outlineOf, type Piece } from "./outline.ts";

/** What is asked of a file: all of it, an exported name, a name in its own scope, or to be part of the program at all. */
export type Wanted =
  | { readonly kind: "all" | "presence" }
  | { readonly kind: "export" | "local"; readonly name: string };

export const everything: Wanted = { kind: "all" };
const presence: Wanted = { kind: "presence" };

/** A name in a file's own scope. */
export function localName(name: string): Wanted {
  return { kind: "local", name };
}

/** Finds the file that an import leads to; undefined if there is none. */
export type Follow = (file: ts.SourceFile, specifier: ts.StringLiteralLike) => string | undefined;

/** What is reached in one file; of one that cannot be taken apart it is all, and no pieces are listed. */
export class ReachedFile {
  readonly path: string;
  tree: ts.SourceFile | undefined;
  isAll = false;
  readonly pieces = new Set<Piece>();
  /** Names of the file's scope that are mentioned, whether or not it declares them. */
  readonly names = new Set<string>();
  /** Modules whose import has to be followed, with the file that it leads to. */
  readonly edges = new Map<string, string | undefined>();
  readonly asked = new Map<string, Wanted>();
  constructor(path: string) {
    this.path = path;
  }
}

export class Reach {
  readonly files = new Map<string, ReachedFile>();
  /** Grows whenever more may have been reached. */
  changes = 0;
  readonly #resolve: Follow;
  readonly #treeOf: (path: string) => ts.SourceFile | undefined;
  readonly #pending: (() => void)[] = [];
  #isWorking = false;

  /** `treeOf` gives the trees that are at hand already. */
  constructor(follow: Follow, treeOf: (path: string) => ts.SourceFile | undefined = () => undefined) {
    this.#resolve = follow;
    this.#treeOf = treeOf;
  }

  ask(path: string, wanted: Wanted): void {
    const file = this.#file(path);
    const key = "name" in wanted ? `${wanted.kind} ${wanted.name}` : wanted.kind;
    if (file.asked.has(key)) return;
    file.asked.set(key, wanted);
    if (file.tree) this.#later(file, file.tree, wanted);
    this.#work();
  }

  /** Gives the tree of a file. */
  enter(path: string, tree: ts.SourceFile): ReachedFile {
    const file = this.#file(path);
    if (file.tree) return file;
    file.tree = tree;
    this.#later(file, tree, presence);
    for (const wanted of file.asked.values()) this.#later(file, tree, wanted);
    this.#work();
    return file;
  }

  /** Follows imports of a file that cannot be taken apart. */
  followAll(path: string, tree: ts.SourceFile, literals: readonly ts.StringLiteralLike[]): void {
    const file = this.#file(path);
    for (const literal of literals) this.#follow(file, tree, literal, everything);
    this.#work();
  }

  #file(path: string): ReachedFile {
    const known = this.files.get(path);
    if (known) return known;
    const made = new ReachedFile(path);
    this.files.set(path, made);
    const tree = this.#treeOf(path);
    if (tree) this.enter(path, tree);
    return made;
  }

  // A list of work instead of recursion: chains of declarations are as long as programs are.
  #later(file: ReachedFile, tree: ts.SourceFile, wanted: Wanted): void {
    this.#pending.push(() => this.#reach(file, tree, wanted));
  }
  #work(): void {
    if (this.#isWorking) return;
    this.#isWorking = true;
    for (let next = this.#pending.pop(); next; next = this.#pending.pop()) next();
    this.#isWorking = false;
  }

  #reach(file: ReachedFile, tree: ts.SourceFile, wanted: Wanted): void {
    this.changes++;
    const outline = outlineOf(tree);
    const whole = outline.isWhole ? everything : wanted;
    switch (whole.kind) {
      case "presence":
        for (const specifier of outline.sideEffects) this.#followTo(file, tree, specifier, presence);
        for (const piece of outline.always) this.#reachPiece(file, tree, piece);
        return;
      case "all":
        this.#reachAll(file, tree, outline);
        return;
      case "local":
        this.#reachLocal(file, tree, outline, whole.name);
        return;
      case "export":
        this.#reachExport(file, tree, outline, whole.name);
        return;
      default:
        whole satisfies never;
    }
  }

  #reachAll(file: ReachedFile, tree: ts.SourceFile, outline: Outline): void {
    if (file.isAll) return;
    file.isAll = true;
    if (outline.isWhole) {
      for (const literal of importsOf(tree)) this.#follow(file, tree, literal, everything);
      return;
    }
    for (const piece of outline.pieces) this.#reachPiece(file, tree, piece);
    for (const specifier of outline.sideEffects) this.#followTo(file, tree, specifier, presence);
    for (const name of outline.imports.keys()) this.#reachLocal(file, tree, outline, name);
    for (const name of outline.exports.keys()) this.#reachExport(file, tree, outline, name);
    for (const specifier of outline.stars) this.#followTo(file, tree, specifier, everything);
  }

  #reachExport(file: ReachedFile, tree: ts.SourceFile, outline: Outline, name: string): void {
    if (name === "*") {
      this.#reachAll(file, tree, outline);
      return;
    }
    const found = outline.exports.get(name);
    if (found === undefined) {
      for (const specifier of outline.stars) this.#followTo(file, tree, specifier, { kind: "export", name });
    } else if ("local" in found) this.#reachLocal(file, tree, outline, found.local);
    else this.#followTo(file, tree, found.specifier, { kind: "export", name: found.name });
  }

  #reachLocal(file: ReachedFile, tree: ts.SourceFile, outline: Outline, name: string): void {
    if (file.names.has(name)) return;
    file.names.add(name);
    for (const piece of outline.declared.get(name) ?? []) this.#reachPiece(file, tree, piece);
    const imported = outline.imports.get(name);
    if (imported) this.#followTo(file, tree, imported.specifier, { kind: "export", name: imported.name });
  }

  #reachPiece(file: ReachedFile, tree: ts.SourceFile, piece: Piece): void {
    if (file.pieces.has(piece)) return;
    file.pieces.add(piece);
    const { names, specifiers } = mentionsOf(piece);
    for (const name of [...piece.declares, ...names]) {
      if (!file.names.has(name)) this.#later(file, tree, { kind: "local", name });
    }
    for (const specifier of specifiers) this.#follow(file, tree, specifier, everything);
  }

  #followTo(file: ReachedFile, tree: ts.SourceFile, specifier: string, wanted: Wanted): void {
    const literal = outlineOf(tree).specifiers.get(specifier);
    if (literal) this.#follow(file, tree, literal, wanted);
  }
  #follow(file: ReachedFile, tree: ts.SourceFile, literal: ts.StringLiteralLike, wanted: Wanted): void {
    // What TypeScript adds for JSX is followed by a rule of its own, or not at all.
    if (literal.pos < 0) return;
    const { text } = literal;
    if (!file.edges.has(text)) file.edges.set(text, this.#resolve(tree, literal));
    const to = file.edges.get(text);
    if (to !== undefined) this.ask(to, wanted);
  }
}

/** What a program has found to be imported by a file that is part of it. */
function importsOf(file: ts.SourceFile): readonly ts.StringLiteralLike[] {
  return (file as ts.SourceFile & { readonly imports?: readonly ts.StringLiteralLike[] }).imports ?? [];
}
