/**
 * The two kinds of module that plugin and hook serve: a user's module with its verb calls replaced by imported
 * derivatives, and a derivative module. One compiler program per configuration is kept open for both.
 */
import { findConfig, type Operator, type OperatorRequest, openOn, type Program } from "../api/compile.ts";
import { operatorNames } from "../api/verbs.ts";
import { CotangentError, describe } from "../core/errors.ts";
import { type Application, findSites, type Site } from "../frontend/calls.ts";
import { type Transpiled, transpile } from "../frontend/emit.ts";
import { hiddenExports, withHiddenExports } from "../frontend/hidden-exports.ts";
import { isOwnFile, openSource, type SourceProgram } from "../frontend/source.ts";
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
    return mayAsk(file, text) ? findSites(this.#open(file).source, file, verbs) : [];
  }

  /** The module at `file` with its sites edited, still in its own language; undefined if it stays as it is. */
  userModule(file: string, text: string, sites: readonly Site[] = this.sites(file, text)): Edited | undefined {
    return editModule(file, text, sites, hiddenExports(file, text), this.#imports);
  }

  /** The JavaScript of a derivative module. Throws CotangentError. */
  derivativeModule({ target, applications }: DerivativeRequest): DerivativeModule {
    const requests = applications.map(toRequest);
    const derivative = this.#open(target.file).program.derive(target, requests, { runtime: this.#imports.runtime });
    const last = requests.at(-1)?.operator ?? "value";
    const text = `${derivative.text}\n${exportStatement(derivative, last)}`;
    const { map } = derivative;
    return { ...transpile(text, { file: `${target.file}.${derivative.name}.ts`, map }), files: [target.file] };
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

/** Without the package's name nothing in a text can mean its verbs. */
function mayAsk(file: string, text: string): boolean {
  return text.includes("cotangent") && !isOwnFile(file);
}

const optionNames: ReadonlySet<string> = new Set(["argnums", "mode", "outputs", "hasAux"]);
const defaults: Readonly<Record<string, string>> = { strategy: "tape", backend: "js", engine: "source" };

function toRequest({ verb, options }: Application): OperatorRequest {
  const known = Object.entries(options).filter(([name, value]) => {
    if (optionNames.has(name)) return true;
    if (value === undefined || defaults[name] === value) return false;
    throw new CotangentError(describe("not-taken", `the option \`${name}\` of \`${verb}\`: ${JSON.stringify(value)}`));
  });
  return { operator: verb as Operator, ...Object.fromEntries(known) };
}
