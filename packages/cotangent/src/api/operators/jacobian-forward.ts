/**
 * Jacobians by forward mode: one run per chunk of input numbers, with one direction per number of the chunk, gives that
 * many columns. Where every input is a number argument, the columns come as scalars and the result is put together at
 * once; where arrays are among them, a zero Jacobian is made first and the columns are added to their places
 * (Griewank and Walther, 3.1 and 8.1).
 */

import { openFunctions } from "../../analysis/points-to.ts";
import { add, mul } from "../../elementals/index.ts";
import type { BlockBuilder } from "../../ir/build.ts";
import { derivativeType, reportRecursive } from "../../ir/derivative-type.ts";
import { holdsNumbers, isScalar, mayShare } from "../../ir/type.ts";
import type { Func, Module, Type, Value } from "../../ir/types.ts";
import { forEachInstr } from "../../ir/visit.ts";
import { forward } from "../../transform/forward.ts";
import { emitZeroTangents, type FunctionTable } from "../../transform/forward-zero.ts";
import { derivedName } from "../../transform/names.ts";
import { tangentFieldsOf } from "../../transform/tangent-types.ts";
import { addFunction, emitCall } from "./around.ts";
import { emitReruns, type Reruns } from "./rerun.ts";
import { completeRules } from "./rules.ts";
import { emitConverted, emitEach, emitMapped, emitPacked, emitPath, type Step, type TangentPart } from "./structure.ts";
import { emitParamShadows, paramType, selectedType, shadowedParams, type Target } from "./target.ts";

/** Directions of one run over number arguments: as many as there are, up to this. */
const SCALAR_CHUNK = 8;
/** Directions of one run over elements of arrays: what a run shares, against what the last chunk wastes. */
const ARRAY_CHUNK = 4;

/** The results of the function and its Jacobian by the selected arguments. */
interface JacobianParts {
  readonly results: readonly Value[];
  readonly jacobian: Value;
}
export interface JacobianEmitter {
  readonly module: Module;
  readonly emit: (b: BlockBuilder, args: readonly Value[]) => JacobianParts;
}

/** Prepares the Jacobian of `target`. Reports recursive arguments and results. */
export function prepareForwardJacobian(given: Target): JacobianEmitter {
  const target = { ...given, module: completeRules(given.module, given.func.name, "forward") };
  const structured = target.selected.filter(
    (i) => !isScalar(paramType(target, i)) && holdsNumbers(paramType(target, i)),
  );
  return structured.length === 0 ? overNumbers(target) : new OverArrays(target).prepare();
}

/** Shadows that several references may share have one direction, and so have rules: such functions run once per number. */
export function widest(target: Target, chunk: number): number {
  if (target.memory.isWritten && shadowedParams(target).length > 0) return 1;
  const isNarrow = openFunctions(target.module, target.func.name).some((f) => {
    let narrow = false;
    forEachInstr(f.body, (instr) => {
      narrow ||= instr.op === "shadow" && instr.shared;
      narrow ||= instr.op === "copy" && mayShare(instr.structure.type);
      narrow ||= instr.op === "call" && target.module.functions.get(instr.callee)?.rule !== undefined;
    });
    return narrow;
  });
  return isNarrow ? 1 : chunk;
}

/** Calls the forward derivative; the tangents of the differentiated result come as one part. */
function emitForward(
  b: BlockBuilder,
  target: Target,
  derived: Func,
  directions: number,
  args: readonly Value[],
  seeds: readonly Value[],
): { results: readonly Value[]; tangents: TangentPart } {
  const all = b.call(derived.name, [...args, ...seeds], derived.results);
  const count = target.func.results.length;
  const behind = isScalar(target.result) ? directions : 1;
  return { results: all.slice(0, count), tangents: { directions, values: all.slice(count, count + behind) } };
}

function overNumbers(target: Target): JacobianEmitter {
  const numbers = target.selected.filter((i) => isScalar(paramType(target, i)));
  const width = widest(target, SCALAR_CHUNK);
  const chunks: (readonly number[])[] = [];
  for (let at = 0; at < numbers.length; at += width) chunks.push(numbers.slice(at, at + width));
  let { module } = target;
  const derived = chunks.map((chunk) => {
    const made = forward(module, target.func.name, { active: target.active, directions: chunk.length });
    module = made.module;
    return module.functions.get(made.name) as Func;
  });
  const at = selectedType(target);

  const emit = (b: BlockBuilder, args: readonly Value[]): JacobianParts => {
    const reruns = chunks.length > 1 ? emitReruns(b, target, args) : undefined;
    let results: readonly Value[] = [];
    const parts = chunks.map((chunk, c) => {
      // The last run is on the caller's own arguments, so that they end as after a plain call.
      const given = c < chunks.length - 1 && reruns ? reruns.emitFresh(b) : args;
      const shadows = emitParamShadows(b, target, given);
      const seeds = given.flatMap((_, i) => {
        if (!target.active[i]) return [];
        const shadow = shadows.get(i);
        return shadow ? [shadow] : chunk.map((p) => b.constant(p === i ? 1 : 0));
      });
      const run = emitForward(b, target, derived[c] as Func, chunk.length, given, seeds);
      results = run.results;
      return run.tangents;
    });
    const jacobian = emitMapped(
      b,
      results[0] as Value,
      at,
      (inner, _path, tangents) => {
        const values = target.selected.map((i) =>
          numbers.includes(i) ? (tangents[numbers.indexOf(i)] as Value) : inner.constant(null),
        );
        return emitPacked(inner, values, target.isBare);
      },
      parts,
    );
    return { results, jacobian };
  };
  return { module, emit };
}

class OverArrays implements FunctionTable {
  readonly #target: Target;
  readonly #width: number;
  #module: Module;
  #derived: Func | undefined;
  readonly #requested = new Map<string, string>();

  constructor(target: Target) {
    this.#target = target;
    this.#width = widest(target, ARRAY_CHUNK);
    this.#module = target.module;
  }

  request(key: string, role: string, build: (name: string) => Func): string {
    const known = this.#requested.get(key);
    if (known) return known;
    const taken = new Set([...this.#module.functions.keys(), ...this.#requested.values()]);
    const name = derivedName(taken, this.#target.entry, role);
    // Named before it is built, for recursion.
    this.#requested.set(key, name);
    const built = build(name);
    this.#module = addFunction(this.#module, built);
    return name;
  }

  prepare(): JacobianEmitter {
    const target = this.#target;
    const { module, name } = forward(this.#module, target.func.name, {
      active: target.active,
      directions: this.#width,
    });
    this.#module = module;
    this.#derived = module.functions.get(name);
    const emit = (b: BlockBuilder, args: readonly Value[]): JacobianParts => this.#emit(b, args);
    const table = (): Module => this.#module;
    return {
      get module() {
        return table();
      },
      emit,
    };
  }

  #emit(b: BlockBuilder, args: readonly Value[]): JacobianParts {
    const target = this.#target;
    const reruns = emitReruns(b, target, args);
    const results = emitCall(b, target.func, args);
    const value = results[0] as Value;
    const jacobian = emitMapped(b, value, selectedType(target), (inner) => this.#zeroRow(inner, reruns.atEntry));
    const columns = new Columns(target, this.#derived as Func, this.#width, reruns, value, jacobian);
    if (!target.memory.isWritten) {
      const shadows = shadowedParams(target).map(
        (i) => [i, emitZeroTangents(b, args[i] as Value, this.#width, this)[0] as Value] as const,
      );
      columns.shadows = new Map(shadows);
    }
    target.selected.forEach((param, position) => {
      const type = paramType(target, param);
      if (isScalar(type)) columns.emitOne(b, param, position, []);
      else if (holdsNumbers(type)) {
        emitPositions(b, reruns.atEntry[param] as Value, this.#width, [], (inner, path) =>
          columns.emitOne(inner, param, position, path),
        );
      }
    });
    return { results, jacobian };
  }

  #zeroRow(b: BlockBuilder, args: readonly Value[]): Value {
    const target = this.#target;
    const parts = target.selected.map((i) => {
      const type = paramType(target, i);
      if (isScalar(type)) return b.constant(0);
      if (!holdsNumbers(type)) return b.constant(null);
      return emitConverted(b, b.shadow([args[i] as Value], false, [undefined])[0] as Value, derivativeType(type));
    });
    return emitPacked(b, parts, target.isBare);
  }
}

/** Emits the run for one input number, or for as many neighbours in an array as there are directions. */
class Columns {
  readonly #target: Target;
  readonly #derived: Func;
  readonly #width: number;
  readonly #reruns: Reruns;
  readonly #value: Value;
  readonly #jacobian: Value;
  /** Shadows that all runs share, between runs all zero; without them each run makes its own. */
  shadows: ReadonlyMap<number, Value> | undefined;

  constructor(target: Target, derived: Func, width: number, reruns: Reruns, value: Value, jacobian: Value) {
    this.#target = target;
    this.#derived = derived;
    this.#width = width;
    this.#reruns = reruns;
    this.#value = value;
    this.#jacobian = jacobian;
  }

  /** The number is argument `param`, or at `path` in it; `position` is where the argument is in the result. */
  emitOne(b: BlockBuilder, param: number, position: number, path: readonly Step[]): void {
    const target = this.#target;
    const args = this.#reruns.emitFresh(b);
    const shadows = this.shadows ?? emitParamShadows(b, target, args);
    const shadow = path.length > 0 ? shadows.get(param) : undefined;
    const seed = (sign: number): void => {
      if (shadow) this.#emitSeed(b, shadow, paramType(target, param), path, b.constant(sign));
    };
    seed(1);
    const seeds = args.flatMap((_, i) => {
      if (!target.active[i]) return [];
      const own = shadows.get(i);
      if (own) return [own];
      return Array.from({ length: this.#width }, (_, d) => b.constant(i === param && d === 0 ? 1 : 0));
    });
    const { tangents } = emitForward(b, target, this.#derived, this.#width, args, seeds);
    emitEach(b, this.#value, this.#jacobian, tangents, (inner, at, columns) =>
      this.#emitColumns(inner, at, position, path, columns),
    );
    if (this.shadows) seed(-1);
  }

  #emitSeed(b: BlockBuilder, shadow: Value, type: Type, path: readonly Step[], one: Value): void {
    const k = this.#width;
    let at = shadow;
    let of = type;
    path.forEach((step, n) => {
      if (of.kind === "optional") {
        at = b.unwrap(at);
        of = of.of;
      }
      const isLast = n === path.length - 1;
      if ("field" in step) {
        const name = tangentFieldsOf(of, step.field, k)[0] as string;
        if (isLast) b.accumulateField(at, name, one);
        else at = b.getField(at, name);
        if (of.kind === "record") of = (of.decl.fields.find((f) => f.name === step.field) as { type: Type }).type;
        return;
      }
      if (!isLast) at = b.load(at, step.index);
      else for (const place of this.#diagonal(b, step.index)) b.accumulate(at, place, one);
      if (of.kind === "array") of = of.element;
    });
  }

  /** Element c + d has its tangent in direction d, at (c + d) · k + d. */
  #diagonal(b: BlockBuilder, index: Value): readonly Value[] {
    const k = this.#width;
    if (k === 1) return [index];
    const base = b.apply(mul, [index, b.constant(k)]);
    return Array.from({ length: k }, (_, d) => (d === 0 ? base : b.apply(add, [base, b.constant(d * (k + 1))])));
  }

  #emitColumns(b: BlockBuilder, at: Value, position: number, path: readonly Step[], columns: readonly Value[]): void {
    const last = path.at(-1);
    if (!last) {
      b.accumulateField(at, String(position), columns[0] as Value);
      return;
    }
    const row = this.#target.isBare ? at : b.getField(at, String(position));
    const owner = emitUnwrappedPath(b, row, path.slice(0, -1));
    if ("field" in last) b.accumulateField(owner, last.field, columns[0] as Value);
    else {
      columns.forEach((c, d) => {
        b.accumulate(owner, d === 0 ? last.index : b.apply(add, [last.index, b.constant(d)]), c);
      });
    }
  }
}

/** As `emitPath`, through optional structures that are known to be present. */
function emitUnwrappedPath(b: BlockBuilder, structure: Value, path: readonly Step[]): Value {
  const unwrapped = (v: Value): Value => (v.type.kind === "optional" ? b.unwrap(v) : v);
  return unwrapped(path.reduce((at, step) => unwrapped(emitPath(b, at, [step])), unwrapped(structure)));
}

/** Calls `visit` with the place of every number of `value`; of the numbers of an array with every `width`-th. */
function emitPositions(
  b: BlockBuilder,
  value: Value,
  width: number,
  path: readonly Step[],
  visit: (b: BlockBuilder, path: readonly Step[]) => void,
  open: readonly Type[] = [],
): void {
  const { type } = value;
  if (!holdsNumbers(type)) return;
  switch (type.kind) {
    case "array":
      if (isScalar(type.element)) {
        b.for({ start: b.constant(0), end: b.length(value), step: width }, [], (inner, index) => {
          visit(inner, [...path, { index: index as Value }]);
          return [];
        });
        return;
      }
      b.for({ start: b.constant(0), end: b.length(value), step: 1 }, [], (inner, i) => {
        const index = i as Value;
        emitPositions(inner, inner.load(value, index), width, [...path, { index }], visit, open);
        return [];
      });
      return;
    case "record":
      if (open.some((t) => t.kind === "record" && t.decl === type.decl)) reportRecursive(type.decl);
      for (const f of type.decl.fields) {
        const next = [...path, { field: f.name }];
        if (isScalar(f.type)) visit(b, next);
        else if (holdsNumbers(f.type)) emitPositions(b, b.getField(value, f.name), width, next, visit, [...open, type]);
      }
      return;
    case "optional":
      b.if(b.present(value), (inner) => {
        emitPositions(inner, inner.unwrap(value), width, path, visit, open);
        return [];
      });
      return;
    default:
      throw new TypeError(`no numbers in a ${type.kind}`);
  }
}
