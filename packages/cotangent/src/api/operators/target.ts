/**
 * The function an operator is applied to, made ready: which arguments are differentiated, which need shadows, whether it
 * can be run again. `outputs` and `hasAux` are taken care of here by a small function around the user's own, so that
 * what follows knows functions of arguments with results and nothing else.
 */

import { analyzeParameterMemory, type ParameterMemory } from "../../analysis/writes.ts";
import { report } from "../../core/errors.ts";
import type { RestParameter } from "../../ir/border.ts";
import { type BlockBuilder, buildFunc, type ParamSpec } from "../../ir/build.ts";
import { derivativeType, packType } from "../../ir/derivative-type.ts";
import { array, holdsNumbers, isReference, isScalar, number, tuple } from "../../ir/type.ts";
import type { Func, Module, RecordDecl, Type, Value } from "../../ir/types.ts";
import { derivedName } from "../../transform/names.ts";
import { addFunction, emitCall, paramsOf } from "./around.ts";
import { guardConstants } from "./constants.ts";
import { modes, type OperatorRequest, type Strategy, strategies } from "./request.ts";

export interface Target {
  readonly module: Module;
  /** The user's function, from whose name those of derivatives are made. */
  readonly entry: string;
  readonly func: Func;
  /** What is differentiated: the function's first result. With `hasAux` a second one follows. */
  readonly result: Type;
  readonly hasAux: boolean;
  /** The selected parameters, by position, in the order of the result. */
  readonly selected: readonly number[];
  /** The result is the structure of one argument, not a tuple. */
  readonly isBare: boolean;
  /** The parameters that need a tangent or shadow: the selected ones, and those that may share their memory. */
  readonly active: readonly boolean[];
  readonly memory: ParameterMemory;
  readonly strategy: Strategy | undefined;
  /** The position of a parameter that code outside gives as so many arguments, and how many it must give before it. */
  readonly rest: RestParameter | undefined;
}

/** Makes the target of `request`. Reports arguments that do not exist or hold no numbers, and missing results. */
export function resolveTarget(module: Module, entry: string, request: OperatorRequest): Target {
  const given = module.functions.get(entry);
  if (!given) throw new Error(`no function ${entry}`);
  const { func, rest } = openRest(module, given, request);
  const { params } = func.body;
  const own = params.slice(0, params.length - (request.captured ?? 0));
  const around = request.outputs
    ? gatherOutputs(module, func, own.length, request.outputs)
    : request.hasAux
      ? splitAux(module, func)
      : func;
  const opened = func === given ? module : addFunction(module, func);
  const within = around === func ? opened : addFunction(opened, around);
  const [result] = around.results;
  if (!result || !holdsNumbers(result)) report("no-result", func.span, entry);

  const { strategy, mode } = request;
  if (mode !== undefined && !modes.includes(mode)) report("not-taken", func.span, `the mode ${JSON.stringify(mode)}`);
  if (strategy !== undefined && !strategies.includes(strategy))
    report("not-taken", func.span, `the strategy ${JSON.stringify(strategy)}`);

  const isMap = isMapOperator(request.operator);
  const argnums = request.argnums ?? (isMap ? [...own.keys()] : 0);
  const selected = typeof argnums === "number" ? [argnums] : argnums;
  checkSelected(func, own, selected, isMap);

  const memory = analyzeParameterMemory(within, around.name);
  const guarded = guardConstants(within, around, memory);
  const needs = (i: number): boolean =>
    selected.includes(i) || memory.written.has(i) || (memory.isWritten && selected.some((s) => memory.meets(s, i)));
  return {
    module: guarded ? addFunction(within, guarded) : within,
    entry,
    func: guarded ?? around,
    result,
    hasAux: request.hasAux === true,
    selected,
    // A map's tangents and cotangents are tuples, whatever selects them.
    isBare: typeof argnums === "number" && !isMap,
    active: around.body.params.map(
      (p, i) => holdsNumbers(p.type) && (selected.includes(i) || (isReference(p.type) && needs(i))),
    ),
    memory,
    strategy,
    rest,
  };
}

const mostOpened = 1000;

/**
 * A function with parameters of their own for the arguments that `request` names and `given` gathers in its last one:
 *
 *     f(a, ...xs)     by argument 2     f(a, xs0, xs1, ...xs)
 */
function openRest(
  module: Module,
  given: Func,
  { argnums, operator, outputs = [] }: OperatorRequest,
): { readonly func: Func; readonly rest: RestParameter | undefined } {
  const at = given.rest;
  if (at === undefined) return { func: given, rest: undefined };
  const byDefault = isMapOperator(operator) ? [] : [0];
  const named = [...(typeof argnums === "number" ? [argnums] : (argnums ?? byDefault)), ...outputs];
  const most = Math.max(at - 1, ...named.filter((i) => typeof i === "number" && Number.isInteger(i)).map(Number));
  if (most === at - 1) return { func: given, rest: { at, required: 0 } };
  if (most - at > mostOpened) report("argument-out-of-range", given.span, `${given.name} has no argument ${most}`);
  const params = paramsOf(given);
  const last = params[at] as ParamSpec;
  const element = last.type.kind === "array" ? last.type.element : last.type;
  const own = Array.from({ length: most - at + 1 }, (_, i) => ({ type: element, hint: `${last.hint ?? "x"}${i}` }));
  const func = buildFunc(
    derivedName(module.functions, given.name, "opened"),
    [...params.slice(0, at), ...own, last],
    (b, ...args) => {
      const list = b.array(args.slice(at, -1), last.type, last.hint);
      const others = args.at(-1) as Value;
      b.for({ start: b.constant(0), end: b.length(others), step: 1 }, [], (inner, i) => {
        inner.push(list, inner.load(others, i as Value));
        return [];
      });
      return emitCall(b, given, [...args.slice(0, at), list]);
    },
    given.span,
  );
  const opened = most + 1;
  return { func, rest: { at: opened, required: opened } };
}

function isMapOperator(operator: OperatorRequest["operator"]): boolean {
  return operator === "jvp" || operator === "vjp" || operator === "linearize";
}

function checkSelected(func: Func, params: readonly Value[], selected: readonly number[], isMap: boolean): void {
  for (const i of selected) {
    if (Number.isInteger(i) && i >= 0 && i < params.length) continue;
    const count = params.length === 1 ? "1 parameter" : `${params.length} parameters`;
    report("argument-out-of-range", func.span, `${func.name} has ${count}: there is no argument ${i}`);
  }
  const repeated = selected.find((i, at) => selected.indexOf(i) !== at);
  if (repeated !== undefined) report("argument-out-of-range", func.span, `argument ${repeated} is selected twice`);
  if (selected.some((i) => holdsNumbers((params[i] as Value).type))) return;
  const [first] = selected;
  if (first !== undefined)
    report("argument-holds-no-numbers", func.span, (params[first] as Value).hint ?? String(first));
  if (!isMap || params.length === 0) report("argument-holds-no-numbers", func.span, `list of ${func.name}`);
}

/** A function whose result is the tuple of the named outputs of `func`. */
function gatherOutputs(module: Module, func: Func, count: number, outputs: readonly ("result" | number)[]): Func {
  for (const o of outputs) {
    if (o === "result" && func.results.length === 0) report("no-result", func.span, func.name);
    if (o !== "result" && !(Number.isInteger(o) && o >= 0 && o < count)) {
      report("argument-out-of-range", func.span, `${func.name} has no argument ${o}, which \`outputs\` names`);
    }
  }
  return buildFunc(
    derivedName(module.functions, func.name, "outputs"),
    paramsOf(func),
    (b, ...args) => {
      const [result] = emitCall(b, func, args);
      const values = outputs.map((o) => (o === "result" ? result : args[o]) as Value);
      return [b.record(values, tuple(...values.map((v) => v.type)))];
    },
    func.span,
  );
}

/** A function with two results in the place of the pair [value, aux] that `func` returns. */
function splitAux(module: Module, func: Func): Func {
  const [pair] = func.results;
  const isPair = pair?.kind === "record" && pair.decl.isTuple && pair.decl.fields.length === 2;
  const isArray = pair !== undefined && pair.kind === "array" && pair.storage === "Array";
  if (!isPair && !isArray) report("result-not-scalar", func.span, func.name);
  return buildFunc(
    derivedName(module.functions, func.name, "aux"),
    paramsOf(func),
    (b, ...args) => {
      const both = emitCall(b, func, args)[0] as Value;
      if (isPair) return [b.getField(both, "0", "value"), b.getField(both, "1", "aux")];
      return [b.load(both, b.constant(0), "value"), b.load(both, b.constant(1), "aux")];
    },
    func.span,
  );
}

/** The pair [value, aux] as the user's function returns it. */
function pairType(target: Target): Type {
  const own = target.module.functions.get(target.entry)?.results[0];
  return own ?? array(number);
}

/** Emits the pair [value, aux] in the form of `pairType`. */
export function emitPair(b: BlockBuilder, target: Target, value: Value, aux: Value): Value {
  const type = pairType(target);
  return type.kind === "record" ? b.record([value, aux], type) : b.array([value, aux], type);
}

/** The number of a scalar result; reports results of other types. */
export function checkScalarResult(target: Target): void {
  if (target.result.kind === "number") return;
  report("result-not-scalar", target.func.span, target.entry);
}

/** The type of the derivative with respect to the selected arguments. */
export function selectedType(target: Target): Type {
  return packType(
    target.selected.map((i) => derivativeType(paramType(target, i))),
    target.isBare,
  );
}

export function paramType(target: Target, index: number): Type {
  return (target.func.body.params[index] as Value).type;
}

/** The active parameters whose derivative lives in a shadow, by position. */
export function shadowedParams(target: Target): readonly number[] {
  return [...target.active.keys()].filter((i) => target.active[i] && !isScalar(paramType(target, i)));
}

/** Emits one zero shadow for each of `shadowedParams`; what may be one object for the function has one shadow. */
export function emitParamShadows(b: BlockBuilder, target: Target, args: readonly Value[]): Map<number, Value> {
  const indices = shadowedParams(target);
  if (indices.length === 0) return new Map();
  const of = indices.map((i) => args[i] as Value);
  const isFlat = of.length === 1 && of.every((v) => v.type.kind === "array" && isScalar(v.type.element));
  const shadows = b.shadow(of, !isFlat && target.memory.writesGiven());
  return new Map(indices.map((i, n) => [i, shadows[n] as Value]));
}

/**
 * What gives a derivative the structure that its argument has at entry, where the function may lengthen arrays in it:
 * the length of an array of numbers, a zero structure otherwise. By position.
 */
export function emitEntryLayouts(
  b: BlockBuilder,
  target: Target,
  args: readonly Value[],
  shadows: ReadonlyMap<number, Value>,
): Map<number, Value> {
  const layouts = new Map<number, Value>();
  if (!target.memory.isWritten) return layouts;
  for (const i of shadowedParams(target)) {
    const arg = args[i] as Value;
    if (isGrowable(arg.type)) layouts.set(i, b.length(arg, "lengthAtEntry"));
    else if (holdsGrowable(arg.type)) layouts.set(i, b.copy(shadows.get(i) as Value, undefined, "layoutAtEntry"));
  }
  return layouts;
}

/**
 * The derivative with the layout at entry: an array of numbers is cut back to it. Of arrays further inside, whose shadows
 * never shrink and have their elements where they were at entry, what was there at entry is taken.
 */
export function emitLaidOut(b: BlockBuilder, derivative: Value, layout: Value | undefined): Value {
  if (!layout) return derivative;
  if (layout.type.kind !== "number") {
    const laidOut = b.copy(layout);
    b.addTo(laidOut, derivative, true);
    return laidOut;
  }
  b.for({ start: layout, end: b.length(derivative), step: 1 }, [], (inner) => {
    inner.pop(derivative);
    return [];
  });
  return derivative;
}

function isGrowable(type: Type): boolean {
  return type.kind === "array" && type.storage === "Array" && isScalar(type.element);
}

/** Arrays of numbers that can grow are somewhere inside. */
export function holdsGrowable(type: Type, met = new Set<RecordDecl>()): boolean {
  const within = (part: Type): boolean => holdsGrowable(part, met);
  switch (type.kind) {
    case "optional":
      return within(type.of);
    case "array":
      return isGrowable(type) || within(type.element);
    case "record": {
      if (met.has(type.decl)) return false;
      met.add(type.decl);
      return type.decl.fields.some((f) => within(f.type));
    }
    default:
      return false;
  }
}
