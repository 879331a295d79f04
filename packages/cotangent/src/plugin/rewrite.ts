/**
 * The two kinds of module that plugin and hook serve: a user's module with its verb calls replaced by imported
 * derivatives, and a derivative module. One compiler program per configuration is kept open for both.
 */
import { findConfig, openOn, type Program } from "../api/compile.ts";
import { CotangentError, describe } from "../core/errors.ts";
import { type Operator, type OperatorRequest, operatorNames, requestOf } from "../core/request.ts";
import { type Transpiled, transpile } from "../frontend/program/emit.ts";
import { hiddenExports, withHiddenExports } from "../frontend/program/hidden-exports.ts";
import { type Import, importsAmong } from "../frontend/program/imports.ts";
import { isOwnFile } from "../frontend/program/own-package.ts";
import { stampOf } from "../frontend/program/program-files.ts";
import { openSource, type SourceProgram } from "../frontend/program/source.ts";
import { type Application, filesOfSites, findSites, type Site } from "../frontend/verbs/calls.ts";
import type { DerivativeRequest } from "./derivative-id.ts";
import { exportStatement } from "./derivative-module.ts";
import { type Edited, editModule, type Imports } from "./edits.ts";

interface Opened {
  readonly source: SourceProgram;
  readonly program: Program;
}

const verbs: ReadonlySet<string> = new Set([...operatorNames, "checkDerivatives", "differentiable"]);

/** JavaScript, its map to the program's lines, and the files whose change may change it. */
export interface DerivativeModule extends Transpiled {
  readonly files: readonly string[];
  /** The imports among those of them that run. */
  readonly imports: readonly Import[];
}

export interface RewriterOptions {
  /** The configuration that all files have; by default the nearest one above each. */
  readonly tsconfig?: string | undefined;
}

/** Serves modules; keeps one program per configuration open. */
export class Rewriter {
  readonly #imports: Imports;
  readonly #options: RewriterOptions;
  readonly #opened = new Map<string, Opened>();
  /** Files of which a bundler's text is in place, as they were on disk then. */
  readonly #given = new Map<string, string | undefined>();

  constructor(imports: Imports, options: RewriterOptions = {}) {
    this.#imports = imports;
    this.#options = options;
  }

  /** The options of TypeScript that decide how a file is turned into JavaScript. */
  emitOptions(file: string): { readonly file: string; readonly experimentalDecorators: boolean } {
    return { file, experimentalDecorators: this.#open(file).source.experimentalDecorators };
  }

  /** The places in a module that ask for derivatives. */
  sites(file: string, text: string): readonly Site[] {
    const { source } = this.#open(file);
    const specifiers = source.askingImports(file, text);
    return specifiers.size > 0 ? findSites(source, file, specifiers, verbs) : [];
  }

  /** The files that what a module asks for was read from: those its statements name something in. */
  filesBehind(file: string, text: string): readonly string[] {
    const { source } = this.#open(file);
    return filesOfSites(source, file, source.askingImports(file, text)).filter((f) => !isOwnFile(f));
  }

  /** The module at `file` with its sites edited, still in its own language; undefined if it stays as it is. */
  userModule(file: string, text: string, sites: readonly Site[] = this.sites(file, text)): Edited | undefined {
    return editModule(file, text, sites, hiddenExports(file, text), this.#imports);
  }

  /** The JavaScript of a derivative module. Throws CotangentError. */
  derivativeModule({ target, applications }: DerivativeRequest): DerivativeModule {
    const requests = applications.map(toRequest);
    const { source, program } = this.#open(target.file);
    const derivative = program.derive(target, requests, { runtime: this.#imports.runtime });
    const last = requests.at(-1)?.operator ?? "value";
    const text = `${derivative.text}\n${exportStatement(derivative, last)}`;
    const { map } = derivative;
    const files = derivative.files.filter((file) => !isOwnFile(file));
    return {
      ...transpile(text, { file: `${target.file}.${derivative.name}.ts`, map }),
      files,
      imports: importsAmong(source, target.file, files),
    };
  }

  /** Puts the text that a bundler has of a file over the file; it holds for all that is made until the file changes. */
  setText(file: string, text: string): void {
    this.#given.set(file, stampOf(file));
    this.#open(file).source.setText(file, text);
  }

  /**
   * Notices files that have changed on disk. What a bundler had of them is out of date: it may ask for a derivative
   * before it comes to the file that the function is in.
   */
  refresh(): void {
    for (const [file, stamp] of this.#given) {
      if (stampOf(file) === stamp) continue;
      this.#given.delete(file);
      this.#open(file).source.setText(file, undefined);
    }
    for (const { source } of this.#opened.values()) source.refresh();
  }

  #open(file: string): Opened {
    const tsconfig = this.#options.tsconfig ?? findConfig(file, process.cwd());
    const key = tsconfig ?? "";
    const known = this.#opened.get(key);
    if (known) return known;
    const source = openSource({ amend: withHiddenExports, ...(tsconfig === undefined ? {} : { tsconfig }) });
    const opened = { source, program: openOn(source) };
    this.#opened.set(key, opened);
    return opened;
  }
}

function toRequest({ verb, options }: Application): OperatorRequest {
  return requestOf(verb as Operator, options, (what) => {
    throw new CotangentError(describe("not-taken", what));
  });
}
