/**
 * The ways to run a derivative that tests cross programs with: the reference interpreter and generated TypeScript, each
 * on optimised IR and on IR as it comes from front end and transform. An engine turns a program and a request into a
 * function with the signature of the verb.
 */

import { evaluateText, readGlobals } from "../../src/api/evaluate.ts";
import { expand } from "../../src/api/expand.ts";
import { applyOperator, type OperatorRequest } from "../../src/api/operators.ts";
import { printTypeScript } from "../../src/backend/typescript.ts";
import { lower } from "../../src/frontend/index.ts";
import { openSource, type SourceProgram } from "../../src/frontend/program/source.ts";
import { type Border, borderAtRunTime } from "../../src/ir/border.ts";
import { interpret } from "../../src/ir/interpret.ts";
import type { Global, Module } from "../../src/ir/types.ts";
import { verifyModule } from "../../src/ir/verify.ts";
import { optimize } from "../../src/optimize/pipeline.ts";
import { callInside } from "../../src/runtime/border.ts";

export type AnyFunction = (...args: unknown[]) => unknown;

/** A program as the front end gives it. */
export interface Lowered {
  readonly module: Module;
  readonly entry: string;
  /** Of a derivative: what its arguments and result are outside, where that is something else. */
  readonly border?: Border | undefined;
}

export interface Engine {
  readonly name: string;
  readonly isOptimized: boolean;
  /** The derivative as a function with the signature of the verb. `imports`: the modules that globals come from. */
  readonly derive: (lowered: Lowered, request: OperatorRequest, imports?: Imports) => Promise<AnyFunction>;
}

/** Loaded modules, by file. */
export type Imports = ReadonlyMap<string, Record<string, unknown>>;

const opened = new Map<string, SourceProgram>();

/** Opens files, or texts in memory, as one program. The same files are opened once for all tests of a process. */
export function openFiles(files: readonly string[], overlay?: ReadonlyMap<string, string>): SourceProgram {
  if (overlay) return openSource({ files, overlay });
  const key = files.join("\n");
  const program = opened.get(key) ?? openSource({ files });
  opened.set(key, program);
  return program;
}

/** What has been lowered of programs that stay open, for all tests of a process. */
const lowerings = new WeakMap<SourceProgram, Map<string, Lowered>>();

/**
 * Lowers a function and verifies what comes out. Each caller has an object of its own: what is derived of it is given up
 * with that.
 */
export function lowerFunction(source: SourceProgram, file: string, name: string): Lowered {
  const known = lowerings.get(source) ?? new Map<string, Lowered>();
  lowerings.set(source, known);
  const key = `${source.version} ${file}#${name}`;
  let lowered = known.get(key);
  if (!lowered) {
    lowered = lower(source, { file, name }, expand);
    verifyModule(lowered.module);
    known.set(key, lowered);
  }
  return { ...lowered };
}

const simple = new WeakMap<Module, Module>();

/** The IR that operators are applied to: what the front end gives, or that optimised; verified. */
function prepareModule({ module, entry }: Lowered, optimized: boolean): Lowered {
  if (!optimized) return { module, entry };
  const prepared = simple.get(module) ?? optimize(module, entry, "before");
  if (!simple.has(module)) verifyModule(prepared);
  simple.set(module, prepared);
  return { module: prepared, entry };
}

/** The module with `request` applied, and the name of the function that answers it; verified at every step. */
function deriveModule({ module, entry }: Lowered, request: OperatorRequest, optimized: boolean): Lowered {
  const derived = applyOperator(module, entry, request);
  verifyModule(derived.module);
  const finished = optimized ? optimize(derived.module, derived.name, "after") : derived.module;
  verifyModule(finished);
  return { module: finished, entry: derived.name, border: derived.border };
}

/** What has been made of a program: the interpreter runs the very IR that generated code is printed from. */
const made = new WeakMap<Lowered, Map<string, Lowered>>();

function madeOnce(of: Lowered, key: string, make: () => Lowered): Lowered {
  const known = made.get(of) ?? new Map<string, Lowered>();
  made.set(of, known);
  const found = known.get(key) ?? make();
  known.set(key, found);
  return found;
}

/** What operators are applied to, made once of each program. */
export function preparedOnce(lowered: Lowered, optimized: boolean): Lowered {
  return madeOnce(lowered, `${optimized}`, () => prepareModule(lowered, optimized));
}

/** The generated TypeScript of a module, as a function. */
export async function evaluateDerived(derived: Lowered, imports?: Imports): Promise<AnyFunction> {
  const { text } = printTypeScript(derived.module, [{ func: derived.entry, name: "derived", border: derived.border }]);
  const exported = await evaluateText(text, async (file) => {
    const found = imports?.get(file);
    if (!found) throw new Error(`generated code imports ${file}`);
    return found;
  });
  return exported.get("derived") as AnyFunction;
}

/** The derivative as a function that the interpreter runs. */
export function interpretDerived({ module, entry, border }: Lowered, imports?: Imports): AnyFunction {
  const count = module.functions.get(entry)?.body.params.length ?? 0;
  const read = readGlobals(imports ?? new Map());
  const global = (of: Global): unknown => {
    const found = read(of);
    if (found === undefined) throw new Error(`no value for global ${of.name}`);
    return found;
  };
  const run: AnyFunction = (...args) => {
    const padded = [...args, ...new Array(Math.max(0, count - args.length)).fill(undefined)];
    const results = interpret(module, entry, padded, { global });
    return results.length > 1 ? results : results[0];
  };
  const crossing = border && borderAtRunTime(border);
  return crossing ? (...args) => callInside(run, crossing, args) : run;
}

/** Printed and run once, too: generated code keeps nothing from one call to the next. */
const evaluatedOnce = new WeakMap<Lowered, Promise<AnyFunction>>();

function makeEngine(generated: boolean, optimized: boolean): Engine {
  return {
    name: `${generated ? "generated code" : "interpreter"}${optimized ? ", optimised" : ""}`,
    isOptimized: optimized,
    async derive(lowered, request, imports) {
      const prepared = preparedOnce(lowered, optimized);
      const derived = madeOnce(prepared, JSON.stringify(request), () => deriveModule(prepared, request, optimized));
      if (!generated) return interpretDerived(derived, imports);
      const evaluated = evaluatedOnce.get(derived) ?? evaluateDerived(derived, imports);
      evaluatedOnce.set(derived, evaluated);
      return evaluated;
    },
  };
}

export const engines: readonly Engine[] = [
  makeEngine(false, false),
  makeEngine(false, true),
  makeEngine(true, false),
  makeEngine(true, true),
];
