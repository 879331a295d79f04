/**
 * `linearize`: the value and a pushforward that may be called any number of times, at any later time, and never reruns
 * the function: forward mode in split motion.
 */
import { type BlockBuilder, buildFunc } from "../../ir/build.ts";
import { derivativeType } from "../../ir/derivative-type.ts";
import { isScalar, shadowType, tuple } from "../../ir/type.ts";
import type { Func, Value } from "../../ir/types.ts";
import { linearize } from "../../transform/linearize.ts";
import { derivedName } from "../../transform/names.ts";
import { addFunction, paramsOf } from "./around.ts";
import { emitWithLater, type LaterRecord } from "./later.ts";
import { emitKeptLengthChecks, emitLengths } from "./lengths.ts";
import type { Derived } from "./request.ts";
import { copyTogether } from "./rerun.ts";
import { completeRules } from "./rules.ts";
import { emitConverted } from "./structure.ts";
import { emitParamShadows, paramType, shadowedParams, type Target } from "./target.ts";

/**
 * `(...primals) => [value, pushforward]`; the pushforward takes a tuple of tangents. `inside` says what stands for it
 * inside of a program.
 */
export function deriveLinearize(target: Target, inside?: LaterRecord): Derived {
  const completed = completeRules(target.module, target.func.name, "forward");
  const made = linearize(completed, target.func.name, { active: target.active });
  let { module } = made;
  const second = module.functions.get(made.second) as Func;
  const from = {
    type: tuple(...target.selected.map((i) => derivativeType(paramType(target, i)))),
    hint: "tangents",
  };
  const to = derivativeType(target.result);
  const name = derivedName(module.functions, target.entry, "linearize");

  const func = buildFunc(
    name,
    paramsOf(target.func),
    (b, ...args) => {
      // Where the function writes, the second sweep writes into shadows: into copies of these, shared as the arguments are.
      const templates = target.memory.isWritten ? [...emitParamShadows(b, target, args).values()] : [];
      // Elsewhere these are what a tangent is held against: the caller may change the arguments before the second sweep.
      const lengths = target.memory.isWritten ? [] : target.selected.map((i) => emitLengths(b, args[i] as Value));
      const firstFunc = module.functions.get(made.first) as Func;
      const all = b.call(made.first, args, firstFunc.results, [
        ...target.func.results.map(() => undefined),
        "residuals",
      ]);
      const emit = (inner: BlockBuilder, tangents: Value, [slots, ...rest]: readonly Value[]): Value => {
        const shadows = rest.slice(0, templates.length);
        const expected = rest.slice(templates.length);
        lengths.forEach(({ length }, n) => {
          if (length === 0) return;
          const i = target.selected[n] as number;
          const given = tangentOf(inner, target, tangents, i);
          emitKeptLengthChecks(inner, given, paramType(target, i), expected.splice(0, length));
        });
        const seeds = emitTangents(inner, target, tangents, shadows);
        const results = inner.call(made.second, [...seeds, slots as Value], second.results);
        return emitConverted(inner, results[0] as Value, to);
      };
      const later = { role: "pushforward", from, to, emit } as const;
      const kept = [all.at(-1) as Value, ...templates, ...lengths.flat()];
      const pair = emitWithLater(b, module, target, later, all[0] as Value, kept, inside);
      module = pair.module;
      return pair.results;
    },
    target.func.span,
  );
  return { module: addFunction(module, func), name, mode: "forward" };
}

/** The tangents of the active parameters in order, made of those given. */
function emitTangents(b: BlockBuilder, target: Target, tangents: Value, templates: readonly Value[]): readonly Value[] {
  const shadowed = shadowedParams(target);
  const shadows = templates.length > 1 ? copyTogether(b, templates) : templates.map((t) => b.copy(t));
  return [...target.active.keys()]
    .filter((i) => target.active[i])
    .map((i) => {
      const type = paramType(target, i);
      const given = target.selected.includes(i) ? tangentOf(b, target, tangents, i) : undefined;
      if (isScalar(type)) return given ?? b.constant(0);
      const shadow = shadows[shadowed.indexOf(i)];
      if (shadow) {
        if (given) b.addTo(shadow, given);
        return shadow;
      }
      if (!given) throw new Error(`no tangent for parameter ${i}`);
      return emitConverted(b, given, shadowType(type));
    });
}

/** The tangent that the caller gives of parameter `i`, which is selected. */
function tangentOf(b: BlockBuilder, target: Target, tangents: Value, i: number): Value {
  return b.getField(tangents, String(target.selected.indexOf(i)), `d${target.func.body.params[i]?.hint ?? "x"}`);
}
