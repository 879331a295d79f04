/**
 * `linearize`: the value and a pushforward that may be called any number of times, at any later time, and never reruns
 * the function: forward mode in split motion.
 */
import { type BlockBuilder, buildFunc, type ParamSpec } from "../../ir/build.ts";
import { derivativeType } from "../../ir/derivative-type.ts";
import { isScalar, shadowType, tuple } from "../../ir/type.ts";
import type { Func, Value } from "../../ir/types.ts";
import { linearize } from "../../transform/linearize.ts";
import { derivedName } from "../../transform/names.ts";
import { addFunction, paramsOf } from "./around.ts";
import { functionType } from "./pullback.ts";
import type { Derived } from "./request.ts";
import { copyTogether } from "./rerun.ts";
import { completeRules } from "./rules.ts";
import { emitConverted } from "./structure.ts";
import { emitParamShadows, paramType, shadowedParams, type Target } from "./target.ts";

/** `(...primals) => [value, pushforward]`; the pushforward takes a tuple of tangents. */
export function deriveLinearize(target: Target): Derived {
  const completed = completeRules(target.module, target.func.name, "forward");
  const made = linearize(completed, target.func.name, { active: target.active });
  let { module } = made;
  const second = module.functions.get(made.second) as Func;
  const tangentsType = tuple(...target.selected.map((i) => derivativeType(paramType(target, i))));
  const resultType = derivativeType(target.result);
  const pushforwardName = derivedName(module.functions, target.entry, "pushforward");
  const name = derivedName(module.functions, target.entry, "linearize");

  const func = buildFunc(
    name,
    paramsOf(target.func),
    (b, ...args) => {
      // Where the function writes, the second sweep writes into shadows: into copies of these, shared as the arguments are.
      const templates = target.memory.isWritten ? [...emitParamShadows(b, target, args).values()] : [];
      const firstFunc = module.functions.get(made.first) as Func;
      const all = b.call(made.first, args, firstFunc.results, [
        ...target.func.results.map(() => undefined),
        "residuals",
      ]);
      const residuals = all.at(-1) as Value;
      const kept = [residuals, ...templates];
      const captured: readonly ParamSpec[] = kept.map((v) => ({ type: v.type, hint: v.hint }));
      const pushforward = buildFunc(
        pushforwardName,
        [{ type: tangentsType, hint: "tangents" }, ...captured],
        (inner, tangents, slots, ...shadows) => {
          const seeds = emitTangents(inner, target, tangents as Value, shadows);
          const results = inner.call(made.second, [...seeds, slots as Value], second.results);
          return [emitConverted(inner, results[0] as Value, resultType)];
        },
        target.func.span,
      );
      module = addFunction(module, pushforward);
      const closure = b.closure(pushforwardName, kept, functionType([tangentsType], [resultType]), "pushforward");
      const value = all[0] as Value;
      return [b.record([value, closure], tuple(value.type, closure.type))];
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
      const position = target.selected.indexOf(i);
      const given =
        position < 0
          ? undefined
          : b.getField(tangents, String(position), `d${target.func.body.params[i]?.hint ?? "x"}`);
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
