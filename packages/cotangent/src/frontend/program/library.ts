/**
 * The standard library as far as a program needs it: the declarations of the names that it mentions, of the names that
 * the checker looks up by itself, and of what these mention. What nobody names, nobody can look up, so types are the
 * same as with all of it, and a program on numbers opens a fifteenth of the text. The declarations are one file.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";
import { indexLibraries, isHostFile, type LibraryIndex, type LibraryPart } from "./library-index.ts";
import { slashed } from "./own-package.ts";

/** The names that code mentions: those looked up in scopes, and those of members. */
export interface Words {
  readonly names: Iterable<string>;
  readonly members: ReadonlySet<string>;
}

/** All names there are. */
export const allWords = "all";

const directory = slashed(dirname(ts.sys.getExecutingFilePath()));
const mergedName = "lib.merged.d.ts";

export class Library {
  readonly #files: readonly (readonly [string, LibraryIndex["files"][string]])[];
  readonly #core: readonly string[];
  readonly #declared = new Map<string, LibraryPart[]>();
  readonly #languageNames = new Set<string>();
  /** Files for programs before: one that declares more serves as well. */
  readonly #made: { readonly parts: ReadonlySet<LibraryPart>; readonly file: ts.SourceFile }[] = [];
  readonly #modules = new Map<string, ts.SourceFile>();
  #chosen: ReadonlySet<LibraryPart> = new Set();

  /** `names` are library files, `lib.es2024.d.ts`. */
  constructor(names: readonly string[]) {
    const found = withReferences(names);
    this.#core = found.core;
    this.#files = found.files;
    for (const [file, { parts }] of this.#files) {
      for (const part of parts) {
        for (const name of part.names) {
          const known = this.#declared.get(name);
          if (known) known.push(part);
          else this.#declared.set(name, [part]);
          if (!isHostFile(file)) this.#languageNames.add(name);
        }
      }
    }
  }

  /** Paths of the files that make it up in a program, for the option `lib`. */
  get fileNames(): string[] {
    return [mergedName, ...this.#files.filter(([, { isModule }]) => isModule).map(([name]) => name)];
  }

  /** True if the file of this path, or what it refers to, is part of it. */
  includes(path: string): boolean {
    const name = nameOf(path);
    return name === mergedName || this.#files.some(([own]) => own === name);
  }

  /** True for a name that the language defines, and not a host. */
  definesInLanguage(name: string): boolean {
    return this.#languageNames.has(name);
  }

  /** Chooses what a program with these words needs. */
  choose(words: Words | typeof allWords): void {
    this.#chosen = this.#closure(words);
  }

  /** A file of the library as it was chosen: empty, if nothing of it was. */
  file(path: string, parse: (path: string, text: string) => ts.SourceFile): ts.SourceFile {
    const name = nameOf(path);
    const parts = this.#files.find(([own, { isModule }]) => own === name && isModule)?.[1].parts ?? [];
    if (name !== mergedName && !parts.some((part) => this.#chosen.has(part))) return parse(path, "");
    if (name !== mergedName) {
      const known = this.#modules.get(name) ?? parse(path, parts.map((part) => part.text).join("\n"));
      this.#modules.set(name, known);
      return known;
    }
    const known = this.#made.find((made) => [...this.#chosen].every((part) => made.parts.has(part)));
    if (known) return known.file;
    // With what others needed: it is needed again.
    const needed = new Set([...this.#chosen, ...(this.#made.at(-1)?.parts ?? [])]);
    const texts = this.#files.flatMap(([, { isModule, parts: all }]) =>
      isModule ? [] : all.filter((part) => needed.has(part)).map((part) => part.text),
    );
    const made = { parts: needed, file: parse(path, texts.join("\n")) };
    this.#made.push(made);
    return made.file;
  }

  #closure(words: Words | typeof allWords): Set<LibraryPart> {
    const chosen = new Set<LibraryPart>();
    const seen = new Set<string>();
    const pending: string[] = [];
    const ask = (name: string): void => {
      if (seen.has(name)) return;
      seen.add(name);
      if (name === "globalThis") for (const any of this.#declared.keys()) ask(any);
      else if (this.#declared.has(name)) pending.push(name);
    };
    for (const name of words === allWords ? this.#declared.keys() : [...this.#core, ...words.names]) ask(name);
    for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
      for (const part of this.#declared.get(name) ?? []) {
        if (chosen.has(part)) continue;
        chosen.add(part);
        for (const mentioned of part.mentions) ask(mentioned);
        for (const [member, mentioned] of part.memberMentions) {
          if (words === allWords || words.members.has(member)) ask(mentioned);
        }
      }
    }
    return chosen;
  }
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** True for a path where TypeScript looks for its library. */
export function isLibraryPath(path: string): boolean {
  return path.startsWith(`${directory}/`);
}

/** The library that compiler options ask for, with further files of it. */
export function libraryOf(options: ts.CompilerOptions, further: Iterable<string> = []): Library {
  const asked = options.noLib ? [] : (options.lib ?? [ts.getDefaultLibFileName(options)]);
  const names = [...new Set([...asked, ...further].map((name) => name.toLowerCase()))];
  // Trees are bound by the options of the program that they were made for.
  const key = JSON.stringify([names, options]);
  const known = libraries.get(key) ?? new Library(names);
  libraries.set(key, known);
  return known;
}
const libraries = new Map<string, Library>();

interface Found {
  readonly core: readonly string[];
  readonly files: readonly (readonly [string, LibraryIndex["files"][string]])[];
}

function withReferences(names: readonly string[]): Found {
  const { license: _, core, files } = readIndex("language");
  let all = files;
  const wanted = new Set<string>();
  const add = (name: string): void => {
    if (wanted.has(name)) return;
    wanted.add(name);
    if (isHostFile(name)) all = { ...files, ...readIndex("hosts").files };
    for (const reference of all[name]?.references ?? []) add(reference);
  };
  for (const name of names) add(name);
  return { core, files: Object.entries(all).filter(([name]) => wanted.has(name)) };
}

type Half = "language" | "hosts";
const indexes = new Map<Half, LibraryIndex>();

function readIndex(half: Half): LibraryIndex {
  let known = indexes.get(half);
  if (!known) {
    const file = join(directory, `lib.${half}.json`);
    known = existsSync(file)
      ? (JSON.parse(readFileSync(file, "utf8")) as LibraryIndex)
      : indexLibraries(directory)[half];
    indexes.set(half, known);
  }
  return known;
}
