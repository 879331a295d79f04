/**
 * One rule for both modes. A rule is linear in the tangents, its pullback linear in the cotangent, so either is the
 * transpose of the other; and the transpose of a linear map L is a gradient (Griewank and Walther, 3.2):
 *
 *     L^T w = ∇_t <w, L t>
 *
 * So where forward mode meets a function with a pullback only, or reverse mode one with a tangent only, the other
 * function is made of the one there is, by reverse mode over this inner product at t = 0.
 */
import { openFunctions } from "../../analysis/points-to.ts";
import { type BlockBuilder, buildFunc } from "../../ir/build.ts";
import { holdsNumbers, isReference, shadowType } from "../../ir/type.ts";
import type { Func, Module, Rule, Value } from "../../ir/types.ts";
import { forEachInstr } from "../../ir/visit.ts";
import { derivedName } from "../../transform/names.ts";
import { addFunction, emitCall, paramsOf } from "./around.ts";
import { addImplicitPullback, addImplicitTangent } from "./implicit.ts";
import { liftConstants } from "./lift-constants.ts";
import { type Complete, emitZero, transpose } from "./transpose.ts";

/** The module in which every function with a rule that `entry` calls has what the mode asks for. */
export function completeRules(module: Module, entry: string, mode: "forward" | "reverse"): Module {
  return complete(module, entry, mode, []);
}

function complete(module: Module, entry: string, mode: "forward" | "reverse", open: readonly string[]): Module {
  let completed = module;
  for (const name of ruledCallees(module, entry)) {
    const { rule } = completed.functions.get(name) as Func;
    const isMissing = mode === "forward" ? rule?.tangent === undefined : rule?.pullback === undefined;
    if (!isMissing) {
      if (mode === "reverse") completed = keepConstants(completed, name);
      continue;
    }
    // Being made: that a rule calls the function is fine, unless a derivative flows through the call.
    if (open.includes(name)) continue;
    completed = mode === "forward" ? addTangent(completed, name, open) : addPullback(completed, name, open);
    if (mode === "reverse") completed = keepConstants(completed, name);
  }
  return completed;
}

/** The functions with a rule that `entry` calls, in what is not itself behind a rule. */
function ruledCallees(module: Module, entry: string): readonly string[] {
  const found = new Set<string>();
  for (const func of openFunctions(module, entry)) {
    forEachInstr(func.body, (instr) => {
      if (instr.op === "call" && module.functions.get(instr.callee)?.rule) found.add(instr.callee);
    });
  }
  return [...found];
}

function withRule(module: Module, func: Func, rule: Rule): Module {
  return addFunction(module, { ...func, rule: { ...func.rule, ...rule } });
}

function pullbackOf({ name, rule }: Func): NonNullable<Rule["pullback"]> {
  if (!rule?.pullback) throw new Error(`${name} has no pullback`);
  return rule.pullback;
}

/** Completes what is called while the rule of `name` is made, which is not made again for that. */
function completing(name: string, open: readonly string[]): Complete {
  return (module, entry, mode) => complete(module, entry, mode, [...open, name]);
}

/** Makes the tangent of `name` of its pullback, or of what it solves. */
function addTangent(module: Module, name: string, open: readonly string[]): Module {
  const func = module.functions.get(name) as Func;
  const { implicit } = func.rule ?? {};
  if (implicit) {
    const { module: within, tangent } = addImplicitTangent(module, func, implicit, completing(name, open));
    return withRule(within, func, { tangent });
  }
  const { forward, back } = pullbackOf(func);
  const first = module.functions.get(forward) as Func;
  const second = module.functions.get(back) as Func;
  const count = func.results.length;
  const [bars, residuals] = [
    second.body.params.slice(0, -(first.results.length - count) || undefined),
    first.results.slice(count),
  ];
  const map = {
    linear: bars,
    fixed: residuals.map((type) => ({ type, hint: "residual" })),
    gives: second.results,
    emit: (b: BlockBuilder, linear: readonly Value[], fixed: readonly Value[]) =>
      b.call(back, [...linear, ...fixed], second.results),
  };
  const transposed = transpose(module, name, map, completing(name, open));
  const actives = func.body.params.filter((p) => holdsNumbers(p.type));
  const tangent = buildFunc(
    derivedName(transposed.module.functions, name, "tangent"),
    [...paramsOf(func), ...actives.map((p) => ({ type: shadowType(p.type), hint: p.hint && `d${p.hint}` }))],
    (b, ...all) => {
      const results = emitCall(b, first, all.slice(0, func.body.params.length));
      const own = results.slice(0, count);
      const zeros = bars.map((bar, i) => emitZero(b, bar, own.filter((r) => holdsNumbers(r.type))[i] as Value));
      const tangents = transposed.emit(b, zeros, results.slice(count), all.slice(func.body.params.length));
      return [...own, ...tangents];
    },
    func.span,
  );
  return withRule(addFunction(transposed.module, tangent), func, { tangent: tangent.name });
}

/**
 * Makes the pullback of `name` of its tangent, or of what it solves: the forward half keeps the arguments, as they are
 * then.
 */
function addPullback(module: Module, name: string, open: readonly string[]): Module {
  const func = module.functions.get(name) as Func;
  const { implicit } = func.rule ?? {};
  if (implicit) {
    const { module: within, pullback } = addImplicitPullback(module, func, implicit, completing(name, open));
    return withRule(within, func, { pullback });
  }
  const tangent = module.functions.get(func.rule?.tangent as string) as Func;
  const own = func.body.params.length;
  const forward = buildFunc(
    derivedName(module.functions, name, "forward"),
    paramsOf(func),
    (b, ...args) => [...emitCall(b, func, args), ...args.map((a) => (isReference(a.type) ? b.copy(a) : a))],
    func.span,
  );
  const map = {
    linear: tangent.body.params.slice(own),
    fixed: func.body.params,
    gives: tangent.results.slice(func.results.length),
    emit: (b: BlockBuilder, linear: readonly Value[], fixed: readonly Value[]) =>
      b.call(tangent.name, [...fixed, ...linear], tangent.results).slice(func.results.length),
  };
  const transposed = transpose(addFunction(module, forward), name, map, completing(name, open));
  const active = func.body.params.flatMap((p, i) => (holdsNumbers(p.type) ? [i] : []));
  const bars = func.results.filter((type) => holdsNumbers(type));
  const back = buildFunc(
    derivedName(transposed.module.functions, name, "back"),
    [...bars.map((type) => ({ type: shadowType(type), hint: "yBar" })), ...paramsOf(func)],
    (b, ...all) => {
      const args = all.slice(bars.length);
      const zeros = active.map((i, n) => emitZero(b, tangent.body.params[own + n] as Value, args[i] as Value));
      return transposed.emit(b, zeros, args, all.slice(0, bars.length));
    },
    func.span,
  );
  const completed = addFunction(transposed.module, back);
  return withRule(completed, func, { pullback: { forward: forward.name, back: back.name } });
}

/**
 * Arrays and objects of modules that the pullback reads become residuals, copied by the forward half: whoever holds them
 * may change them before the pullback runs.
 */
function keepConstants(module: Module, name: string): Module {
  const func = module.functions.get(name) as Func;
  const pullback = pullbackOf(func);
  const lifted = liftConstants(module, module.functions.get(pullback.back) as Func);
  if (!lifted) return module;
  const first = module.functions.get(pullback.forward) as Func;
  const forward = buildFunc(
    derivedName(lifted.module.functions, first.name, "keeping"),
    paramsOf(first),
    (b, ...args) => [...emitCall(b, first, args), ...lifted.constants.map((g) => b.copy(b.global(g.name, g.type)))],
    first.span,
  );
  const kept = { forward: forward.name, back: lifted.func.name };
  return withRule(addFunction(lifted.module, forward), func, { pullback: kept });
}
