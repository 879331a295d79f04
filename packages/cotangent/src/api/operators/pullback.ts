/**
 * `vjp`: the value and a pullback that may be called any number of times, at any later time. The forward sweep runs once
 * and keeps residuals (split motion); each call of the pullback clears the shadows, seeds those of the result with the
 * cotangent, runs the reverse sweep and copies the shadows of the arguments (Griewank and Walther, 3.2).
 */
import { openFunctions } from "../../analysis/points-to.ts";
import { type BlockBuilder, buildFunc } from "../../ir/build.ts";
import { derivativeType } from "../../ir/derivative-type.ts";
import { holdsNumbers, isReference, isScalar, tuple, unit } from "../../ir/type.ts";
import type { Func, Module, Value } from "../../ir/types.ts";
import { forEachInstr } from "../../ir/visit.ts";
import { derivedName } from "../../transform/names.ts";
import { reverse } from "../../transform/reverse.ts";
import { addFunction, emitCall, emitInPlace, paramsOf } from "./around.ts";
import { emitWithLater, type LaterRecord } from "./later.ts";
import { liftConstants } from "./lift-constants.ts";
import type { Derived } from "./request.ts";
import { copyTogether } from "./rerun.ts";
import { completeRules } from "./rules.ts";
import { emitPacked } from "./structure.ts";
import {
  emitEntryLayouts,
  emitLaidOut,
  emitParamShadows,
  holdsGrowable,
  paramType,
  shadowedParams,
  type Target,
} from "./target.ts";

/** What the forward sweep leaves behind. */
interface Forwarded {
  readonly results: readonly Value[];
  /** Everything that the reverse sweep reads, in the order of `PullbackEmitter.emitReverse`. */
  readonly kept: readonly Value[];
}
export interface PullbackEmitter {
  readonly module: Module;
  readonly emitForward: (b: BlockBuilder, args: readonly Value[]) => Forwarded;
  /**
   * Emits one reverse sweep: `seed` adds the cotangent to the shadow of the result, or gives it if the result is a
   * number. Gives the cotangents of the selected arguments, the structures among them fresh.
   */
  readonly emitReverse: (b: BlockBuilder, kept: readonly Value[], seed: Seed) => readonly Value[];
}

/** `layout`: zeros in the structure of the result, where arrays in its shadow may be longer than those of the result. */
type Seed = (b: BlockBuilder, shadow: Value | undefined, layout: Value | undefined) => Value | undefined;

/**
 * Prepares forward and reverse sweep of `target` in split motion. `isNested`: each is emitted once, and stands where it
 * is emitted; else it is called.
 */
export function preparePullback(target: Target, isNested = false): PullbackEmitter {
  const emitHalf = (b: BlockBuilder, half: Func, args: readonly Value[]): readonly Value[] =>
    isNested ? emitInPlace(b, half, args) : b.call(half.name, args, half.results);
  const lifted = liftConstants(target.module, target.func);
  const within = lifted ?? target;
  const constants = lifted?.constants ?? [];
  const active = [...target.active, ...constants.map(() => false)];
  const { strategy } = target;
  const completed = completeRules(within.module, within.func.name, "reverse");
  const { module, name } = reverse(completed, within.func.name, { active, motion: "split", strategy });
  const forwardFunc = module.functions.get(`${name}.forward`) as Func;
  const reverseFunc = module.functions.get(`${name}.reverse`) as Func;
  const own = target.func.results;
  const shadowed = shadowedParams(target);
  const resultShadows = own.filter((type) => !isScalar(type) && holdsNumbers(type)).length;

  // The sweeps run on memory of their own, which no caller can reach between them: arguments go in as copies, results
  // come out as copies. A function that writes its arguments runs once more, on the caller's.
  const residualCount = forwardFunc.results.length - own.length - resultShadows;
  let growing: readonly number[] = [];
  const isShortened = holdsGrowable(target.result) && mayShorten(within.module, within.func.name);

  const emitForward = (b: BlockBuilder, given: readonly Value[]): Forwarded => {
    const args = [...given, ...constants.map((g) => b.global(g.name, g.type))];
    const structures = args.filter((a) => isReference(a.type));
    const copies = structures.length > 1 ? copyTogether(b, structures) : structures.map((a) => b.copy(a));
    const inside = args.map((a) => copies[structures.indexOf(a)] ?? a);
    const shadows = emitParamShadows(b, target, inside);
    const ordered = shadowed.map((i) => shadows.get(i) as Value);
    const layouts = emitEntryLayouts(b, target, inside, shadows);
    growing = [...layouts.keys()];
    const all = emitHalf(b, forwardFunc, [...inside, ...ordered]);
    const layout = isShortened ? b.shadow([all[0] as Value], true) : [];
    const results = target.memory.isWritten
      ? emitCall(b, target.func, given)
      : all.slice(0, own.length).map((r) => (isReference(r.type) ? b.copy(r) : r));
    return { results, kept: [...ordered, ...all.slice(own.length), ...layouts.values(), ...layout] };
  };

  const emitReverse: PullbackEmitter["emitReverse"] = (b, kept, seed) => {
    const shadows = kept.slice(0, shadowed.length);
    const ofResults = kept.slice(shadowed.length, shadowed.length + resultShadows);
    const behind = shadowed.length + resultShadows;
    const residuals = kept.slice(behind, behind + residualCount);
    const layouts = kept.slice(behind + residualCount, behind + residualCount + growing.length);
    const layout = isShortened ? kept.at(-1) : undefined;
    for (const s of [...shadows, ...ofResults]) b.clear(s);
    const isNumber = isScalar(target.result);
    const given = seed(b, isNumber ? undefined : ofResults[0], layout);
    const cotangents = own.flatMap((type, i) => (isScalar(type) ? [i === 0 && given ? given : b.constant(0)] : []));
    const back = emitHalf(b, reverseFunc, [...cotangents, ...residuals]);
    const scalars = [...target.active.keys()].filter((i) => target.active[i] && isScalar(paramType(target, i)));
    return target.selected.map((i) => {
      const type = paramType(target, i);
      if (shadowed.includes(i)) {
        const derivative = b.copy(shadows[shadowed.indexOf(i)] as Value, derivativeType(type));
        return emitLaidOut(b, derivative, layouts[growing.indexOf(i)]);
      }
      return scalars.includes(i) ? (back[scalars.indexOf(i)] as Value) : b.constant(null);
    });
  };
  return { module, emitForward, emitReverse };
}

/** Adds a cotangent of the result to its shadow; one of another structure is refused when it runs (`structure-mismatch`). */
function emitSeed(b: BlockBuilder, shadow: Value, cotangent: Value, layout: Value | undefined): void {
  if (!layout) return b.addTo(shadow, cotangent);
  // The shadow of an array keeps the elements that were removed: they are reached again on the way back.
  const fitting = b.copy(layout, undefined, "fitting");
  b.addTo(fitting, cotangent);
  b.addTo(shadow, fitting, true);
}

/** True if something that `entry` runs makes an array shorter. */
function mayShorten(module: Module, entry: string): boolean {
  return openFunctions(module, entry).some((func) => {
    let found = false;
    forEachInstr(func.body, (instr) => {
      found ||= instr.op === "pop";
    });
    return found;
  });
}

/**
 * `(...primals) => [value, pullback]`; the pullback takes a cotangent of the result and gives a tuple. `inside` says what
 * stands for the pullback inside of a program.
 */
export function deriveVjp(target: Target, inside?: LaterRecord): Derived {
  const prepared = preparePullback(target, target.strategy === "closure");
  const from = { type: derivativeType(target.result), hint: "cotangent" };
  const to = tuple(
    ...target.selected.map((i) => {
      const type = paramType(target, i);
      return holdsNumbers(type) ? derivativeType(type) : unit;
    }),
  );
  let { module } = prepared;
  const name = derivedName(module.functions, target.entry, "vjp");
  const vjp = buildFunc(
    name,
    paramsOf(target.func),
    (b, ...args) => {
      const { results, kept } = prepared.emitForward(b, args);
      const emit = (inner: BlockBuilder, cotangent: Value, held: readonly Value[]): Value => {
        const back = prepared.emitReverse(inner, held, (at, shadow, layout) => {
          if (!shadow) return cotangent;
          emitSeed(at, shadow, cotangent, layout);
          return undefined;
        });
        return emitPacked(inner, back, false);
      };
      const later = { role: "pullback", from, to, emit } as const;
      const made = emitWithLater(b, module, target, later, results[0] as Value, kept, inside);
      module = made.module;
      return made.results;
    },
    target.func.span,
  );
  return { module: addFunction(module, vjp), name, mode: "reverse" };
}
