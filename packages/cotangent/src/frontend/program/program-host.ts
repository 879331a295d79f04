/**
 * Makes TypeScript programs of no more than what is asked about: imports are followed, library declarations included and
 * the declarations of Node opened only if the code asked about can name something in them (`reach.ts`). Which files are
 * part of a program, and what is mentioned in them, is found out together: a program that turns out to lack something is
 * made again with it, of the same trees. One that is `complete` has everything, as TypeScript itself would open it.
 */
import ts from "typescript";
import { isLibraryPath, type Library, libraryOf, type Words } from "./library.ts";
import { mentionsOf, outlineOf } from "./outline.ts";
import { ownDeclarations, slashed } from "./own-package.ts";
import type { ProgramFiles } from "./program-files.ts";
import { everything, Reach, type ReachedFile, type Wanted } from "./reach.ts";

type Resolved = ts.ResolvedModuleWithFailedLookupLocations;

export class ProgramHost {
  readonly #files: ProgramFiles;
  readonly #options: ts.CompilerOptions;
  readonly #cwd: string;
  readonly #host: ts.CompilerHost;
  readonly #canonical: (path: string) => string;
  #reach: Reach;
  #library: Library;
  readonly #furtherLibraries = new Set<string>();
  /** Whether the declarations of Node are part of the program. */
  #hasNode = false;
  #leftOutNode = false;
  /** Imports that the program being made has followed, by file. */
  #followed = new Map<string, Set<string>>();
  #resolutions: ts.ModuleResolutionCache | undefined;
  #placesVersion = -1;
  /** What of the reach the library's choice was made by. */
  #chosenAt: number | undefined;
  /** Leave nothing out. */
  isComplete = false;

  constructor(options: ts.CompilerOptions, cwd: string, files: ProgramFiles) {
    this.#files = files;
    this.#cwd = cwd;
    this.#options = { ...options, libReplacement: false };
    this.#host = this.#makeHost();
    this.#canonical = (path) => this.#host.getCanonicalFileName(slashed(path));
    this.#library = libraryOf(this.#options);
    this.#reach = this.#freshReach();
  }

  fileExists(path: string): boolean {
    return this.#host.fileExists(path);
  }

  /** The syntax of a file, for which nothing else is opened; undefined if there is no such file. */
  treeOf(path: string): ts.SourceFile | undefined {
    const known = this.#files.knownTree(path);
    if (known) return known;
    const alone: ts.CompilerOptions = { ...this.#options, noLib: true, noResolve: true, types: [] };
    return ts.createProgram([path], alone, this.#host).getSourceFile(path);
  }

  /** A program of `roots` with what is wanted of each file, by path; `isNew` if files have changed since the last one. */
  open(roots: Iterable<string>, wanted: ReadonlyMap<string, readonly Wanted[]>, isNew: boolean): ts.Program {
    if (isNew) {
      this.#reach = this.#freshReach();
      this.#hasNode = false;
    }
    for (const [path, list] of wanted) for (const one of list) this.#reach.ask(this.#canonical(path), one);
    for (;;) {
      this.#followed = new Map();
      this.#leftOutNode = false;
      const lib = this.#options.noLib ? undefined : this.#library.fileNames;
      const options: ts.CompilerOptions = { ...this.#options, ...(lib && { lib }) };
      // The library is shared with other programs, which choose for themselves.
      this.#chosenAt = undefined;
      const program = ts.createProgram([...roots], options, this.#host);
      const library = libraryOf(this.#options, this.#furtherLibraries);
      const lacksNode = this.#leftOutNode && this.#opensNode();
      if (library === this.#library && !lacksNode && !this.#lacksImports(program)) return program;
      this.#library = library;
    }
  }

  /** What of `program` can matter to what is wanted of files, by path. */
  reachIn(program: ts.Program, wanted: readonly (readonly [string, readonly Wanted[]])[]): Reach {
    const reach = new Reach(
      (file, literal) => this.#pathOf(file, literal),
      (at) => program.getSourceFile(at),
    );
    for (const [path, list] of wanted) for (const one of list) reach.ask(this.#canonical(path), one);
    return reach;
  }

  #freshReach(): Reach {
    return new Reach((file, literal) => this.#pathOf(file, literal));
  }

  #makeHost(): ts.CompilerHost {
    const host = ts.createCompilerHost(this.#options, true);
    // Comments say nothing about types, but in JavaScript.
    host.jsDocParsingMode = ts.JSDocParsingMode.ParseForTypeErrors;
    const { fileExists, directoryExists, getSourceFile } = host;
    const files = this.#files;
    host.getCurrentDirectory = () => this.#cwd;
    host.fileExists = (file) => files.textOver(slashed(file)) !== undefined || fileExists(file);
    host.readFile = (file) => files.read(slashed(file));
    host.directoryExists = (directory) =>
      files.hasTextBelow(slashed(directory)) || (directoryExists?.(directory) ?? true);
    host.getSourceFile = (file, version, ...rest) => {
      if (isLibraryPath(file)) return this.#libraryFile(file, version);
      const tree = files.tree(slashed(file), () => getSourceFile.call(host, file, version, ...rest));
      if (tree) this.#enter(file, tree);
      return tree;
    };
    host.resolveModuleNameLiterals = (literals, containing, redirected, _options, file) =>
      this.#resolveImports(literals, containing, redirected, file);
    host.resolveTypeReferenceDirectiveReferences = (references, containing, redirected, options, file) =>
      references.map((reference) => {
        const name = typeof reference === "string" ? reference : reference.fileName;
        // The names in a configuration are those that no file mentions.
        if (name === "node" && !file && !this.#opensNode()) {
          this.#leftOutNode = true;
          return { resolvedTypeReferenceDirective: undefined };
        }
        const mode = typeof reference === "string" ? undefined : reference.resolutionMode;
        return ts.resolveTypeReferenceDirective(name, containing, options, host, redirected, undefined, mode);
      });
    return host;
  }

  #enter(path: string, tree: ts.SourceFile): void {
    if (this.isComplete) this.#reach.ask(this.#canonical(path), everything);
    this.#reach.enter(this.#canonical(path), tree);
  }

  #lacksImports(program: ts.Program): boolean {
    const { files } = this.#reach;
    for (const { path, asked } of [...files.values()]) {
      // One copy of a package stands for the others.
      const copy = program.getSourceFile(path) as RedirectedFile | undefined;
      const target = copy?.redirectInfo?.redirectTarget;
      if (target) for (const wanted of asked.values()) this.#reach.ask(this.#canonical(target.fileName), wanted);
    }
    return [...files.values()].some(({ path, edges }) => {
      const file = program.getSourceFile(path) as RedirectedFile | undefined;
      const followed = this.#followed.get(path);
      return file && !file.redirectInfo && followed && [...edges.keys()].some((specifier) => !followed.has(specifier));
    });
  }

  // --------------------------------------------------------------------------------------------------------- Imports

  #resolveImports(
    literals: readonly ts.StringLiteralLike[],
    containing: string,
    redirected: ts.ResolvedProjectReference | undefined,
    file: ts.SourceFile,
  ): Resolved[] {
    const path = this.#canonical(containing);
    if (outlineOf(file).isWhole) this.#reach.followAll(path, file, literals);
    const reached = this.#reach.files.get(path);
    const followed = new Set<string>();
    this.#followed.set(path, followed);
    return literals.map((literal) => {
      if (reached && !isFollowed(reached, literal)) return { resolvedModule: undefined };
      followed.add(literal.text);
      const found = this.#resolve(file, literal, containing, redirected);
      const to = found.resolvedModule && this.#canonical(found.resolvedModule.resolvedFileName);
      // What TypeScript imports of itself, and what `require` finds where `import` finds something else.
      if (to !== undefined && reached?.edges.get(literal.text) !== to) this.#reach.ask(to, everything);
      return found;
    });
  }

  #pathOf(file: ts.SourceFile, literal: ts.StringLiteralLike): string | undefined {
    const found = this.#resolve(file, literal, file.fileName).resolvedModule;
    return found && this.#canonical(found.resolvedFileName);
  }

  #resolve(
    file: ts.SourceFile,
    literal: ts.StringLiteralLike,
    containing: string,
    redirected?: ts.ResolvedProjectReference,
  ): Resolved {
    const own = ownDeclarations(literal.text);
    if (own !== undefined) return { resolvedModule: ownModule(own) };
    if (this.#placesVersion !== this.#files.placesVersion) this.#resolutions = undefined;
    this.#placesVersion = this.#files.placesVersion;
    this.#resolutions ??= ts.createModuleResolutionCache(this.#cwd, (name) => name, this.#options);
    const mode = ts.getModeForUsageLocation(file, literal, this.#options);
    const resolve = (known?: ts.ModuleResolutionCache): Resolved =>
      ts.resolveModuleName(literal.text, containing, this.#options, this.#host, known, redirected, mode);
    const found = resolve(this.#resolutions);
    if (!found.resolvedModule) {
      this.#files.miss(`${literal.text} ${containing}`, () => resolve().resolvedModule !== undefined);
    }
    return found;
  }

  // ------------------------------------------------------------------------------------------- What no file imports

  #libraryFile(path: string, options: ts.ScriptTarget | ts.CreateSourceFileOptions): ts.SourceFile {
    if (!this.#library.includes(path)) this.#furtherLibraries.add(path.slice(path.lastIndexOf("/") + 1));
    // Each of some fifty files asks; what is chosen changes only with what has been reached.
    if (this.#chosenAt !== this.#reach.changes) {
      this.#library.choose(this.isComplete ? "all" : this.#words());
      this.#chosenAt = this.#reach.changes;
    }
    return this.#library.file(path, (name, text) => ts.createSourceFile(name, text, options));
  }

  #words(): Words {
    const names = new Set<string>();
    const members = new Set<string>();
    for (const file of this.#reach.files.values()) {
      const { tree } = file;
      if (!tree) continue;
      if (outlineOf(tree).isWhole) {
        for (const name of identifiersOf(tree)) {
          names.add(name);
          members.add(name);
        }
      }
      for (const name of file.names) names.add(name);
      for (const piece of file.pieces) for (const name of mentionsOf(piece).members) members.add(name);
    }
    return { names, members };
  }

  /** Decided once all files that are not declared for all have been entered. */
  #opensNode(): boolean {
    this.#hasNode ||= this.#needsNode();
    return this.#hasNode;
  }

  /**
   * Node's declarations are a hundred files. They add names and modules, and to what the language defines nothing that
   * the language's own library does not have; so they are needed for a name or an import that nothing else explains.
   */
  #needsNode(): boolean {
    if (this.isComplete) return true;
    for (const file of this.#reach.files.values()) {
      const { tree } = file;
      if (!tree) continue;
      const outline = outlineOf(tree);
      if (outline.isWhole && !tree.isDeclarationFile) return true;
      if ([...file.edges.values()].includes(undefined)) return true;
      for (const piece of file.pieces) {
        const { names, bound } = mentionsOf(piece);
        for (const name of names) {
          const isExplained =
            builtIn.has(name) ||
            bound.has(name) ||
            outline.declared.has(name) ||
            outline.imports.has(name) ||
            this.#library.definesInLanguage(name);
          if (!isExplained) return true;
        }
      }
    }
    return false;
  }
}

interface RedirectedFile extends ts.SourceFile {
  readonly redirectInfo?: { readonly redirectTarget: ts.SourceFile };
}

/** Names that need no declaration. */
const builtIn: ReadonlySet<string> = new Set(["undefined", "const", "globalThis", "arguments"]);

/** Whether an import is followed; those that stand nowhere in the text are of TypeScript's own making. */
function isFollowed(reached: ReachedFile, literal: ts.StringLiteralLike): boolean {
  if (literal.pos < 0) return literal.text === "tslib" || reached.names.has("React");
  return reached.edges.has(literal.text) || ts.isModuleDeclaration(literal.parent);
}

function identifiersOf(file: ts.SourceFile): Iterable<string> {
  return (file as ts.SourceFile & { readonly identifiers: ReadonlyMap<string, string> }).identifiers.keys();
}

function ownModule(file: string): ts.ResolvedModuleFull {
  const isDeclarations = file.endsWith(".d.ts");
  return {
    resolvedFileName: file,
    extension: isDeclarations ? ts.Extension.Dts : ts.Extension.Ts,
    isExternalLibraryImport: !isDeclarations,
  };
}
