/**
 * Pictures of a function, from its source text: it is found and lowered as for every other engine, and not made simpler, so
 * that what is shown is what the user wrote.
 */

import type { Kept } from "../analysis/need.ts";
import { locate, report } from "../core/errors.ts";
import { type Explanation, explainKept } from "../inspect/explain.ts";
import { type Graph, graphOf } from "../inspect/graph.ts";
import { record } from "../inspect/record.ts";
import { type Source, type Trace, type TraceOptions, traceRun } from "../inspect/trace.ts";
import { holdsNumbers } from "../ir/type.ts";
import { preludeFile } from "../prelude/index.ts";
import { reverse } from "../transform/reverse.ts";
import type { OperatorRequest, Program } from "./compile.ts";
import { globalsOf, type ImportModule, importFile } from "./evaluate.ts";
import { completeRules } from "./operators/rules.ts";

export interface TraceRequest extends TraceOptions {
  /** How a module is loaded that constants are read from when the program runs; by default it is imported. */
  readonly load?: ImportModule;
}

/**
 * The evaluation trace of `target`, "file.ts#name", at `args`, which are left as a plain call leaves them. Throws what the
 * function throws, and CotangentError: `trace-place`, `trace-length`, `no-result`, `not-differentiable`, `text-read`,
 * `rule-engine` (functions with rules of their own), and what the front end reports.
 */
export async function trace(
  program: Program,
  target: string,
  args: readonly unknown[],
  { load = importFile, ...options }: TraceRequest = {},
): Promise<Trace> {
  const { module, entry } = program.lower(target, { after: "lower" });
  const params = module.functions.get(entry)?.body.params ?? [];
  const names = params.map(({ hint }, i) => hint ?? `x${i + 1}`);
  const run = record(module, entry, args, { names, global: await globalsOf(module, load) });
  return traceRun(run, sourceOf(program), options);
}

/**
 * The computational graph of `target`, "file.ts#name", by all arguments that hold numbers. Throws CotangentError: what the
 * front end reports.
 */
export function graph(program: Program, target: string): Graph {
  const { module, entry } = program.lower(target, { after: "lower" });
  return graphOf(module, entry, sourceOf(program));
}

/**
 * What the gradient of `target` by reverse mode keeps, by all arguments that hold numbers; of a function whose result is not
 * a number, its pullback. Throws CotangentError: `no-result`, and what the front end and the reverse transform report.
 */
export function explain(
  program: Program,
  target: string,
  { strategy }: Pick<OperatorRequest, "strategy"> = {},
): Explanation {
  const { module, entry } = program.lower(target);
  const func = module.functions.get(entry);
  const result = func?.results[0];
  if (!func || !result || !holdsNumbers(result)) return report("no-result", func?.span, `\`${entry}\``);
  let kept: readonly Kept[] = [];
  reverse(completeRules(module, entry, "reverse"), entry, {
    active: func.body.params.map(({ type }) => holdsNumbers(type)),
    motion: result.kind === "number" ? "combined" : "split",
    strategy,
    onKept: (found) => {
      kept = found;
    },
  });
  return explainKept(entry, kept, { ...sourceOf(program), lineOf: program.lineOf });
}

/** The library's code is shown by the name of its function, and has no place. */
function sourceOf(program: Program): Source {
  return {
    textOf: (span) => {
      if (span.file !== preludeFile) return program.textAt(span);
      const before = program.textAt({ ...span, start: 0, end: span.start + 1 }) ?? "";
      const name = [...before.matchAll(/^export function (\w+)/gm)].at(-1)?.[1];
      return name && `${name.replace(/Numbers$/, "")}(…)`;
    },
    placeOf: (span) => (span.file === preludeFile ? undefined : locate(span)),
  };
}
