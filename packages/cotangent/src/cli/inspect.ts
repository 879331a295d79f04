/** `cotangent trace`, `graph` and `explain`: pictures of a function, of a run and of what is kept, as text and data too. */
import { explain, graph, trace } from "../api/inspect.ts";
import { CotangentError } from "../core/errors.ts";
import type { Strategy } from "../core/request.ts";
import { type GraphStyle, graphDot, graphMermaid } from "../inspect/diagram.ts";
import { explanationText } from "../inspect/explain.ts";
import type { Graph } from "../inspect/graph.ts";
import { graphSvg } from "../inspect/graph-svg.ts";
import { traceMarkdown, traceSvg, traceText } from "../inspect/table.ts";
import type { Trace } from "../inspect/trace.ts";
import { type Host, ThrownError, toJson, UsageError, writeOut } from "./output.ts";
import { readArguments, readJson } from "./read.ts";
import { checkChoices, Evaluator, expectedArguments } from "./request.ts";

const traceFormats = {
  text: traceText,
  markdown: traceMarkdown,
  svg: traceSvg,
  json: (made: Trace) => `${JSON.stringify(toJson(made))}\n`,
} as const;

export const traceFormatNames = Object.keys(traceFormats) as readonly (keyof typeof traceFormats)[];

export interface Written {
  readonly output?: string;
  readonly json?: boolean;
}

export interface TraceCommandOptions extends Written {
  readonly at?: string;
  readonly input?: string;
  readonly result?: string;
  readonly iteration?: string;
  readonly format?: keyof typeof traceFormats;
}

/** Writes the evaluation trace of `target`. Throws UsageError, CotangentError, and ThrownError for what the program throws. */
export async function showTrace(target: string, options: TraceCommandOptions, host: Host): Promise<0> {
  if (options.at === undefined) throw new UsageError("--at is needed: the arguments, as a JSON list");
  const program = new Evaluator(host).programOf(target);
  const expected = expectedArguments(program.lower(target, { after: "lower" }));
  const args = readArguments(readJson(options.at, "--at", host.cwd), expected, "--at");
  const made = await runTrace(() =>
    trace(program, target, args, {
      input: readPlace(options.input),
      result: readPlace(options.result),
      iteration: readIteration(options.iteration),
      load: host.load,
    }),
  );
  writeOut(traceFormats[options.json ? "json" : (options.format ?? "text")](made), options, host);
  return 0;
}

const graphFormats = {
  svg: graphSvg,
  dot: graphDot,
  mermaid: graphMermaid,
  json: (made: Graph) => `${JSON.stringify(made)}\n`,
} satisfies Record<string, (made: Graph, style: GraphStyle) => string | Promise<string>>;

export const graphFormatNames = Object.keys(graphFormats) as readonly (keyof typeof graphFormats)[];

export interface GraphCommandOptions extends Written, GraphStyle {
  readonly format?: keyof typeof graphFormats;
}

/** Writes the computational graph of `target`. Throws UsageError, CotangentError. */
export async function showGraph(target: string, options: GraphCommandOptions, host: Host): Promise<0> {
  const made = graph(new Evaluator(host).programOf(target), target);
  const { partials } = options;
  writeOut(await graphFormats[options.json ? "json" : (options.format ?? "svg")](made, { partials }), options, host);
  return 0;
}

export interface ExplainCommandOptions extends Written {
  readonly strategy?: Strategy;
}

/** Writes what the reverse sweep of `target` keeps. Throws UsageError, CotangentError. */
export function showExplanation(target: string, options: ExplainCommandOptions, host: Host): 0 {
  checkChoices(options);
  const made = explain(new Evaluator(host).programOf(target), target, options);
  writeOut(options.json ? `${JSON.stringify(made)}\n` : explanationText(made), options, host);
  return 0;
}

async function runTrace(run: () => Promise<Trace>): Promise<Trace> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof CotangentError || error instanceof UsageError || error instanceof ThrownError) throw error;
    throw new ThrownError(error, () => false);
  }
}

/** A name, or a number counted from 0. */
function readPlace(text: string | undefined): string | number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : text;
}

function readIteration(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw new UsageError(`--iteration takes the number of a turn, from 0; not ${text}`);
  return Number(text);
}
