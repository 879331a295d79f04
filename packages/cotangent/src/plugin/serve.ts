/**
 * Modules as the Node hook serves them: JavaScript. A derivative that cannot be compiled is one that says why when it
 * is called, so that a program may hold what it does not use.
 */
import { readFileSync } from "node:fs";
import { CotangentError } from "../core/errors.ts";
import { inlineMap } from "../core/source-map.ts";
import { type Transpiled, transpile } from "../frontend/program/emit.ts";
import { type DerivativeRequest, derivativeExport } from "./derivative-id.ts";
import type { Imports } from "./edits.ts";
import { toParts } from "./parts.ts";
import { Rewriter } from "./rewrite.ts";

export class HookServer {
  readonly #imports: Required<Imports>;
  readonly #rewriter: Rewriter;

  constructor(imports: Required<Imports>) {
    this.#imports = imports;
    this.#rewriter = new Rewriter(imports);
  }

  /** The JavaScript of the TypeScript module at `file`. */
  userModule(file: string): string {
    const text = readFileSync(file, "utf8");
    const edited = this.#rewriter.userModule(file, text);
    return withMap(transpile(edited?.code ?? text, { ...this.#rewriter.emitOptions(file), map: edited?.map }));
  }

  /** The JavaScript of a derivative module. */
  derivativeModule(request: DerivativeRequest): string {
    try {
      return withMap(this.#rewriter.derivativeModule(request));
    } catch (error) {
      if (!(error instanceof CotangentError)) throw error;
      const problems = JSON.stringify(error.all.map(toParts));
      return (
        `import { refuse } from ${JSON.stringify(this.#imports.support)};\n` +
        `export const ${derivativeExport} = () => refuse(JSON.parse(${JSON.stringify(problems)}));\n`
      );
    }
  }
}

/** A module that carries its map. */
function withMap({ code, map }: Transpiled): string {
  return `${code}${inlineMap(map)}\n`;
}
