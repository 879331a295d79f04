/**
 * Gradients: the pullback of a scalar function at 1, by one reverse sweep right after the forward one (combined motion),
 * or by forward mode in chunks of directions (Griewank and Walther, 3.3). The `Into` forms use the caller's structures
 * as the shadows that the sweep adds to, so that nothing is allocated for the result.
 */

import { report } from "../../core/errors.ts";
import { type BlockBuilder, buildFunc } from "../../ir/build.ts";
import { derivativeType } from "../../ir/derivative-type.ts";
import { isReference, isScalar, sameType, shadowType, tuple } from "../../ir/type.ts";
import type { Func, Module, Type, Value } from "../../ir/types.ts";
import { derivedName } from "../../transform/names.ts";
import { reverse } from "../../transform/reverse.ts";
import { addFunction, paramsOf } from "./around.ts";
import { prepareForwardJacobian } from "./jacobian-forward.ts";
import { emitLengthChecks } from "./lengths.ts";
import type { ChosenMode, Derived, OperatorRequest } from "./request.ts";
import { completeRules } from "./rules.ts";
import { countNumbers, emitConverted, emitPacked } from "./structure.ts";
import {
  checkScalarResult,
  emitEntryLayouts,
  emitLaidOut,
  emitPair,
  emitParamShadows,
  paramType,
  selectedType,
  shadowedParams,
  type Target,
} from "./target.ts";

interface GradientParts {
  /** The value, and aux behind it. */
  readonly results: readonly Value[];
  /** The derivative by each selected argument, in order. */
  readonly gradients: readonly Value[];
}
interface GradientEmitter {
  readonly module: Module;
  /** `out` gives structures to use as shadows, all zero, by the position of the parameter. */
  readonly emit: (b: BlockBuilder, args: readonly Value[], out?: ReadonlyMap<number, Value>) => GradientParts;
}

/** `grad` and `valueAndGrad`. Reports results that are not a number. */
export function deriveGradient(target: Target, request: OperatorRequest): Derived {
  checkScalarResult(target);
  const chosen = chooseMode(target, request.mode);
  const prepared = prepareGradient(target, chosen.mode, request);
  const { module } = prepared;
  const isValueToo = request.operator === "valueAndGrad";
  const name = derivedName(module.functions, target.entry, isValueToo ? "valueAndGrad" : "grad");
  const func = buildFunc(
    name,
    paramsOf(target.func),
    (b, ...args) => {
      const { results, gradients } = prepared.emit(b, args);
      const [value, aux] = results as [Value, Value | undefined];
      const gradient = emitPacked(b, gradients, target.isBare);
      if (isValueToo) {
        const first = aux ? emitPair(b, target, value, aux) : value;
        return [b.record([first, gradient], tuple(first.type, gradient.type))];
      }
      return aux ? [b.record([gradient, aux], tuple(gradient.type, aux.type))] : [gradient];
    },
    target.func.span,
  );
  return { module: addFunction(prepared.module, func), name, ...chosen };
}

/** `gradInto` and `valueAndGradInto`. Reports a gradient that is a bare number, which cannot be written into. */
export function deriveGradientInto(target: Target, request: OperatorRequest): Derived {
  checkScalarResult(target);
  const chosen = chooseMode(target, request.mode);
  const prepared = prepareGradient(target, chosen.mode, request);
  const isValueToo = request.operator === "valueAndGradInto";
  const type = selectedType(target);
  if (!isValueToo && !isReference(type)) {
    report("not-taken", target.func.span, `a bare number as \`out\` of gradInto(${target.entry})`);
  }
  const name = derivedName(prepared.module.functions, target.entry, request.operator);
  const outType = isValueToo ? tuple(target.result, type) : type;
  const func = buildFunc(
    name,
    [{ type: outType, hint: "out" }, ...paramsOf(target.func)],
    (b, out, ...args) => {
      const all = out as Value;
      const gradient = isValueToo && isReference(type) ? b.getField(all, "1", "gradient") : all;
      const parts = new Map(
        target.selected
          .map((p, n) => [p, n] as const)
          .filter(([p]) => isReference(derivativeType(paramType(target, p))))
          .map(([p, n]) => [p, target.isBare ? gradient : b.getField(gradient, String(n), outHint(target, p))]),
      );
      emitOverlapCheck(b, [...parts.values()], args);
      const direct = new Map([...parts].filter(([p, part]) => isShadow(target, p, part) && chosen.mode === "reverse"));
      // What is added to a part that is no shadow is held against it by `addTo`.
      for (const [p, part] of direct) emitLengthChecks(b, part, args[p] as Value);
      for (const part of parts.values()) b.clear(part);
      const { results, gradients } = prepared.emit(b, args, direct);
      target.selected.forEach((p, n) => {
        const value = gradients[n] as Value;
        const part = parts.get(p);
        if (part && !direct.has(p)) b.addTo(part, value);
        if (part || !isScalar(paramType(target, p))) return;
        if (!target.isBare) b.setField(gradient, String(n), value);
        else b.setField(all, "1", value);
      });
      if (isValueToo) b.setField(all, "0", results[0] as Value);
      return [];
    },
    target.func.span,
  );
  return { module: addFunction(prepared.module, func), name, ...chosen };
}

function outHint(target: Target, param: number): string {
  return `${target.func.body.params[param]?.hint ?? "x"}Bar`;
}

/** The caller's structure can be the shadow itself: laid out like one, and no other argument shares its memory. */
function isShadow(target: Target, param: number, part: Value): boolean {
  return !target.memory.isWritten && sameType(part.type, shadowType(paramType(target, param)));
}

/** Emits the check that what the gradient is written into is memory of its own, in each of its places. */
function emitOverlapCheck(b: BlockBuilder, parts: readonly Value[], args: readonly Value[]): void {
  if (parts.length === 0) return;
  const others = args.filter((arg) => isReference(arg.type) || arg.type.kind === "optional");
  b.host("checkOut", [b.constant(parts.length), ...parts, ...others]);
}

/** Which sweep a gradient is computed by: forward only where there is a single number to differentiate by. */
function chooseMode(target: Target, mode: OperatorRequest["mode"]): ChosenMode {
  if (mode === "forward" || mode === "reverse") return { mode };
  const count = target.selected.reduce((n, i) => n + countNumbers(paramType(target, i)), 0);
  return count === 1
    ? { mode: "forward", why: "there is a single number to differentiate by" }
    : { mode: "reverse", why: "the result is one number, which is differentiated by several" };
}

/** Prepares the gradient of a target with a scalar result. */
function prepareGradient(
  target: Target,
  mode: ChosenMode["mode"],
  { again = false }: OperatorRequest,
): GradientEmitter {
  return mode === "reverse" ? byReverse(target, again) : byForward(target);
}

function byForward(target: Target): GradientEmitter {
  const prepared = prepareForwardJacobian(target);
  return {
    get module() {
      return prepared.module;
    },
    emit: (b, args) => {
      const { results, jacobian } = prepared.emit(b, args);
      const gradients = target.isBare ? [jacobian] : target.selected.map((_, n) => b.getField(jacobian, String(n)));
      return { results, gradients };
    },
  };
}

function byReverse(target: Target, again: boolean): GradientEmitter {
  const { active, strategy } = target;
  const completed = completeRules(target.module, target.func.name, "reverse");
  const { module, name } = reverse(completed, target.func.name, { active, motion: "combined", again, strategy });
  const derived = module.functions.get(name) as Func;
  const emit: GradientEmitter["emit"] = (b, args, out = new Map()) => {
    const own =
      out.size > 0 && shadowedParams(target).every((i) => out.has(i)) ? out : emitParamShadows(b, target, args);
    const shadows = new Map([...own, ...out]);
    const layouts = emitEntryLayouts(b, target, args, shadows);
    // Aux is not differentiated.
    const seeds = target.func.results.flatMap((type: Type, i) => (isScalar(type) ? [b.constant(i === 0 ? 1 : 0)] : []));
    const behind = shadowedParams(target).map((i) => shadows.get(i) as Value);
    const all = b.call(name, [...args, ...behind, ...seeds], derived.results);
    const count = target.func.results.length;
    const scalars = [...target.active.keys()].filter((i) => target.active[i] && isScalar(paramType(target, i)));
    const gradients = target.selected.map((i) => {
      const shadow = shadows.get(i);
      if (shadow) {
        const derivative = emitLaidOut(b, shadow, layouts.get(i));
        return out.has(i) ? derivative : emitConverted(b, derivative, derivativeType(paramType(target, i)));
      }
      return scalars.includes(i) ? (all[count + scalars.indexOf(i)] as Value) : b.constant(null);
    });
    return { results: all.slice(0, count), gradients };
  };
  return { module, emit };
}
