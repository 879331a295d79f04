/**
 * The pipeline, once: source text -> IR -> made simple -> operator applied -> made simple again -> TypeScript. Every
 * route asks here. A program is opened once and keeps what it made: a function's IR serves all its derivatives.
 */
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Mapping } from "../backend/text.ts";
import { report } from "../core/errors.ts";
import type { SourceMap } from "../core/source-map.ts";
import { type Dependencies, dependenciesOf, lower, moveBetween, stay, wishOf } from "../frontend/index.ts";
import type { Running } from "../frontend/modules/running.ts";
import { keepCompiledCode } from "../frontend/program/load-script.ts";
import { openSource, type SourceProgram } from "../frontend/program/source.ts";
import { type Border, crosses, crossingValues } from "../ir/border.ts";
import { printModule } from "../ir/print.ts";
import type { Func, Module, Span } from "../ir/types.ts";
import { mapSpans } from "../ir/visit.ts";
import { optimize } from "../optimize/pipeline.ts";
import { refuseWrittenCaptures } from "./captured-values.ts";
import { insertFiniteChecks } from "./check-finite.ts";
import { expand } from "./expand.ts";
import { deriveByCaptures } from "./operators/captures.ts";
import { applyOperator, type Derived, type OperatorRequest, type Strategy } from "./operators.ts";
import { moved, type Placement, type Printed, print, showsWhatIs } from "./printed.ts";
import { refuseRules } from "./refuse-rules.ts";
import { encodeMappings } from "./source-map.ts";

export type { Operator, OperatorRequest, Strategy } from "./operators.ts";
export type { Placement } from "./printed.ts";

export interface ProgramOptions {
  /** Files to open at once; others are opened when a target names them. */
  readonly files?: readonly string[];
  /** What relative paths are relative to; the process's directory by default. */
  readonly cwd?: string;
  /** A tsconfig file to take compiler options from. */
  readonly tsconfig?: string;
  /** Texts that stand in for files, by path. */
  readonly sources?: Readonly<Record<string, string>>;
}

/** A function of the program: by name, or by where its syntax starts if no name reaches it. */
export interface Target {
  readonly file: string;
  /** A top-level function or function-valued constant, `default`, or `Class.staticMethod`. */
  readonly name: string;
  readonly position?: number | undefined;
  /** Where an expression stands that instantiates the function, if it is generic: `norm<Float64Array>`. */
  readonly instance?: { readonly file: string; readonly start: number; readonly end: number } | undefined;
  /** The function runs in this process, and is called with values. What is made of it is not kept. */
  readonly running?: Running | undefined;
}

/** What is made of a function once, wherever its text is placed. */
interface Made extends Omit<Derivative, "text" | "mappings" | "map"> {
  /** The function in the program. */
  readonly origin: Span | undefined;
  /** Its texts, by placement. */
  readonly printed: Map<string, Printed>;
}

/** A function or derivative, compiled. */
export interface Derivative {
  /** TypeScript: a module that exports the function `name`. */
  readonly text: string;
  /** Which places of the program the places of `text` come from; `map` says the same as a source map. */
  readonly mappings: readonly Mapping[];
  /** The source map of `text`. Sources are relative to the folder of `outFile`, or absolute paths. */
  readonly map: SourceMap;
  readonly name: string;
  /** The IR that was printed, in which the function has the name `entry`. */
  readonly module: Module;
  readonly entry: string;
  /** What its arguments and result are outside of the IR, where that is something else. */
  readonly border?: Border | undefined;
  /** The sweep that computes it; null for a function that is not a derivative. */
  readonly mode: "forward" | "reverse" | null;
  /** Why it is that sweep, where the operator chose it. */
  readonly why?: string | undefined;
  /** Where residuals live; null where none are kept. */
  readonly strategy: Strategy | null;
  /**
   * The local variables around the target that it reads: what it is called with behind its own arguments, of which a
   * function that takes its arguments as a tuple (`jvp`, `hvp`) has them at the tuple's end.
   */
  readonly captured: readonly string[];
  /** The parameters of the target whose types are the declared ones, whatever it is called with. */
  readonly declared: readonly boolean[];
  /** Every file that it was made of, or that its types come from: while none changes, it stays what it is. */
  readonly files: readonly string[];
}

/** A TypeScript program, open for differentiation. */
export interface Program {
  /**
   * Compiles `operator` of the function `target`, written "file.ts#name". A list of requests applies one operator to
   * the result of the one before. Throws `CotangentError`.
   */
  readonly derive: (
    target: string | Target,
    request: OperatorRequest | readonly OperatorRequest[],
    placement?: Placement,
  ) => Derivative;
  /** The IR of `target` after a stage, by default `simplify`, in which the function has the name `entry`. */
  readonly lower: (target: string | Target, options?: { readonly after?: Stage }) => LoweredTarget;
  /** The text that a place of the program has. */
  readonly textAt: (span: Span) => string | undefined;
  /** The line on which it starts. */
  readonly lineOf: (span: Span) => string | undefined;
  /** The IR of `target` as text: after the stage `lower` (as the front end gives it) or `simplify`, the default. */
  readonly ir: (target: string | Target, options?: { readonly after?: Stage }) => string;
}

/** A function and what it calls, as IR. */
interface LoweredTarget {
  readonly module: Module;
  readonly entry: string;
}

/** A stage of compilation whose IR can be shown. */
export type Stage = "lower" | "simplify";
export const stages: readonly Stage[] = ["lower", "simplify"];

/** What was made of a target; modules are replaced when places in them have moved. */
interface Lowered {
  lowered: Module;
  module: Module;
  readonly entry: string;
  readonly captured: readonly string[];
  readonly declared: readonly boolean[];
  dependencies: Dependencies;
  /** The version of the source that this is known to be right for. */
  version: number;
  /** What was made of it, by request. */
  readonly derived: Map<string, Made>;
}

/** How often a program has done its work, and not found the result at hand. */
export interface Counts {
  lowerings: number;
  derivations: number;
}

const simplify = (module: Module, entry: string): Module => optimize(module, entry, "before");

/** Opens a program. Nothing is read before the first target is asked for. */
export function openProgram(options: ProgramOptions = {}): Program {
  const { sources, ...rest } = options;
  return openOn(openSource({ ...rest, overlay: new Map(Object.entries(sources ?? {})) }));
}

/**
 * A program on a source that is open already. When the source changes, what was made stays as long as nothing changed
 * that it depends on. `counts` is counted up.
 */
export function openOn(source: SourceProgram, counts: Counts = { lowerings: 0, derivations: 0 }): Program {
  const lowered = new Map<string, Lowered>();

  const lowerTarget = (target: Target): Lowered => {
    if (target.running) return lowerNew(target);
    const { key } = wishOf(source, target);
    const known = lowered.get(key);
    if (known && (known.version === source.version || renew(known, dependenciesOf(source, target)))) {
      known.version = source.version;
      return known;
    }
    lowered.delete(key);
    const made = lowerNew(target);
    lowered.set(key, made);
    return made;
  };
  const lowerNew = (target: Target): Lowered => {
    counts.lowerings++;
    const { module, entry, captured, declared, dependencies } = lower(source, target, expand);
    if (target.running) refuseWrittenCaptures(module, entry);
    const simple = optimize(module, entry, "before");
    refuseRules(simple);
    const { version } = source;
    return { lowered: module, module: simple, entry, captured, declared, dependencies, version, derived: new Map() };
  };

  const derive = (target: Target, requests: readonly OperatorRequest[]): Made => {
    const { lowered, module, entry, captured, declared, dependencies, derived } = lowerTarget(target);
    refuseHiddenCaptures(requests, captured);
    refuseBorders(requests, module.functions.get(entry));
    refuseRest(requests, module.functions.get(entry));
    const key = JSON.stringify(requests);
    const known = derived.get(key);
    if (known) return known;
    counts.derivations++;
    // What is read of a module's constants is known by name only as long as nothing is simplified.
    let applied: Derived = { module: requests[0]?.captures ? lowered : module, name: entry, mode: null };
    for (const [i, given] of requests.entries()) {
      const again = i < requests.length - 1;
      const request = { ...given, captured: captured.length, again };
      if (i === 0 && request.captures) {
        applied = deriveByCaptures(applied.module, entry, request, captured, (lifted, name, by) =>
          applyOperator(optimize(lifted, name, "before"), name, by, { simplify }),
        );
        continue;
      }
      const ready = i === 0 ? applied.module : optimize(applied.module, applied.name, "before");
      applied = applyOperator(ready, applied.name, request, { simplify });
    }
    const finished = optimize(applied.module, applied.name, "after");
    const isChecked = requests.some((r) => r.checkFinite === true);
    const made = {
      module: isChecked ? insertFiniteChecks(finished, applied.name, (span) => textAt(source, span)) : finished,
      entry: applied.name,
      name: exportName(applied.name),
      origin: module.functions.get(entry)?.span,
      mode: applied.mode,
      why: applied.why,
      border: applied.border,
      strategy: applied.mode === "reverse" ? (requests.at(-1)?.strategy ?? "tape") : null,
      captured,
      declared,
      files: dependencies.files,
      printed: new Map<string, Printed>(),
    };
    derived.set(key, made);
    return made;
  };

  const locate = (target: string | Target): Target => {
    const located: Target = typeof target === "string" ? splitTarget(target) : target;
    return { ...located, file: source.resolvePath(located.file) };
  };

  const lowerAfter = (
    target: string | Target,
    { after = "simplify" }: { readonly after?: Stage } = {},
  ): LoweredTarget => {
    const { lowered: before, module, entry } = lowerTarget(locate(target));
    switch (after) {
      case "lower":
        return { module: before, entry };
      case "simplify":
        return { module, entry };
      default:
        return after satisfies never;
    }
  };

  const showLine = (span: Span): string | undefined => lineOf(source, span);
  return {
    derive: (target, request, placement = {}) => {
      const requests = "operator" in request ? [request] : request;
      const { origin, printed, ...made } = derive(locate(target), requests);
      const key = JSON.stringify([placement.outFile, placement.runtime]);
      const known = printed.get(key);
      const shown = known && showsWhatIs(known, showLine) ? known : print({ ...made, origin }, placement, showLine);
      printed.set(key, shown);
      const { text, mappings } = shown;
      let map: SourceMap | undefined;
      keepCompiledCode();
      return {
        ...made,
        text,
        mappings,
        get map() {
          map ??= encodeMappings(mappings, { outFile: placement.outFile, textOf: source.textOf });
          return map;
        },
      };
    },
    lower: lowerAfter,
    textAt: ({ file, start, end }) => source.textOf(file)?.slice(start, end),
    lineOf: showLine,
    ir: (target, options) => printModule(lowerAfter(target, options).module),
  };
}

/** Brings what was made up to date with the source, if nothing but places has changed; false if more has. */
function renew(made: Lowered, now: Dependencies): boolean {
  const move = moveBetween(made.dependencies, now);
  if (!move) return false;
  made.dependencies = now;
  if (move === stay) return true;
  made.lowered = mapSpans(made.lowered, move);
  made.module = mapSpans(made.module, move);
  for (const [key, derived] of made.derived) {
    const { origin } = derived;
    const printed = new Map([...derived.printed].map(([at, text]) => [at, moved(text, move)]));
    const module = mapSpans(derived.module, move);
    made.derived.set(key, { ...derived, module, origin: origin && move(origin), printed });
  }
  return true;
}

/** The tsconfig that governs `file`: the nearest one in a folder above it, outside of packages; undefined if none. */
export function findConfig(file: string, cwd: string): string | undefined {
  const path = resolve(cwd, file);
  if (path.includes("node_modules")) return undefined;
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const config = join(folder, "tsconfig.json");
    if (existsSync(config)) return config;
    if (folder === dirname(folder)) return undefined;
  }
}

/** Takes "file.ts#name" apart at the last `#`. Reports a target without one. */
export function splitTarget(target: string): { file: string; name: string } {
  const at = target.lastIndexOf("#");
  if (at <= 0 || at === target.length - 1)
    report("function-not-found", undefined, `in "${target}", which is not FILE#FUNCTION`);
  return { file: target.slice(0, at), name: target.slice(at + 1) };
}

/** Captured values are behind the arguments, or at the end of the tuple of them; an operator on that looks no further. */
function refuseHiddenCaptures(requests: readonly OperatorRequest[], captured: readonly string[]): void {
  const inner = requests.slice(0, -1).find((r) => r.operator === "jvp" || r.operator === "hvp");
  const [outer] = requests.slice(-1);
  if (captured.length > 0 && inner && outer) report("captures-composed", undefined, `\`${outer.operator}\``);
}

/** What crosses the border is known of one operator, applied to the function as the program has it. */
function refuseBorders(requests: readonly OperatorRequest[], func: Func | undefined): void {
  if (requests.length === 1 && !requests[0]?.captures) return;
  const types = [...(func?.body.params.map((p) => p.type) ?? []), ...(func?.results ?? [])];
  if (!types.some((type) => crosses(type))) return;
  const asked = requests[0]?.captures ? "the derivative by captured values" : "a derivative of a derivative";
  report("map-outside", func?.span, `${crossingValues}, under ${asked},`);
}

/** What a rest parameter gathers is known of functions that take their arguments one by one. */
function refuseRest(requests: readonly OperatorRequest[], func: Func | undefined): void {
  if (func?.rest === undefined) return;
  const inner = requests.slice(0, -1).find(({ operator }) => /^(jvp|hvp|vjp|linearize)$/.test(operator));
  if (inner)
    report("not-taken", func.span, `a derivative of \`${inner.operator}\` of a function with a rest parameter`);
  if (requests[0]?.captures)
    report("not-taken", func.span, "a derivative by what a function with a rest parameter captures");
}

function exportName(name: string): string {
  const identifier = name.replace(/[^\p{ID_Continue}$]+/gu, "_");
  return /^[\p{ID_Start}_$]/u.test(identifier) ? identifier : `_${identifier}`;
}

/** The text of a place, if it is on one line. */
function textAt(source: SourceProgram, span: Span): string | undefined {
  const text = source.textOf(span.file)?.slice(span.start, span.end);
  return text?.includes("\n") ? undefined : text;
}

function lineOf(source: SourceProgram, span: Span): string | undefined {
  const text = source.textOf(span.file);
  if (text === undefined) return undefined;
  const end = text.indexOf("\n", span.start);
  return text.slice(text.lastIndexOf("\n", span.start - 1) + 1, end < 0 ? text.length : end).trim();
}
