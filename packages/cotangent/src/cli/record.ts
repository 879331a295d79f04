/**
 * `cotangent record`: a function's run at given arguments, recorded on overloaded values, as TypeScript: what was recorded
 * itself, or a derivative of it.
 */
import { resolve } from "node:path";
import { splitTarget } from "../api/compile.ts";
import { compileRecording } from "../api/recording.ts";
import { CotangentError } from "../core/errors.ts";
import type { Mode, Operator } from "../core/request.ts";
import { type Recording, record } from "../overload/recording.ts";
import { stackError } from "../runtime/index.ts";
import type { Written } from "./inspect.ts";
import { type Host, ThrownError, UsageError, writeOut } from "./output.ts";
import { readArgnums, readArguments, readJson } from "./read.ts";
import { checkChoices, Evaluator, expectedArguments } from "./request.ts";

/** What can be made of a recorded run. */
export const recordedNames = [
  "value",
  "grad",
  "jvp",
  "vjp",
  "jacobian",
  "hessian",
] as const satisfies readonly Operator[];

/** Options of the command. */
export interface RecordCommandOptions extends Written {
  readonly at?: string;
  readonly derivative?: (typeof recordedNames)[number];
  readonly argnums?: string;
  readonly mode?: Mode;
  readonly strategy?: "tape" | "closure";
  readonly backend?: string;
}

/** Records a run of `target`, and writes it. Throws UsageError, CotangentError, and ThrownError for what the program throws. */
export async function writeRecording(target: string, options: RecordCommandOptions, host: Host): Promise<0> {
  checkChoices(options);
  if (options.at === undefined) throw new UsageError("--at is needed: the arguments, as a JSON list");
  const { derivative = "grad", mode, strategy } = options;
  const evaluator = new Evaluator(host);
  const args = await argumentsOf(evaluator, target, readJson(options.at, "--at", host.cwd));
  const f = await evaluator.overloaded(target);
  const recording = recorded(f, args, resolve(host.cwd, splitTarget(target).file));
  const argnums = options.argnums === undefined ? undefined : readArgnums(options.argnums);
  const {
    text,
    name,
    mode: ran,
    strategy: keeps,
  } = compileRecording(recording, { operator: derivative, argnums, mode, strategy });
  const { decisions, length } = recording;
  if (!options.json || options.output !== undefined) writeOut(text, options, host);
  if (options.json) host.out(`${JSON.stringify({ name, text, mode: ran, strategy: keeps, decisions, length })}\n`);
  return 0;
}

type Callable = (...args: unknown[]) => unknown;

/** Runs the function of a file. */
function recorded(f: Callable, args: readonly unknown[], file: string): Recording<Callable> {
  try {
    return record(f, args as unknown[]);
  } catch (error) {
    if (error instanceof CotangentError) throw error;
    throw new ThrownError(stackError(error), (at) => at === file);
  }
}

/** By the types of the parameters; as they are in JSON where the compiler does not take the function. */
async function argumentsOf(evaluator: Evaluator, target: string, at: unknown): Promise<readonly unknown[]> {
  try {
    const { derivative } = await evaluator.compile(target, "value");
    return readArguments(at, expectedArguments(derivative), "--at");
  } catch (error) {
    if (!(error instanceof CotangentError)) throw error;
    if (!Array.isArray(at)) throw new UsageError("--at is a JSON list with one entry per parameter");
    return at;
  }
}
