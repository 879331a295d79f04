/**
 * Compiles a random program for the verbs that are checked. Each program gets one way forward and one way in reverse,
 * which check each other; which verbs, engines and levels of optimisation these are goes in turn, since each derivation
 * costs more than all that is done with it: among many programs each construct meets every way.
 */
import { expand } from "../../src/api/expand.ts";
import { applyOperator, type OperatorRequest } from "../../src/api/operators.ts";
import { printTypeScript } from "../../src/backend/typescript.ts";
import { CotangentError } from "../../src/core/errors.ts";
import { type Strategy, strategies } from "../../src/core/request.ts";
import { lower } from "../../src/frontend/index.ts";
import type { SourceProgram } from "../../src/frontend/program/source.ts";
import { type Border, borderAtRunTime } from "../../src/ir/border.ts";
import { interpret } from "../../src/ir/interpret.ts";
import type { Module } from "../../src/ir/types.ts";
import { optimize } from "../../src/optimize/pipeline.ts";
import { callInside } from "../../src/runtime/border.ts";
import type { AnyFunction } from "../support/engines.ts";

/** What became of a program. */
export type Outcome =
  | { readonly kind: "accepted"; readonly compared: number; readonly passedOver: number }
  | { readonly kind: "refused"; readonly code: string; readonly message: string }
  | { readonly kind: "failed"; readonly law: string; readonly message: string };

/** The verbs that are checked. */
export type Verb = "value" | "jvp" | "linearize" | "vjp" | "grad";

interface Way {
  readonly verb: Verb;
  readonly isOptimized: boolean;
  /** As printed code; else in the interpreter. */
  readonly isPrinted: boolean;
}

/** What a derivative needs of the program: the values of the constants that its module exports, by name. */
export type Exports = Readonly<Record<string, unknown>>;

/** A derivative to be run: text of TypeScript that exports `derived`, or a function of what the program exports. */
export interface Derived {
  /** The verb and how it is run, for messages. */
  readonly name: string;
  readonly verb: Verb;
  readonly made: string | ((exports: Exports) => AnyFunction);
}

/** A program compiled, as far as it was taken. */
export interface Compiled {
  readonly source: string;
  readonly derived: readonly Derived[];
}

const way = (verb: Verb, isOptimized: boolean, isPrinted: boolean): Way => ({ verb, isOptimized, isPrinted });

/** One way forward and one in reverse, by the number of the program. `grad` is only of functions that give a number. */
const turns: readonly (readonly Way[])[] = [
  [way("jvp", false, false), way("vjp", true, true)],
  [way("jvp", true, true), way("grad", false, false)],
  [way("jvp", true, false), way("grad", true, true)],
  [way("linearize", true, true), way("vjp", false, false)],
  [way("jvp", false, false), way("vjp", false, true)],
  [way("jvp", true, true), way("vjp", true, false)],
  [way("linearize", false, false), way("grad", true, true)],
  [way("jvp", true, false), way("vjp", true, true), way("value", true, true)],
  [way("jvp", true, true), way("vjp", false, false), way("grad", true, false)],
];

/** How many turns there are: program n takes turn n modulo this. */
export const turnCount = turns.length;

/** Compiles function `f` of a file for the verbs whose turn it is. */
export function compile(source: SourceProgram, file: string, text: string, turn: number): Compiled | Outcome {
  try {
    const { module, entry } = lower(source, { file, name: "f" }, expand);
    const func = module.functions.get(entry);
    const argnums = (func?.body.params ?? []).map((_, i) => i);
    const isScalar = func?.results[0]?.kind === "number";
    // Each time all turns are through it is the other strategy's.
    const strategy = strategies[Math.floor(turn / turnCount) % strategies.length] as Strategy;
    let simple: Module | undefined;
    const derive = ({ verb: wanted, isOptimized, isPrinted }: Way): Derived => {
      const verb = wanted === "grad" && !isScalar ? "vjp" : wanted;
      if (isOptimized) simple ??= optimize(module, entry, "before");
      const hasReverse = verb === "vjp" || verb === "grad";
      const request: OperatorRequest = { operator: verb, argnums, ...(hasReverse ? { strategy } : {}) };
      const applied = applyOperator(isOptimized ? (simple as Module) : module, entry, request);
      const { module: raw, name: derived, border } = applied;
      const made = isOptimized ? optimize(raw, derived, "after") : raw;
      const name = `${verb}${hasReverse ? `, ${strategy}` : ""}${isOptimized ? "" : ", not optimised"}${isPrinted ? "" : ", interpreted"}`;
      if (!isPrinted) return { name, verb, made: interpretedAs(made, derived, border) };
      return { name, verb, made: printTypeScript(made, [{ func: derived, name: "derived", border }]).text };
    };
    return { source: text, derived: (turns[turn % turnCount] as readonly Way[]).map(derive) };
  } catch (error) {
    return refusal(error) ?? { kind: "failed", law: "compiles", message: messageOf(error) };
  }
}

function interpretedAs(module: Module, name: string, border: Border | undefined): (exports: Exports) => AnyFunction {
  const count = module.functions.get(name)?.body.params.length ?? 0;
  const crossing = border && borderAtRunTime(border);
  return (exports) => {
    const run: AnyFunction = (...args) => {
      const padded = [...args, ...new Array(Math.max(0, count - args.length)).fill(undefined)];
      const results = interpret(module, name, padded, { global: ({ name: global }) => exports[global] });
      return results.length > 1 ? results : results[0];
    };
    return crossing ? (...args) => callInside(run, crossing, args) : run;
  };
}

/** What an error says, and the first places it came from. */
export const messageOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message).split("\n").slice(0, 6).join("\n") : String(error);

/** The outcome that an error stands for, if it is a refusal. */
export function refusal(error: unknown): Outcome | undefined {
  if (error instanceof CotangentError) return { kind: "refused", code: error.code, message: error.message };
  const { code, message } = error as { code?: unknown; message?: string };
  return typeof code === "string" && (code === "structure-mismatch" || code === "overlapping-views")
    ? { kind: "refused", code, message: String(message) }
    : undefined;
}
