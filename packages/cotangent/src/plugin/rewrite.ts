/**
 * The two kinds of module that the hook serves: a user's module with its verb calls replaced by imported derivatives,
 * and a derivative module. Both are JavaScript; a derivative that cannot be compiled is a module that throws why.
 */
import { readFileSync } from "node:fs";
import { findConfig, type Operator, type OperatorRequest, openOn, type Program } from "../api/compile.ts";
import { operatorNames } from "../api/verbs.ts";
import { CotangentError, type DiagnosticParts, describe } from "../core/errors.ts";
import { inlineMap } from "../core/source-map.ts";
import { type Application, findVerbCalls, type VerbCall } from "../frontend/calls.ts";
import { type Replacement, type Transpiled, transpile } from "../frontend/emit.ts";
import { exposeConstants } from "../frontend/hidden-exports.ts";
import { openSource, type SourceProgram } from "../frontend/source.ts";
import { type DerivativeRequest, derivativeExport, derivativeUrl } from "./derivative-url.ts";

/** Where rewritten code finds what it imports of the package: URLs of modules. */
export interface PackageUrls {
  readonly runtime: string;
  readonly support: string;
}

interface Opened {
  readonly source: SourceProgram;
  readonly program: Program;
}

const verbs: ReadonlySet<string> = new Set([...operatorNames, "checkDerivatives"]);

/** Serves modules; keeps one program per configuration open. */
export class Rewriter {
  readonly #urls: PackageUrls;
  readonly #opened = new Map<string, Opened>();

  constructor(urls: PackageUrls) {
    this.#urls = urls;
  }

  /** The JavaScript of the TypeScript module at `file`. */
  userModule(file: string): string {
    const text = readFileSync(file, "utf8");
    const exposed = exposeConstants(file, text);
    const { source } = this.#open(file);
    const { experimentalDecorators } = source;
    if (!text.includes("cotangent")) return mapped(transpile(exposed, { file, experimentalDecorators }));
    const imports = new Imports(this.#urls.support);
    const calls = findVerbCalls(source, file, "cotangent", verbs);
    const replacements = calls.map((call) => replace(call, imports));
    return mapped(transpile(exposed, { file, experimentalDecorators, replacements, append: imports.text() }));
  }

  /** The JavaScript of a derivative module, which exports the derivative as `derivative`. */
  derivativeModule({ target, applications }: DerivativeRequest): string {
    try {
      // The module's URL is that of the file, with a query.
      const placement = { runtime: this.#urls.runtime, outFile: target.file };
      const derivative = this.#open(target.file).program.derive(target, applications.map(toRequest), placement);
      const { text, name, map } = derivative;
      const file = `${target.file}.${name}.ts`;
      return mapped(transpile(`${text}\nexport { ${name} as ${derivativeExport} };\n`, { file, map }));
    } catch (error) {
      if (!(error instanceof CotangentError)) throw error;
      const problems = JSON.stringify(error.all.map(toParts));
      return (
        `import { refuse } from ${JSON.stringify(this.#urls.support)};\n` +
        `export const ${derivativeExport} = refuse(JSON.parse(${JSON.stringify(problems)}));\n`
      );
    }
  }

  #open(file: string): Opened {
    const tsconfig = findConfig(file, process.cwd());
    const key = tsconfig ?? "";
    const known = this.#opened.get(key);
    if (known) return known;
    const source = openSource({ amend: exposeConstants, ...(tsconfig === undefined ? {} : { tsconfig }) });
    const opened = { source, program: openOn(source) };
    this.#opened.set(key, opened);
    return opened;
  }
}

/** A module that carries its map. */
function mapped({ code, map }: Transpiled): string {
  return `${code}${inlineMap(map)}\n`;
}

/** What crosses from the compiler's thread to the program's. */
function toParts({ code, message, reason, remedy, span }: CotangentError): DiagnosticParts {
  return { code, message, reason, remedy, span };
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

/** The imports that a rewritten module needs, each once. */
class Imports {
  readonly #support: string;
  readonly #names = new Map<string, string>();
  readonly #lines: string[] = [];

  constructor(support: string) {
    this.#support = support;
  }

  derivative(request: DerivativeRequest): string {
    return this.#name(derivativeUrl(request), derivativeExport);
  }
  support(exported: "refuse" | "checkCompiled"): string {
    return this.#name(this.#support, exported);
  }
  text(): string {
    return this.#lines.join("\n");
  }

  #name(url: string, exported: string): string {
    const key = `${url} ${exported}`;
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const name = `__cotangent_${this.#names.size}`;
    this.#names.set(key, name);
    this.#lines.push(`import { ${exported} as ${name} } from ${JSON.stringify(url)};`);
    return name;
  }
}

function replace({ start, end, verb, asked }: VerbCall, imports: Imports): Replacement {
  if (asked.kind === "refused")
    return { start, end, name: imports.support("refuse"), data: asked.error.all.map(toParts) };
  const { target, applications } = asked;
  if (verb !== "checkDerivatives") return { start, end, name: imports.derivative({ target, applications }) };
  const inner = applications.slice(0, -1);
  const derive = (operator: string): string =>
    imports.derivative({ target, applications: [...inner, { verb: operator, options: {} }] });
  const check = { of: target.name, jvp: derive("jvp"), vjp: derive("vjp") };
  return { start, end, name: imports.support("checkCompiled"), check };
}
