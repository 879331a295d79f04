/**
 * One evaluation, as data: the options of `cotangent eval`, or a line of a batch. Here it is checked, compiled, run and
 * timed; how it was asked for and how the answer is written is the business of others.
 */
import { isAbsolute, resolve } from "node:path";
import {
  type Derivative,
  findConfig,
  type Operator,
  openProgram,
  type Program,
  type Strategy,
  splitTarget,
} from "../api/compile.ts";
import { engineFor, engines, type Plain } from "../api/engines.ts";
import { type Callable, evaluateText, globalsOf } from "../api/evaluate.ts";
import { loadOverloaded } from "../api/overloaded-module.ts";
import { CotangentError } from "../core/errors.ts";
import { type Mode, modes, strategies } from "../core/request.ts";
import { copyArguments } from "../core/tree.ts";
import type { Type } from "../ir/types.ts";
import { overload } from "../overload/engine.ts";
import { stackError } from "../runtime/index.ts";
import { deriveByEngine, modeOf } from "./by-engine.ts";
import { type Host, ThrownError, toJson, UsageError } from "./output.ts";
import { type ExpectedArguments, readArguments, readLike, readValue } from "./read.ts";

/** Of any order, by one number. */
const orderedNames = ["derivative", "taylor"] as const;
export const derivativeNames = ["value", "grad", "jvp", "vjp", "jacobian", "hessian", "hvp", ...orderedNames] as const;
export type DerivativeName = (typeof derivativeNames)[number];
type OrderedName = (typeof orderedNames)[number];

/** What is asked for; values are JSON data that the types of the function give a meaning. */
export interface EvaluationRequest {
  readonly target: string;
  readonly at: unknown;
  readonly derivative?: DerivativeName | undefined;
  readonly argnums?: number | readonly number[] | undefined;
  readonly seed?: unknown;
  /** Of `derivative` and `taylor`: 1 by default. */
  readonly order?: number | undefined;
  readonly engine?: string | undefined;
  readonly mode?: Mode | undefined;
  readonly strategy?: Strategy | undefined;
  readonly checkFinite?: boolean | undefined;
  readonly backend?: string | undefined;
  /** Time this many runs. */
  readonly repeat?: number | undefined;
}

export interface Evaluation {
  readonly value: unknown;
  /** Null for `value`. */
  readonly derivative: unknown;
  readonly engine: string;
  readonly mode: "forward" | "reverse" | null;
  readonly strategy: Strategy | null;
  readonly backend: "js";
  /** Nanoseconds of each timed run, and of the compilation. */
  readonly times?: readonly number[];
  readonly compile?: number;
}

/** Checks what is the same for every command: throws UsageError for what does not exist, or not yet. */
export function checkChoices(request: {
  readonly engine?: string | undefined;
  readonly mode?: string | undefined;
  readonly strategy?: string | undefined;
  readonly backend?: string | undefined;
}): void {
  choose("engine", request.engine, ["source", ...Object.keys(engines), overload.name], []);
  choose("mode", request.mode, modes, []);
  choose("strategy", request.strategy, strategies, []);
  choose("backend", request.backend, ["js"], ["wasm"]);
}

function choose(name: string, given: unknown, built: readonly string[], planned: readonly string[]): void {
  if (given === undefined || built.includes(given as string)) return;
  if (planned.includes(given as string)) throw new UsageError(`${name} "${given}" is not built yet`, "not-built");
  throw new UsageError(`${name} must be one of ${built.join(", ")}; not ${JSON.stringify(given)}`);
}

function isOrdered(derivative: DerivativeName): derivative is OrderedName {
  return (orderedNames as readonly string[]).includes(derivative);
}

function checkOrder({ derivative = "grad", order, argnums }: EvaluationRequest): void {
  if (order !== undefined && !isOrdered(derivative))
    throw new UsageError(`an order is asked for of ${orderedNames.join(" and ")}, not of ${derivative}`);
  if (order !== undefined && !(Number.isInteger(order) && order >= 1))
    throw new UsageError(`order must be a positive integer, not ${order}`);
  if (isOrdered(derivative) && typeof (argnums ?? 0) !== "number")
    throw new UsageError(`${derivative} is by one argument: --argnums takes a single position`);
}

type CompileOptions = Pick<EvaluationRequest, "argnums" | "mode" | "strategy" | "checkFinite" | "order">;

/** A derivative that can be called. */
export interface Compiled extends Plain {
  readonly call: Callable;
}

/** Programs and functions compiled so far, so that a batch compiles each once. */
export class Evaluator {
  readonly #host: Pick<Host, "cwd" | "load">;
  readonly #programs = new Map<string, Program>();
  readonly #compiled = new Map<string, Promise<Compiled>>();

  constructor(host: Pick<Host, "cwd" | "load">) {
    this.#host = host;
  }

  /** The program that `target` is in, opened once per configuration. Throws UsageError for a malformed target. */
  programOf(target: string): Program {
    if (!/^.+#.+$/.test(target))
      throw new UsageError(`the target must be FILE#FUNCTION, not ${JSON.stringify(target)}`);
    const tsconfig = findConfig(splitTarget(target).file, this.#host.cwd);
    const key = tsconfig ?? "";
    const known = this.#programs.get(key);
    if (known) return known;
    const made = openProgram({ cwd: this.#host.cwd, ...(tsconfig === undefined ? {} : { tsconfig }) });
    this.#programs.set(key, made);
    return made;
  }

  /** The function for an operator, ready to call. Throws CotangentError. */
  compile(target: string, operator: Operator, options: CompileOptions = {}): Promise<Compiled> {
    const { argnums, mode, strategy, checkFinite, order } = options;
    const key = JSON.stringify([target, operator, argnums, mode, strategy, checkFinite, order]);
    const known = this.#compiled.get(key);
    if (known) return known;
    const made = this.#compile(target, operator, { argnums, mode, strategy, checkFinite, order });
    this.#compiled.set(key, made);
    return made;
  }

  async #compile(target: string, operator: Operator, options: CompileOptions): Promise<Compiled> {
    const derivative = this.programOf(target).derive(target, { operator, ...options });
    const functions = await evaluateText(derivative.text, this.#host.load, derivative.map);
    const call = functions.get(derivative.name);
    if (!call) throw new Error(`no ${derivative.name} in the generated text`);
    return { derivative, call, global: await globalsOf(derivative.module, this.#host.load) };
  }

  /** The function itself, rewritten for overloaded values with all of its program. */
  async overloaded(target: string): Promise<Callable> {
    const { file, name } = splitTarget(target);
    const [first = name, ...members] = name.split(".");
    const load = (path: string) => (isAbsolute(path) ? this.#host.load(path) : import(path));
    const { [first]: found } = await loadOverloaded(resolve(this.#host.cwd, file), [first], load);
    const at = members.reduce((of, member) => (of as Record<string, unknown>)[member], found);
    const owner = members.slice(0, -1).reduce((of, member) => (of as Record<string, unknown>)[member], found);
    return members.length > 0 ? (at as Callable).bind(owner) : (at as Callable);
  }

  /** Answers a request. Throws UsageError, CotangentError, and ThrownError for what the program throws. */
  async evaluate(request: EvaluationRequest): Promise<Evaluation> {
    checkChoices(request);
    choose("derivative", request.derivative, derivativeNames, []);
    checkOrder(request);
    const from = performance.now();
    const run = await this.#prepare(request);
    const compile = Math.round((performance.now() - from) * 1e6);
    const { value, derivative } = runUserCode(() => run.answer(), run.compiled.derivative);
    return {
      value: toJson(value),
      derivative: toJson(derivative),
      engine: request.engine ?? "source",
      mode: run.mode === undefined ? run.compiled.derivative.mode : run.mode,
      strategy: run.compiled.derivative.strategy,
      backend: "js",
      ...(request.repeat === undefined ? {} : { times: time(run, request.repeat), compile }),
    };
  }

  async #prepare(request: EvaluationRequest): Promise<Run> {
    const { target, derivative = "grad", mode, strategy, checkFinite } = request;
    const plain = await this.compile(target, "value");
    const args = readArguments(request.at, expectedArguments(plain.derivative), "--at");
    const given = request.argnums ?? 0;
    const isBare = typeof given === "number";
    const listed = isBare ? [given] : given;
    const selected = listed.map((i) => args[i]);
    const plainValue = (): unknown => plain.call(...copyArguments(args));
    const engine = engines[request.engine ?? "source"];
    const isOverloaded = request.engine === overload.name;
    if ((engine || isOverloaded) && derivative !== "value") {
      const { order, seed } = request;
      const asked = { derivative, order, argnums: given, seed, mode, strategy, checkFinite };
      if (engine) {
        const timed = deriveByEngine(engineFor(engine, plain), plain.call, args, asked);
        return { compiled: plain, args, answer: () => pair(timed(...copyArguments(args))), timed };
      }
      const timed = deriveByEngine(overload, await this.overloaded(target), args, asked);
      const answer = (): Answer => pair(timed(...copyArguments(args)));
      return { compiled: plain, args, answer, timed, mode: modeOf(asked) };
    }

    switch (derivative) {
      case "value":
        return { compiled: plain, args, answer: () => ({ value: plainValue(), derivative: null }), timed: plain.call };
      case "grad": {
        const compiled = await this.compile(target, "valueAndGrad", { argnums: given, mode, strategy, checkFinite });
        const answer = (): Answer => pair(compiled.call(...copyArguments(args)));
        return { compiled, args, answer, timed: compiled.call };
      }
      case "jacobian":
      case "hessian": {
        const compiled = await this.compile(target, derivative, { argnums: given, mode, strategy, checkFinite });
        const answer = (): Answer => ({ value: plainValue(), derivative: compiled.call(...copyArguments(args)) });
        return { compiled, args, answer, timed: compiled.call };
      }
      case "derivative":
      case "taylor": {
        const options = { argnums: given, mode, strategy, checkFinite, order: request.order };
        const compiled = await this.compile(target, derivative, options);
        const answer = (): Answer => ({ value: plainValue(), derivative: compiled.call(...copyArguments(args)) });
        return { compiled, args, answer, timed: compiled.call };
      }
      case "jvp": {
        const compiled = await this.compile(target, "jvp", { argnums: listed, mode, strategy, checkFinite });
        const tangents = readSeed(request.seed, compiled.derivative, selected, isBare);
        const call: Callable = (...primals) => compiled.call(primals, tangents);
        return { compiled, args, answer: () => pair(call(...copyArguments(args))), timed: call };
      }
      case "hvp": {
        const compiled = await this.compile(target, "hvp", { argnums: given, mode, strategy, checkFinite });
        const tangents = readSeed(request.seed, compiled.derivative, isBare ? selected[0] : selected, false);
        const call: Callable = (...primals) => compiled.call(primals, tangents);
        const answer = (): Answer => ({ value: plainValue(), derivative: call(...copyArguments(args)) });
        return { compiled, args, answer, timed: call };
      }
      case "vjp": {
        const compiled = await this.compile(target, "vjp", { argnums: listed, mode, strategy, checkFinite });
        const cotangent = readCotangent(request.seed, compiled.derivative, plainValue);
        const call: Callable = (...primals) => {
          const [value, pullback] = compiled.call(...primals) as [unknown, Callable];
          const all = pullback(cotangent) as unknown[];
          return [value, isBare ? all[0] : all];
        };
        return { compiled, args, answer: () => pair(call(...copyArguments(args))), timed: call };
      }
      default:
        return derivative satisfies never;
    }
  }
}

interface Answer {
  readonly value: unknown;
  readonly derivative: unknown;
}
interface Run {
  readonly compiled: Compiled;
  readonly args: readonly unknown[];
  readonly answer: () => Answer;
  readonly timed: Callable;
  /** The sweep that an engine takes; the compiled derivative says its own. */
  readonly mode?: "forward" | "reverse" | null;
}

function pair(result: unknown): Answer {
  const [value, derivative] = result as [unknown, unknown];
  return { value, derivative };
}

/** What the arguments of a compiled function are. */
export function expectedArguments({ module, entry }: Pick<Derivative, "module" | "entry">): ExpectedArguments {
  const func = module.functions.get(entry);
  if (!func) throw new Error(`no function ${entry} in its module`);
  return { types: func.body.params.map((p) => p.type), rest: func.rest };
}

/**
 * The tangents that a derivative takes as its second parameter, of the values `of`; `isWrapped`: it takes a tuple of one,
 * and the seed is that one. Which keys a map has only the value tells.
 */
function readSeed(seed: unknown, derivative: Derivative, of: unknown, isWrapped: boolean): unknown {
  if (seed === undefined) throw new UsageError("--seed is needed: the tangent, shaped as --argnums selects");
  const given = isWrapped ? [seed] : seed;
  if (derivative.border) return readLike(given, of, "--seed");
  return readValue(given, expectedArguments(derivative).types[1] as Type, "--seed");
}

function readCotangent(seed: unknown, { module, entry, border }: Derivative, value: () => unknown): unknown {
  const [result] = module.functions.get(entry)?.results ?? [];
  const pullback = result?.kind === "record" ? result.decl.fields[1]?.type : undefined;
  if (pullback?.kind !== "function") throw new Error("vjp does not give a pullback");
  const type = pullback.params[0] as Type;
  if (seed === undefined && type.kind === "number") return 1;
  if (seed === undefined) throw new UsageError("--seed is needed: the cotangent, with the structure of the result");
  return border ? readLike(seed, value(), "--seed") : readValue(seed, type, "--seed");
}

/** Runs code that was made of the user's: what it throws is told apart from our own failures. */
export function runUserCode<T>(run: () => T, { map }: Pick<Derivative, "map">): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof CotangentError || error instanceof UsageError) throw error;
    throw new ThrownError(stackError(error), (file) => map.sources.includes(file));
  }
}

const warmUpMilliseconds = 100;

function time({ compiled, timed, args }: Run, repeat: number): number[] {
  if (!Number.isInteger(repeat) || repeat < 1) throw new UsageError("repeat must be a positive integer");
  const end = performance.now() + warmUpMilliseconds;
  for (let i = 0; i < 1000 && performance.now() < end; i++) {
    runUserCode(() => timed(...copyArguments(args)), compiled.derivative);
  }
  return Array.from({ length: repeat }, () => {
    const copies = copyArguments(args);
    const from = process.hrtime.bigint();
    timed(...copies);
    return Number(process.hrtime.bigint() - from);
  });
}
