/**
 * The one door to TypeScript: a program opened from files on disk and an overlay of texts, its checker, and the
 * diagnostics of a stretch of code. Outside this folder a program is only a `SourceProgram`, which has no type of
 * TypeScript in it; the compiler's own objects are reached by `internals` inside the folder.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { CotangentError, rememberText, report } from "../core/errors.ts";
import { hostFile, hostText, preludeFile, preludeText } from "../prelude/index.ts";

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
  /** Takes JavaScript for sources too. */
  readonly javascript?: boolean;
  /** Texts that stand in for files and come to be known while the program is open. */
  readonly late?: ReadonlyMap<string, string>;
}

/** A TypeScript program, parsed once and type-checked as far as it is asked about. */
export interface SourceProgram {
  readonly cwd: string;
  /** The absolute path of `file`, with `/` between its parts. */
  readonly resolvePath: (file: string) => string;
  /** The text of a file of the program; undefined if it is not part of it. */
  readonly textOf: (file: string) => string | undefined;
  /** The text with which a file has been read; undefined if it has not been. Reads nothing. */
  readonly readText: (file: string) => string | undefined;
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

function slashed(path: string): string {
  return path.replace(/\\/g, "/");
}

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
    ...(options.javascript ? { allowJs: true, checkJs: false } : {}),
  };
  const textAt = (file: string): string | undefined => texts.get(file) ?? options.late?.get(file);
  const host = makeHost(compilerOptions, cwd, { textAt, files: () => [...texts.keys()] }, options.amend);
  const roots = new Set([...provided, ...(options.files ?? []).map(resolvePath)]);

  let current: Internals | undefined;
  const open = (file?: string): Internals => {
    const path = file === undefined ? undefined : resolvePath(file);
    if (current && (path === undefined || current.program.getSourceFile(path))) return current;
    if (path !== undefined) {
      if (!host.fileExists(path)) report("file-not-found", undefined, path);
      roots.add(path);
    }
    const program = ts.createProgram([...roots], compilerOptions, host, current?.program);
    current = {
      program,
      checker: program.getTypeChecker(),
      sourceFile: (at) => program.getSourceFile(resolvePath(at)) ?? report("file-not-found", undefined, at),
    };
    return current;
  };
  const source: SourceProgram = {
    cwd,
    resolvePath,
    experimentalDecorators: compilerOptions.experimentalDecorators === true,
    readText: (file) => current?.program.getSourceFile(resolvePath(file))?.text,
    textOf: (file) => textAt(resolvePath(file)) ?? open().program.getSourceFile(resolvePath(file))?.text,
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

function makeHost(
  options: ts.CompilerOptions,
  cwd: string,
  overlay: { readonly textAt: (file: string) => string | undefined; readonly files: () => readonly string[] },
  amend: (file: string, text: string) => string = (_, text) => text,
): ts.CompilerHost {
  const host = ts.createCompilerHost(options, true);
  const { fileExists, readFile, directoryExists } = host;
  host.getCurrentDirectory = () => cwd;
  host.fileExists = (file) => overlay.textAt(slashed(file)) !== undefined || fileExists(file);
  host.readFile = (file) => {
    const text = overlay.textAt(slashed(file)) ?? readFile(file);
    const isOwn = !/[/\\]node_modules[/\\]|\.d\.[cm]?ts$|\.json$/.test(file);
    return text !== undefined && isOwn ? amend(file, text) : text;
  };
  host.directoryExists = (directory) => {
    const inside = `${slashed(directory).replace(/\/$/, "")}/`;
    return overlay.files().some((file) => file.startsWith(inside)) || (directoryExists?.(directory) ?? true);
  };
  const own = new Map<string, ts.SourceFile | undefined>();
  const { getSourceFile } = host;
  const libraryDirectory = `${slashed(dirname(host.getDefaultLibFileName(options)))}/`;
  host.getSourceFile = (file, languageVersion, onError, fresh) => {
    const cache = file.startsWith(libraryDirectory) ? libraries(options) : own;
    if (!cache.has(file) || fresh) cache.set(file, getSourceFile.call(host, file, languageVersion, onError, fresh));
    return cache.get(file);
  };
  const cache = ts.createModuleResolutionCache(cwd, (name) => name, options);
  host.resolveModuleNameLiterals = (literals, containing, redirected, opts, sourceFile) =>
    literals.map((literal) => {
      const own = ownDeclarations(literal.text);
      if (own)
        return {
          resolvedModule: {
            resolvedFileName: own,
            extension: extensionOf(own),
            isExternalLibraryImport: !own.endsWith(".d.ts"),
          },
        };
      const mode = ts.getModeForUsageLocation(sourceFile, literal, opts);
      return ts.resolveModuleName(literal.text, containing, opts, host, cache, redirected, mode);
    });
  return host;
}

const parsedLibraries = new Map<string, Map<string, ts.SourceFile | undefined>>();

/** The standard library's files, parsed once for all programs with the same options. */
function libraries(options: ts.CompilerOptions): Map<string, ts.SourceFile | undefined> {
  const key = JSON.stringify(options);
  const known = parsedLibraries.get(key) ?? new Map<string, ts.SourceFile | undefined>();
  parsedLibraries.set(key, known);
  return known;
}

function extensionOf(file: string): ts.Extension {
  return file.endsWith(".d.ts") ? ts.Extension.Dts : ts.Extension.Ts;
}

/**
 * The declarations of this very package, for `import … from "cotangent"`: a program may lie where no installed copy
 * is found, and where one is found it may be another version than the one that compiles.
 */
function ownDeclarations(specifier: string): string | undefined {
  const match = /^cotangent(?:\/([a-z/]+))?$/.exec(specifier);
  if (!match) return undefined;
  const name = match[1] ?? "index";
  const candidates = [`src/${name}.ts`, `src/${name}/index.ts`, `dist/${name}.d.ts`, `dist/${name}/index.d.ts`];
  const fromSources = import.meta.url.endsWith("/src/frontend/source.ts");
  const found = (fromSources ? candidates : candidates.slice(2)).find((file) =>
    existsSync(join(packageDirectory(), file)),
  );
  return found && slashed(join(packageDirectory(), found));
}

/** The file that declares what `cotangent` exports, wherever a program imports it from. */
export function ownModuleFile(): string {
  return ownDeclarations("cotangent") ?? "";
}

/** True for files of this very package, whose calls of its own verbs ask for nothing. */
export function isOwnFile(file: string): boolean {
  return slashed(file).startsWith(`${slashed(packageDirectory())}/`);
}

/** True for files that declare the package's runtime. */
export function isRuntimeFile(file: string): boolean {
  return isOwnFile(file) && slashed(file).includes("/runtime/");
}

let packageRoot: string | undefined;
function packageDirectory(): string {
  if (packageRoot !== undefined) return packageRoot;
  let directory = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const manifest = join(directory, "package.json");
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, "utf8")).name === "cotangent") break;
    const parent = dirname(directory);
    if (parent === directory) break;
    directory = parent;
  }
  packageRoot = directory;
  return directory;
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
  return program
    .getSemanticDiagnostics(file)
    .filter((d) => d.category === ts.DiagnosticCategory.Error && inside(d) && !(runs && isImplicitAny(d.code)));
}
