/**
 * The files of a program as they are now: a text put over a file, or what is on disk, and the syntax tree of it, kept
 * until the text changes. Trees are what a program is made of, so a program that is opened again parses only what has
 * changed since.
 */
import { statSync } from "node:fs";
import ts from "typescript";
import { preludeFile } from "../../prelude/index.ts";

interface Kept {
  readonly tree: ts.SourceFile | undefined;
  /** What the file on disk looked like when it was read; undefined if its text did not come from there. */
  readonly stamp: string | undefined;
}

type Amend = (file: string, text: string) => string;

export class ProgramFiles {
  readonly #texts: Map<string, string>;
  readonly #amend: Amend;
  readonly #kept = new Map<string, Kept>();
  readonly #originals = new Map<string, string>();
  /** Imports that led nowhere. */
  readonly #missing = new Map<string, () => boolean>();
  /** Counts changes. */
  version = 0;
  /** Counts those that may change what an import leads to. */
  placesVersion = 0;

  constructor(texts: ReadonlyMap<string, string>, amend: Amend = (_, text) => text) {
    this.#texts = new Map(texts);
    this.#amend = amend;
  }

  /** The text over a file; undefined if it is read from disk. */
  textOver(file: string): string | undefined {
    return this.#texts.get(file);
  }
  hasTextBelow(directory: string): boolean {
    const inside = `${directory.replace(/\/$/, "")}/`;
    return [...this.#texts.keys()].some((file) => file.startsWith(inside));
  }

  /** The text of a file, as the program is to see it. */
  read(file: string): string | undefined {
    const text = this.#texts.get(file) ?? ts.sys.readFile(file);
    const isOwn = file !== preludeFile && !/\/node_modules\/|\.d\.[cm]?ts$|\.json$/.test(file);
    if (text === undefined || !isOwn) return text;
    this.#originals.set(file, text);
    return this.#amend(file, text);
  }

  /** The text of a file without what was added to it; undefined if nothing may have been. */
  original(file: string): string | undefined {
    return this.#originals.get(file);
  }

  /** The tree of a file, if it has been made. */
  knownTree(file: string): ts.SourceFile | undefined {
    return this.#kept.get(file)?.tree;
  }

  /** The tree of a file, made by `parse` if the text has changed. */
  tree(file: string, parse: () => ts.SourceFile | undefined): ts.SourceFile | undefined {
    const known = this.#kept.get(file);
    if (known) return known.tree;
    // Before the text is read: what changes in between is seen as a change.
    const stamp = this.#texts.has(file) ? undefined : stampOf(file);
    const tree = parse();
    this.#kept.set(file, { tree, stamp });
    return tree;
  }

  /** Puts a text over a file, or takes it away. */
  setText(file: string, text: string | undefined): void {
    if (this.#texts.get(file) === text) return;
    const existed = this.#exists(file);
    if (text === undefined) this.#texts.delete(file);
    else this.#texts.set(file, text);
    this.#compare(file);
    if (this.#exists(file) !== existed) this.#changePlaces();
  }

  /** Looks which of the files that were read have changed on disk. */
  refresh(): void {
    for (const [file, { stamp }] of this.#kept) {
      if (this.#texts.has(file)) continue;
      const now = stampOf(file);
      if (now === stamp) continue;
      if ((now === undefined) !== (stamp === undefined)) this.#changePlaces();
      this.#compare(file);
    }
    if ([...this.#missing.values()].some((isThereNow) => isThereNow())) this.#changePlaces();
  }

  /** Remembers an import that leads nowhere, and how to find out whether it still does. */
  miss(imported: string, isThereNow: () => boolean): void {
    this.#missing.set(imported, isThereNow);
  }

  /** Keeps the tree if its text is still what there is to read: an editor may just have opened the file, or saved it. */
  #compare(file: string): void {
    const known = this.#kept.get(file);
    if (!known) return;
    const stamp = this.#texts.has(file) ? undefined : stampOf(file);
    if (known.tree?.text === this.read(file)) {
      this.#kept.set(file, { tree: known.tree, stamp });
      return;
    }
    this.#kept.delete(file);
    this.version++;
  }
  #exists(file: string): boolean {
    return this.#texts.has(file) || ts.sys.fileExists(file);
  }
  #changePlaces(): void {
    this.#missing.clear();
    this.placesVersion++;
    this.version++;
  }
}

/** What tells that a file has changed, without reading it; undefined if it is not there. */
export function stampOf(file: string): string | undefined {
  const found = statSync(file, { throwIfNoEntry: false });
  return found && `${found.mtimeMs} ${found.size} ${found.ino}`;
}
