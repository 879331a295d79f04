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
import { add, mul } from "../../elementals/index.ts";
import { type BlockBuilder, buildFunc } from "../../ir/build.ts";
import { holdsNumbers, isReference, isScalar, shadowType } from "../../ir/type.ts";
import type { Func, Module, Rule, Value } from "../../ir/types.ts";
import { forEachInstr } from "../../ir/visit.ts";
import { optimize } from "../../optimize/pipeline.ts";
import { derivedName } from "../../transform/names.ts";
import { reverse } from "../../transform/reverse.ts";
import { addFunction, emitCall, paramsOf } from "./around.ts";
import { liftConstants } from "./lift-constants.ts";

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

/** Makes the tangent of `name` of its pullback. */
function addTangent(module: Module, name: string, open: readonly string[]): Module {
  const func = module.functions.get(name) as Func;
  const { forward, back } = pullbackOf(func);
  const first = module.functions.get(forward) as Func;
  const second = module.functions.get(back) as Func;
  const count = func.results.length;
  const [bars, residuals] = [
    second.body.params.slice(0, -(first.results.length - count) || undefined),
    first.results.slice(count),
  ];
  const transposed = transpose(module, name, open, {
    linear: bars,
    fixed: residuals.map((type) => ({ type, hint: "residual" })),
    emit: (b, linear, fixed) => b.call(back, [...linear, ...fixed], second.results),
  });
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

/** Makes the pullback of `name` of its tangent: the forward half keeps the arguments, as they are then. */
function addPullback(module: Module, name: string, open: readonly string[]): Module {
  const func = module.functions.get(name) as Func;
  const tangent = module.functions.get(func.rule?.tangent as string) as Func;
  const own = func.body.params.length;
  const forward = buildFunc(
    derivedName(module.functions, name, "forward"),
    paramsOf(func),
    (b, ...args) => [...emitCall(b, func, args), ...args.map((a) => (isReference(a.type) ? b.copy(a) : a))],
    func.span,
  );
  const transposed = transpose(addFunction(module, forward), name, open, {
    linear: tangent.body.params.slice(own),
    fixed: func.body.params,
    emit: (b, linear, fixed) => b.call(tangent.name, [...fixed, ...linear], tangent.results).slice(func.results.length),
  });
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

/** A zero of the space of tangents of `value`. */
function emitZero(b: BlockBuilder, { type, hint }: Value, value: Value): Value {
  return isReference(type) ? (b.shadow([value], false, [hint])[0] as Value) : b.constant(0, hint);
}

// ---------------------------------------------------------------------------------------------------- Transposition

interface LinearMap {
  /** Parameters that it is linear in, tangents or cotangents, and others. */
  readonly linear: readonly { readonly type: Value["type"]; readonly hint: string | undefined }[];
  readonly fixed: readonly { readonly type: Value["type"]; readonly hint: string | undefined }[];
  readonly emit: (b: BlockBuilder, linear: readonly Value[], fixed: readonly Value[]) => readonly Value[];
}

interface Transposed {
  readonly module: Module;
  /** Emits `L^T w`, given zeros in the place of the linear parameters. */
  readonly emit: (
    b: BlockBuilder,
    zeros: readonly Value[],
    fixed: readonly Value[],
    w: readonly Value[],
  ) => readonly Value[];
}

/** The transpose of a linear map, for the function `name`, whose rules among `open` are being made. */
function transpose(module: Module, name: string, open: readonly string[], map: LinearMap): Transposed {
  const { linear, fixed, emit } = map;
  const [only, ...others] = linear;
  if (only && others.length === 0 && isScalar(only.type)) {
    // Of one number: L^T w = <w, L 1>.
    return { module, emit: (b, _zeros, rest, w) => [emitSumOfProducts(b, emit(b, [b.constant(1)], rest), w)] };
  }
  const types = resultTypes(map);
  const product = buildFunc(
    derivedName(module.functions, name, "product"),
    [...linear, ...fixed, ...types.map((type) => ({ type, hint: "w" }))],
    (b, ...all) => {
      const t = all.slice(0, linear.length);
      const rest = all.slice(linear.length, linear.length + fixed.length);
      return [emitSumOfProducts(b, emit(b, t, rest), all.slice(linear.length + fixed.length))];
    },
  );
  const completed = complete(addFunction(module, product), product.name, "reverse", [...open, name]);
  const simple = optimize(completed, product.name, "before");
  const within = { ...completed, functions: new Map([...completed.functions, ...simple.functions]) };
  const active = product.body.params.map((_, i) => i < linear.length);
  const made = reverse(within, product.name, { active, motion: "combined" });
  const derived = made.module.functions.get(made.name) as Func;
  return {
    module: made.module,
    emit: (b, zeros, rest, w) => {
      const shadows = linear.flatMap(({ type, hint }, i) =>
        isReference(type) ? [emitZero(b, { type, hint } as Value, zeros[i] as Value)] : [],
      );
      const all = b.call(derived.name, [...zeros, ...rest, ...w, ...shadows, b.constant(1)], derived.results);
      const numbers = [...all.slice(1)];
      const structures = [...shadows];
      return linear.map(({ type }) => (isReference(type) ? structures.shift() : numbers.shift()) as Value);
    },
  };
}

/** The types of what a linear map gives. */
function resultTypes({ linear, fixed, emit }: LinearMap): readonly Value["type"][] {
  const trial = buildFunc("trial", [...linear, ...fixed], (b, ...all) =>
    emit(b, all.slice(0, linear.length), all.slice(linear.length)),
  );
  return trial.results;
}

/** `Σ <a_i, b_i>` over all numbers of structures of the same types. */
function emitSumOfProducts(b: BlockBuilder, left: readonly Value[], right: readonly Value[]): Value {
  return left
    .map((value, i) => emitInnerProduct(b, value, right[i] as Value))
    .reduce((sum, term) => b.apply(add, [sum, term]));
}

function emitInnerProduct(b: BlockBuilder, left: Value, right: Value): Value {
  const { type } = left;
  if (isScalar(type)) return b.apply(mul, [left, right]);
  switch (type.kind) {
    case "array": {
      if (!holdsNumbers(type)) return b.constant(0);
      const [sum] = b.for(
        { start: b.constant(0), end: b.length(left), step: 1 },
        [b.constant(0)],
        (inner, i, total) => {
          const at = i as Value;
          return [
            inner.apply(add, [total as Value, emitInnerProduct(inner, inner.load(left, at), inner.load(right, at))]),
          ];
        },
        ["product"],
      );
      return sum as Value;
    }
    case "record":
      return type.decl.fields
        .filter((f) => holdsNumbers(f.type))
        .map((f) => emitInnerProduct(b, b.getField(left, f.name), b.getField(right, f.name)))
        .reduce((sum, term) => b.apply(add, [sum, term]), b.constant(0));
    case "optional": {
      const [product] = b.if(
        b.present(left),
        (inner) => [emitInnerProduct(inner, inner.unwrap(left), inner.unwrap(right))],
        (inner) => [inner.constant(0)],
      );
      return product as Value;
    }
    default:
      return b.constant(0);
  }
}
