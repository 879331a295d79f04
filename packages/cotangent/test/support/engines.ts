/**
 * The ways to run a derivative that tests cross programs with: the reference interpreter and generated TypeScript, each
 * on optimised IR and on IR as it comes from front end and transform. An engine turns a program and a request into a
 * function with the signature of the verb.
 */
import { evaluateText } from "../../src/api/evaluate.ts";
import { expand } from "../../src/api/expand.ts";
import { applyOperator, type OperatorRequest } from "../../src/api/operators.ts";
import { printTypeScript } from "../../src/backend/typescript.ts";
import { lower } from "../../src/frontend/index.ts";
import { openSource, type SourceProgram } from "../../src/frontend/source.ts";
import { interpret } from "../../src/ir/interpret.ts";
import type { Global, Module } from "../../src/ir/types.ts";
import { verifyModule } from "../../src/ir/verify.ts";
import { optimize } from "../../src/optimize/pipeline.ts";

export type AnyFunction = (...args: unknown[]) => unknown;

/** A program as the front end gives it. */
export interface Lowered {
  readonly module: Module;
  readonly entry: string;
}

export interface Engine {
  readonly name: string;
  /** The derivative as a function with the signature of the verb. `imports`: the modules that globals come from. */
  readonly derive: (lowered: Lowered, request: OperatorRequest, imports?: Imports) => Promise<AnyFunction>;
}

/** Loaded modules, by file. */
export type Imports = ReadonlyMap<string, Record<string, unknown>>;

/** Opens files, or texts in memory, as one program. */
export function openFiles(files: readonly string[], overlay?: ReadonlyMap<string, string>): SourceProgram {
  return openSource({ files, ...(overlay ? { overlay } : {}) });
}

/** Lowers a function and verifies what comes out. */
export function lowerFunction(source: SourceProgram, file: string, name: string): Lowered {
  const lowered = lower(source, { file, name }, expand);
  verifyModule(lowered.module);
  return lowered;
}

/** The module with `request` applied, and the name of the function that answers it; verified at every step. */
function deriveModule(lowered: Lowered, request: OperatorRequest, optimized: boolean): Lowered {
  const prepared = optimized ? optimize(lowered.module, lowered.entry, "before") : lowered.module;
  verifyModule(prepared);
  const derived = applyOperator(prepared, lowered.entry, request);
  verifyModule(derived.module);
  const finished = optimized ? optimize(derived.module, derived.name, "after") : derived.module;
  verifyModule(finished);
  return { module: finished, entry: derived.name };
}

/** The generated TypeScript of a derived module. */
function printDerived({ module, entry }: Lowered): string {
  return printTypeScript(module, [{ func: entry, name: "derived" }]).text;
}

/** The function that generated TypeScript exports. */
async function evaluateDerived(text: string, imports?: Imports): Promise<AnyFunction> {
  const functions = await evaluateText(text, async (file) => {
    const found = imports?.get(file);
    if (!found) throw new Error(`generated code imports ${file}`);
    return found;
  });
  return functions.get("derived") as AnyFunction;
}

function interpretDerived({ module, entry }: Lowered, imports?: Imports): AnyFunction {
  const count = module.functions.get(entry)?.body.params.length ?? 0;
  const global = ({ name, source }: Global): unknown => {
    const found = source.kind === "import" ? imports?.get(source.file)?.[source.exported] : undefined;
    if (found === undefined) throw new Error(`no value for global ${name}`);
    return found;
  };
  return (...args) => {
    const padded = [...args, ...new Array(Math.max(0, count - args.length)).fill(undefined)];
    const results = interpret(module, entry, padded, { global });
    return results.length > 1 ? results : results[0];
  };
}

function makeEngine(generated: boolean, optimized: boolean): Engine {
  return {
    name: `${generated ? "generated code" : "interpreter"}${optimized ? ", optimised" : ""}`,
    async derive(lowered, request, imports) {
      const derived = deriveModule(lowered, request, optimized);
      if (!generated) return interpretDerived(derived, imports);
      return evaluateDerived(printDerived(derived), imports);
    },
  };
}

export const engines: readonly Engine[] = [
  makeEngine(false, false),
  makeEngine(false, true),
  makeEngine(true, false),
  makeEngine(true, true),
];
