/**
 * The one door to TypeScript: a program opened from files on disk and an overlay of texts, its checker, and the
 * diagnostics of a stretch of code. Outside this folder a program is only a `SourceProgram`, which has no type of
 * TypeScript in it; the compiler's own objects are reached by `internals` inside the folder.
 */
import { dirname, resolve } from "node:path";
import ts from "typescript";
import { CotangentError, rememberText, report } from "../core/errors.ts";
import { hostFile, hostText, preludeFile, preludeText } from "../prelude/index.ts";
import { Offers } from "./offers.ts";
import { ownDeclarations, slashed } from "./own-package.ts";
import { ProgramFiles } from "./program-files.ts";

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
  /** False if calls in `file`, whose text is `text`, certainly ask for no derivatives. Opens nothing. */
  readonly mayAsk: (file: string, text: string) => boolean;
  /** Decorators are the old ones of TypeScript, not the language's. */
  readonly experimentalDecorators: boolean;
}

export interface Internals {
  readonly program: ts.Program;
  readonly checker: ts.TypeChecker;
  /** The source file at `path`, opened if it was not. Throws `file-not-found`. */
  readonly sourceFile: (path: string) => ts.SourceFile;
}

const opened = new WeakMap<SourceProgram, (file?: string) => Internals>();

/** What only this folder may see of a program, with `file` among its sources. */
export function internals(source: SourceProgram, file: string): Internals {
  const open = opened.get(source);
  if (!open) throw new TypeError("not a program made by openSource");
  return open(file);
}

const defaults: ts.CompilerOptions = {
  strict: true,
  target: ts.ScriptTarget.ES2024,
  lib: ["lib.es2024.d.ts", "lib.esnext.d.ts"],
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  moduleDetection: ts.ModuleDetectionKind.Force,
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
  const compilerOptions: ts.CompilerOptions = {
    ...(options.tsconfig ? readConfig(resolvePath(options.tsconfig)) : defaults),
    // What may be missing decides what is computed.
    strictNullChecks: true,
    noEmit: true,
    allowImportingTsExtensions: true,
  };
  const files = new ProgramFiles(texts, options.amend);
  const host = makeHost(compilerOptions, cwd, files);
  const roots = new Set([...provided, ...(options.files ?? []).map(resolvePath)]);

  let current: (Internals & { readonly version: number }) | undefined;
  const open = (file?: string): Internals => {
    const path = file === undefined ? undefined : resolvePath(file);
    const isFresh = current?.version === files.version;
    if (current && isFresh && (path === undefined || current.program.getSourceFile(path))) return current;
    for (const root of roots) if (!host.fileExists(root)) roots.delete(root);
    if (path !== undefined) {
      if (!host.fileExists(path)) report("file-not-found", undefined, path);
      roots.add(path);
    }
    const { version } = files;
    const program = ts.createProgram([...roots], compilerOptions, host);
    current = {
      version,
      program,
      checker: program.getTypeChecker(),
      sourceFile: (at) => program.getSourceFile(resolvePath(at)) ?? report("file-not-found", undefined, at),
    };
    return current;
  };
  const offers = new Offers(compilerOptions);
  const source: SourceProgram = {
    cwd,
    resolvePath,
    mayAsk: (file, text) => offers.reach(resolvePath(file), text),
    experimentalDecorators: compilerOptions.experimentalDecorators === true,
    textOf: (file) => {
      const path = resolvePath(file);
      return files.original(path) ?? files.textOver(path) ?? open().program.getSourceFile(path)?.text;
    },
    setText: (file, text) => files.setText(resolvePath(file), text),
    refresh: () => files.refresh(),
    get version() {
      return files.version;
    },
  };
  opened.set(source, open);
  return source;
}

function readConfig(path: string): ts.CompilerOptions {
  const read = ts.readConfigFile(path, ts.sys.readFile);
  const parsed = read.config && ts.parseJsonConfigFileContent(read.config, ts.sys, dirname(path));
  const problem = read.error ?? parsed?.errors.find((e: ts.Diagnostic) => e.code !== 18003);
  if (problem) throw typescriptError(problem);
  return { ...parsed.options, skipLibCheck: true };
}

function makeHost(options: ts.CompilerOptions, cwd: string, files: ProgramFiles): ts.CompilerHost {
  const host = ts.createCompilerHost(options, true);
  // Comments say nothing about types, but in JavaScript.
  host.jsDocParsingMode = ts.JSDocParsingMode.ParseForTypeErrors;
  const { fileExists, directoryExists, getSourceFile } = host;
  host.getCurrentDirectory = () => cwd;
  host.fileExists = (file) => files.textOver(slashed(file)) !== undefined || fileExists(file);
  host.readFile = (file) => files.read(slashed(file));
  host.directoryExists = (directory) =>
    files.hasTextBelow(slashed(directory)) || (directoryExists?.(directory) ?? true);
  const libraryDirectory = `${slashed(dirname(host.getDefaultLibFileName(options)))}/`;
  const libraryFiles = libraries(options);
  host.getSourceFile = (file, ...rest) => {
    const parse = (): ts.SourceFile | undefined => getSourceFile.call(host, file, ...rest);
    if (!file.startsWith(libraryDirectory)) return files.tree(slashed(file), parse);
    if (!libraryFiles.has(file)) libraryFiles.set(file, parse());
    return libraryFiles.get(file);
  };

  let cache: ts.ModuleResolutionCache | undefined;
  let version = -1;
  host.resolveModuleNameLiterals = (literals, containing, redirected, opts, sourceFile) => {
    if (version !== files.placesVersion) cache = undefined;
    version = files.placesVersion;
    cache ??= ts.createModuleResolutionCache(cwd, (name) => name, options);
    return literals.map((literal) => {
      const own = ownDeclarations(literal.text);
      if (own) return { resolvedModule: ownModule(own) };
      const mode = ts.getModeForUsageLocation(sourceFile, literal, opts);
      const resolve = (known?: ts.ModuleResolutionCache): ts.ResolvedModuleWithFailedLookupLocations =>
        ts.resolveModuleName(literal.text, containing, opts, host, known, redirected, mode);
      const found = resolve(cache);
      if (!found.resolvedModule)
        files.miss(`${literal.text} ${containing}`, () => resolve().resolvedModule !== undefined);
      return found;
    });
  };
  return host;
}

function ownModule(file: string): ts.ResolvedModuleFull {
  const isDeclarations = file.endsWith(".d.ts");
  return {
    resolvedFileName: file,
    extension: isDeclarations ? ts.Extension.Dts : ts.Extension.Ts,
    isExternalLibraryImport: !isDeclarations,
  };
}

const parsedLibraries = new Map<string, Map<string, ts.SourceFile | undefined>>();

/** The standard library's files, parsed once for all programs with the same options. */
function libraries(options: ts.CompilerOptions): Map<string, ts.SourceFile | undefined> {
  const key = JSON.stringify(options);
  const known = parsedLibraries.get(key) ?? new Map<string, ts.SourceFile | undefined>();
  parsedLibraries.set(key, known);
  return known;
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

/** TypeScript's syntax errors of a file, and its type errors inside the stretch of code `within`. */
export function diagnosticsWithin(program: ts.Program, within: ts.Node): readonly ts.Diagnostic[] {
  const file = within.getSourceFile();
  const syntactic = program.getSyntacticDiagnostics(file);
  if (syntactic.length > 0) return syntactic;
  const from = within.getStart(file);
  const found = program.getSemanticDiagnostics(file).filter((d) => {
    return (
      d.category === ts.DiagnosticCategory.Error && d.start !== undefined && d.start >= from && d.start < within.end
    );
  });
  return found;
}
