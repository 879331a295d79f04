/**
 * The one door to TypeScript: a program opened from files on disk and an overlay of texts, its checker, and the
 * diagnostics of a stretch of code. Outside this folder a program is only a `SourceProgram`, which has no type of
 * TypeScript in it; the compiler's own objects are reached by `internals` inside the folder.
 */
import { dirname, resolve } from "node:path";
import ts from "typescript";
import { CotangentError, rememberText, report } from "../../core/errors.ts";
import { hostFile, hostText, preludeFile, preludeText } from "../../prelude/index.ts";
import { Offers } from "./offers.ts";
import { slashed } from "./own-package.ts";
import { ProgramFiles } from "./program-files.ts";
import { ProgramHost } from "./program-host.ts";
import { everything, type Reach, type Wanted } from "./reach.ts";

export interface SourceOptions {
  /** Files to open at once; others are opened when a target names them. */
  readonly files?: readonly string[];
  /** What relative paths are relative to; the process's directory by default. */
  readonly cwd?: string;
  /** A tsconfig file to take compiler options from. */
  readonly tsconfig?: string;
  /** Texts that stand in for files, by path: unsaved buffers, sources in memory. */
  readonly overlay?: ReadonlyMap<string, string>;
  /** Adds to the texts of the program's own files. Must leave every place where it is. */
  readonly amend?: (file: string, text: string) => string;
  /** Takes JavaScript for sources even where the configuration does not. */
  readonly javascript?: boolean;
}

/**
 * A TypeScript program, type-checked as far as it is asked about. It sees files as they were when it first looked at
 * them, until it is told of a change or told to look again; then only what has changed is parsed anew.
 */
export interface SourceProgram {
  readonly cwd: string;
  /** The absolute path of `file`, with `/` between its parts. */
  readonly resolvePath: (file: string) => string;
  /** The text of a file of the program; undefined if it is not part of it. */
  readonly textOf: (file: string) => string | undefined;
  /** Puts a text over a file, as a bundler or an editor has it; undefined: the file on disk counts again. */
  readonly setText: (file: string, text: string | undefined) => void;
  /** Looks whether files on disk have changed since they were read. */
  readonly refresh: () => void;
  /** Counts the changes so far: whoever keeps what was made of the program compares. */
  readonly version: number;
  /**
   * The specifiers of the imports by which calls in `file`, whose text is `text`, may ask for derivatives; with none of
   * them they certainly ask for none. Opens nothing.
   */
  readonly askingImports: (file: string, text: string) => ReadonlySet<string>;
  /** Decorators are the old ones of TypeScript, not the language's. */
  readonly experimentalDecorators: boolean;
}

export interface Internals {
  readonly program: ts.Program;
  readonly checker: ts.TypeChecker;
  /** The source file at `path`, opened if it was not. Throws `file-not-found`. */
  readonly sourceFile: (path: string) => ts.SourceFile;
  /** What can matter to what is wanted of files. */
  readonly reach: (roots: readonly { readonly file: string; readonly wanted: readonly Wanted[] }[]) => Reach;
}

interface Opened {
  readonly treeOf: (file: string) => ts.SourceFile;
  readonly open: (file: string | undefined, wanted: readonly Wanted[]) => Internals;
  readonly complete: () => boolean;
}
const opened = new WeakMap<SourceProgram, Opened>();

function openedOf(source: SourceProgram): Opened {
  const found = opened.get(source);
  if (!found) throw new TypeError("not a program made by openSource");
  return found;
}

/**
 * What only this folder may see of a program, with `file` among its sources. Of other files it has what can matter to
 * what is wanted of this one.
 */
export function internals(source: SourceProgram, file: string, wanted: readonly Wanted[] = [everything]): Internals {
  return openedOf(source).open(file, wanted);
}

/** The syntax of a file, for which nothing else is opened. Throws `file-not-found`. */
export function syntaxOf(source: SourceProgram, file: string): ts.SourceFile {
  return openedOf(source).treeOf(file);
}

/** From now on, until something changes, the program has all that TypeScript would open. False if it had before. */
export function completeProgram(source: SourceProgram): boolean {
  return openedOf(source).complete();
}

const defaults: ts.CompilerOptions = {
  strict: true,
  target: ts.ScriptTarget.ES2024,
  lib: ["lib.es2024.d.ts", "lib.esnext.d.ts"],
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  moduleDetection: ts.ModuleDetectionKind.Force,
  jsx: ts.JsxEmit.ReactJSX,
  allowImportingTsExtensions: true,
  resolveJsonModule: true,
  skipLibCheck: true,
  types: [],
};

/** Opens a program. Parses on first use; throws `CotangentError` for a tsconfig that cannot be read. */
export function openSource(options: SourceOptions = {}): SourceProgram {
  const cwd = slashed(resolve(options.cwd ?? process.cwd()));
  const resolvePath = (file: string): string => slashed(resolve(cwd, file));
  const texts = new Map<string, string>([
    [preludeFile, preludeText],
    [hostFile, hostText],
  ]);
  for (const [file, text] of options.overlay ?? []) texts.set(resolvePath(file), text);
  // A program with a configuration of its own says what its host declares.
  const provided = options.tsconfig ? [preludeFile] : [preludeFile, hostFile];
  const config = options.tsconfig === undefined ? undefined : readConfig(resolvePath(options.tsconfig));
  const compilerOptions: ts.CompilerOptions = {
    ...(config?.options ?? defaults),
    // What may be missing decides what is computed.
    strictNullChecks: true,
    noEmit: true,
    allowImportingTsExtensions: true,
    // Types that JavaScript declares in comments are types, unless its owner says otherwise.
    ...(options.javascript || config?.options.allowJs === undefined ? { allowJs: true, checkJs: false } : {}),
  };
  const files = new ProgramFiles(texts, options.amend);
  const host = new ProgramHost(compilerOptions, cwd, files);
  const offers = new Offers(compilerOptions);
  const roots = new Set([
    ...provided,
    ...(config?.declarations ?? []).map(slashed),
    ...(options.files ?? []).map(resolvePath),
  ]);
  const allWanted = new Map<string, Wanted[]>([...roots].map((root) => [root, [everything]]));

  let current: (Internals & { readonly version: number }) | undefined;
  let completeAt: number | undefined;
  const want = (path: string, wanted: readonly Wanted[]): boolean => {
    const known = allWanted.get(path) ?? [];
    const added = wanted.filter((w) => !known.some((k) => sameWanted(k, w)));
    if (added.length > 0) allWanted.set(path, [...known, ...added]);
    return added.length > 0;
  };
  const open = (file: string | undefined, wanted: readonly Wanted[]): Internals => {
    const isStale = current?.version !== files.version;
    if (isStale) {
      host.isComplete = completeAt === files.version;
      for (const root of roots) if (!host.fileExists(root)) roots.delete(root);
    }
    let isMore = false;
    if (file !== undefined) {
      const path = resolvePath(file);
      if (!host.fileExists(path)) report("file-not-found", undefined, path);
      isMore = want(path, wanted) || !current?.program.getSourceFile(path);
      if (isMore) roots.add(path);
    }
    if (current && !isStale && !isMore) return current;
    const { version } = files;
    const program = host.open(roots, allWanted, isStale);
    current = {
      version,
      program,
      // Some only want to see the syntax.
      get checker() {
        return program.getTypeChecker();
      },
      sourceFile: (at) => program.getSourceFile(resolvePath(at)) ?? report("file-not-found", undefined, at),
      reach: (of) =>
        host.reachIn(
          program,
          of.map((root) => [resolvePath(root.file), root.wanted]),
        ),
    };
    return current;
  };
  const complete = (): boolean => {
    if (completeAt === files.version) return false;
    completeAt = files.version;
    current = undefined;
    return true;
  };
  const source: SourceProgram = {
    cwd,
    resolvePath,
    askingImports: (file, text) => offers.specifiers(resolvePath(file), text),
    experimentalDecorators: compilerOptions.experimentalDecorators === true,
    textOf: (file) => {
      const path = resolvePath(file);
      return files.original(path) ?? files.textOver(path) ?? open(undefined, []).program.getSourceFile(path)?.text;
    },
    setText: (file, text) => files.setText(resolvePath(file), text),
    refresh: () => files.refresh(),
    get version() {
      return files.version;
    },
  };
  const treeOf = (file: string): ts.SourceFile =>
    host.treeOf(resolvePath(file)) ?? report("file-not-found", undefined, resolvePath(file));
  opened.set(source, {
    treeOf,
    open,
    complete,
  });
  return source;
}

function readConfig(path: string): { readonly options: ts.CompilerOptions; readonly declarations: readonly string[] } {
  const read = ts.readConfigFile(path, ts.sys.readFile);
  const parsed = read.config && ts.parseJsonConfigFileContent(read.config, ts.sys, dirname(path));
  const problem = read.error ?? parsed?.errors.find((e: ts.Diagnostic) => e.code !== 18003);
  if (problem) throw typescriptError(problem);
  // Declarations for all, which no import leads to.
  const declarations = (parsed.fileNames as string[]).filter((f) => /\.d\.[cm]?ts$/.test(f));
  return { options: { ...parsed.options, skipLibCheck: true }, declarations };
}

function sameWanted(a: Wanted, b: Wanted): boolean {
  return a.kind === b.kind && ("name" in a ? a.name : "") === ("name" in b ? b.name : "");
}

/** A diagnostic of TypeScript as an error of ours, with TypeScript's code and words. */
export function typescriptError(diagnostic: ts.Diagnostic): CotangentError {
  const { file, start, length } = diagnostic;
  if (file) rememberText(slashed(file.fileName), file.text);
  return new CotangentError({
    code: `TS${diagnostic.code}`,
    message: ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n"),
    span: file && start !== undefined ? { file: slashed(file.fileName), start, end: start + (length ?? 1) } : undefined,
  });
}

/** "Implicitly has an 'any' type" and its like: types of values say what is missing. */
function isImplicitAny(code: number): boolean {
  return code >= 7005 && code <= 7057;
}

/**
 * TypeScript's syntax errors of a file, and its type errors inside the stretch of code `within`. Of code that `runs`
 * already, JavaScript has no types to be wrong, and TypeScript need not declare them all.
 */
export function diagnosticsWithin(program: ts.Program, within: ts.Node, runs = false): readonly ts.Diagnostic[] {
  const file = within.getSourceFile();
  const from = within.getStart(file);
  const inside = (d: ts.Diagnostic): boolean => d.start !== undefined && d.start >= from && d.start < within.end;
  const syntactic = program.getSyntacticDiagnostics(file);
  if (runs && within.flags & ts.NodeFlags.JavaScriptFile) return syntactic.filter((d) => d.code < 2000 && inside(d));
  if (syntactic.length > 0) return syntactic;
  const statement = ts.findAncestor(within, (node) => node.parent === file) ?? file;
  return checkStatement(program, file, statement).filter((d) => {
    return d.category === ts.DiagnosticCategory.Error && inside(d) && !(runs && isImplicitAny(d.code));
  });
}

/** As editors do for what is on the screen; the rest of the file may be long, and import what is not open here. */
interface PartialChecker {
  readonly getSemanticDiagnostics: (
    file: ts.SourceFile,
    cancellation: undefined,
    nodes: readonly ts.Node[],
  ) => readonly ts.Diagnostic[];
}
const checked = new WeakMap<ts.Program, Map<ts.Node, readonly ts.Diagnostic[]>>();

function checkStatement(program: ts.Program, file: ts.SourceFile, statement: ts.Node): readonly ts.Diagnostic[] {
  const ofProgram = checked.get(program) ?? new Map<ts.Node, readonly ts.Diagnostic[]>();
  checked.set(program, ofProgram);
  let found = ofProgram.get(statement);
  if (!found) {
    found = (program as ts.Program & PartialChecker).getSemanticDiagnostics(file, undefined, [statement]);
    ofProgram.set(statement, found);
  }
  return found;
}
