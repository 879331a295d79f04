/**
 * Directional derivatives: `jvp` gives f(x) and J v in one pass of forward mode, `hvp` gives H v as the directional
 * derivative of the gradient, forward over reverse (Griewank and Walther, 5.1; Pearlmutter, Fast Exact Multiplication by
 * the Hessian, 1994).
 */
import { type BlockBuilder, buildFunc } from "../../ir/build.ts";
import { derivativeType, packType } from "../../ir/derivative-type.ts";
import { isScalar, shadowType, tuple } from "../../ir/type.ts";
import type { Func, Module, Value } from "../../ir/types.ts";
import { forward } from "../../transform/forward.ts";
import { derivedName } from "../../transform/names.ts";
import { addFunction } from "./around.ts";
import { emitLengthChecks } from "./lengths.ts";
import type { Derived } from "./request.ts";
import { completeRules } from "./rules.ts";
import { emitConverted } from "./structure.ts";
import { emitParamShadows, paramType, type Target } from "./target.ts";

/** `(primals, tangents) => [value, tangent]`: both parameters are tuples. */
export function deriveJvp(target: Target): Derived {
  const { module, func, emit } = pushforward(target, false);
  const name = derivedName(module.functions, target.entry, "jvp");
  const jvp = buildFunc(name, func, (b, primals, tangents) => {
    const [value, tangent] = emit(b, primals as Value, tangents as Value);
    return [b.record([value, tangent], tuple(value.type, tangent.type))];
  });
  return { module: addFunction(module, jvp), name, mode: "forward" };
}

/**
 * `(primals, tangents) => H v` for a target that is the gradient of a function by the selected arguments; `tangents` are
 * shaped as `argnums` selects. `base` names the function whose Hessian it is, `mode` the sweep of the gradient, and `why`.
 */
export function deriveHvp(gradient: Target, base: string, { mode, why }: Pick<Derived, "mode" | "why">): Derived {
  const { module, func, emit } = pushforward(gradient, gradient.isBare);
  const name = derivedName(module.functions, base, "hvp");
  const hvp = buildFunc(name, func, (b, primals, tangents) => [emit(b, primals as Value, tangents as Value)[1]]);
  return { module: addFunction(module, hvp), name, mode, why };
}

function pushforward(
  target: Target,
  isBare: boolean,
): {
  module: Module;
  func: readonly { type: Value["type"]; hint: string }[];
  emit: (b: BlockBuilder, primals: Value, tangents: Value) => readonly [Value, Value];
} {
  const completed = completeRules(target.module, target.func.name, "forward");
  const { module, name } = forward(completed, target.func.name, { active: target.active, directions: 1 });
  const derived = module.functions.get(name) as Func;
  const types = target.func.body.params.map((p) => p.type);
  const tangentTypes = target.selected.map((i) => derivativeType(paramType(target, i)));
  const emit = (b: BlockBuilder, primals: Value, tangents: Value): readonly [Value, Value] => {
    const hints = target.func.body.params.map((p) => p.hint);
    const args = types.map((_, i) => b.getField(primals, String(i), hints[i] ?? "x"));
    const given = new Map(
      target.selected.map((p, n) => [p, isBare ? tangents : b.getField(tangents, String(n), `d${hints[p] ?? "x"}`)]),
    );
    const results = b.call(name, [...args, ...emitSeeds(b, target, args, given)], derived.results);
    const count = target.func.results.length;
    return [results[0] as Value, emitConverted(b, results[count] as Value, derivativeType(target.result))];
  };
  return {
    module,
    func: [
      { type: tuple(...types), hint: "primals" },
      { type: packType(tangentTypes, isBare), hint: isBare ? "tangent" : "tangents" },
    ],
    emit,
  };
}

/** The tangents of the active parameters, in order, made of those that the caller gives for the selected ones. */
function emitSeeds(
  b: BlockBuilder,
  target: Target,
  args: readonly Value[],
  given: ReadonlyMap<number, Value>,
): readonly Value[] {
  const active = [...target.active.keys()].filter((i) => target.active[i]);
  // Where the function writes, its tangent writes into the shadows, which must not be the caller's tangents.
  const own = target.memory.isWritten ? emitParamShadows(b, target, args) : undefined;
  return active.map((i) => {
    const tangent = given.get(i);
    if (isScalar(paramType(target, i))) return tangent ?? b.constant(0);
    const shadow = own?.get(i);
    if (shadow) {
      if (tangent) b.addTo(shadow, tangent);
      return shadow;
    }
    if (!tangent) throw new Error(`no tangent for parameter ${i}`);
    emitLengthChecks(b, tangent, args[i] as Value);
    return emitConverted(b, tangent, shadowType(paramType(target, i)));
  });
}
