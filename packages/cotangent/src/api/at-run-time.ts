/**
 * What a verb does when it runs, which is to say: where no route has put a compiled derivative in its place. It looks
 * for derivatives that travel with the function, then for a compiler in this process, and else says what to do.
 */
import { CotangentError, describe } from "../core/errors.ts";
import type { Operator } from "./operators/request.ts";
import type { AnyFunction } from "./types.ts";

/** Compiles a derivative of a function that exists in this process. Throws CotangentError. */
export type RunTimeCompiler = (verb: Operator, f: AnyFunction, options: unknown) => AnyFunction;

let compiler: RunTimeCompiler | undefined;

/** Puts a compiler at the disposal of verbs that run. */
export function installCompiler(found: RunTimeCompiler): void {
  compiler = found;
}

/** True if what is not compiled yet can be compiled in this process. */
export function hasCompiler(): boolean {
  return compiler !== undefined;
}

/** The derivative that `verb(f, options)` asks for. Throws `not-compiled` where nothing has it. */
export function deriveAtRunTime(verb: Operator, f: AnyFunction, options: unknown): AnyFunction {
  return compiler ? compiler(verb, f, options) : reportNotCompiled(verb, f);
}

/** Throws `not-compiled`. The message names the routes too, since a browser's console shows nothing else. */
export function reportNotCompiled(verb: string, f: AnyFunction): never {
  const parts = describe("not-compiled", `${verb}(${f.name || "function"})`);
  throw new CotangentError({ ...parts, message: `${parts.message}. ${parts.reason} ${parts.remedy}` });
}
