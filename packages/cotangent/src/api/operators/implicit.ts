/**
 * Implicit functions: x(θ) with R(x, θ) = 0, whatever found x. By the implicit function theorem (Griewank and Walther,
 * 15.1) with A = ∂R/∂x at the solution,
 *
 *     dx = -A⁻¹ (∂R/∂θ) dθ                θBar = -(∂R/∂θ)ᵀ A⁻ᵀ xBar
 *
 * so the iterations are not differentiated. A is made column by column, by forward mode with the tangents e_j, and is
 * solved with by a small dense elimination. A minimiser is the root of the gradient of its objective O, for which
 * <∇O, λ> is the directional derivative of O along λ.
 */
import { add, div, mul, neg } from "../../elementals/index.ts";
import { type BlockBuilder, buildFunc, type ParamSpec } from "../../ir/build.ts";
import { array, holdsNumbers, isReference, number, shadowType } from "../../ir/type.ts";
import type { Func, ImplicitRule, Module, Type, Value } from "../../ir/types.ts";
import { forward } from "../../transform/forward.ts";
import { derivedName } from "../../transform/names.ts";
import { reverse } from "../../transform/reverse.ts";
import { addFunction, emitCall, paramsOf } from "./around.ts";
import { type Complete, emitInnerProduct, emitZero, gradientOf } from "./transpose.ts";

const vector = array(number, "Float64Array");

interface Residual {
  readonly module: Module;
  /** (x, θ…) -> R, a number or a Float64Array. */
  readonly func: Func;
  /** Emits <R(x, θ…), λ>. */
  readonly emitProduct: (b: BlockBuilder, x: Value, args: readonly Value[], lambda: Value) => Value;
}

/** The residual that a rule names, ready to be differentiated. */
function residualOf(module: Module, rule: ImplicitRule, complete: Complete): Residual {
  const given = module.functions.get(rule.residual) as Func;
  if (rule.kind === "root") {
    const emitProduct: Residual["emitProduct"] = (b, x, args, lambda) =>
      emitInnerProduct(b, emitCall(b, given, [x, ...args])[0] as Value, lambda);
    return { module, func: given, emitProduct };
  }
  const x = given.body.params[0] as Value;
  const active = given.body.params.map((_, i) => i === 0);
  const sweep = reverse(complete(module, given.name, "reverse"), given.name, {
    active,
    motion: "combined",
    again: true,
  });
  const swept = sweep.module.functions.get(sweep.name) as Func;
  const gradient = buildFunc(
    derivedName(sweep.module.functions, given.name, "stationarity"),
    paramsOf(given),
    (b, ...all) => {
      if (!isReference(x.type)) return [b.call(swept.name, [...all, b.constant(1)], swept.results)[1] as Value];
      const shadow = emitZero(b, { type: shadowType(x.type), hint: "xBar" }, all[0] as Value);
      b.call(swept.name, [...all, shadow, b.constant(1)], swept.results);
      return [emitAs(b, shadow, vector)];
    },
  );
  const within = addFunction(sweep.module, gradient);
  const along = forward(complete(within, given.name, "forward"), given.name, { active, directions: 1 });
  const emitProduct: Residual["emitProduct"] = (b, at, args, lambda) => {
    const tangent = emitAs(b, lambda, shadowType(x.type));
    const { results } = along.module.functions.get(along.name) as Func;
    return b.call(along.name, [at, ...args, tangent], results)[1] as Value;
  };
  return { module: along.module, func: gradient, emitProduct };
}

/** The numbers of a vector in an array of another type. */
function emitAs(b: BlockBuilder, from: Value, type: Type): Value {
  if (from.type.kind !== "array" || type.kind !== "array" || from.type.storage === type.storage) return from;
  const made = b.allocate(b.length(from), type, type.storage === "Array" ? b.constant(0) : undefined);
  b.for({ start: b.constant(0), end: b.length(from), step: 1 }, [], (inner, i) => {
    inner.store(made, i as Value, inner.load(from, i as Value));
    return [];
  });
  return made;
}

/** Emits A or its transpose at a solution, row by row; of a single unknown the number. */
function emitMatrix(b: BlockBuilder, derived: Func, x: Value, args: readonly Value[], isTransposed: boolean): Value {
  if (!isReference(x.type)) return b.call(derived.name, [x, ...args, b.constant(1)], derived.results)[1] as Value;
  const n = b.length(x, "n");
  const matrix = b.allocate(b.apply(mul, [n, n]), vector, undefined, "matrix");
  b.for({ start: b.constant(0), end: n, step: 1, index: "j" }, [], (column, j) => {
    const direction = emitZero(column, { type: shadowType(x.type), hint: "direction" }, x);
    column.store(direction, j as Value, column.constant(1));
    const slopes = column.call(derived.name, [x, ...args, direction], derived.results)[1] as Value;
    column.for({ start: column.constant(0), end: n, step: 1 }, [], (inner, i) => {
      const [row, at] = (isTransposed ? [j, i] : [i, j]) as [Value, Value];
      const place = inner.apply(add, [inner.apply(mul, [row, n]), at]);
      inner.store(matrix, place, inner.load(slopes, i as Value));
      return [];
    });
    return [];
  });
  return matrix;
}

/** Emits -M⁻¹ v. */
function emitSolution(b: BlockBuilder, rule: ImplicitRule, matrix: Value, v: Value): Value {
  if (!isReference(v.type)) return b.apply(neg, [b.apply(div, [v, matrix])]);
  const [solved] = b.call(rule.solve as string, [matrix, v], [vector]);
  const negated = b.allocate(b.length(v), vector);
  b.for({ start: b.constant(0), end: b.length(v), step: 1 }, [], (inner, i) => {
    inner.store(negated, i as Value, inner.apply(neg, [inner.load(solved as Value, i as Value)]));
    return [];
  });
  return negated;
}

function emitResult(b: BlockBuilder, func: Func, args: readonly Value[]): Value {
  return emitCall(b, func, args)[0] as Value;
}

/** The columns of A: forward mode over the residual, by x. */
function columns(module: Module, residual: Func, complete: Complete): { module: Module; func: Func } {
  const active = residual.body.params.map((_, i) => i === 0);
  const made = forward(complete(module, residual.name, "forward"), residual.name, { active, directions: 1 });
  return { module: made.module, func: made.module.functions.get(made.name) as Func };
}

/** Adds the tangent function of an implicit function. */
export function addImplicitTangent(
  module: Module,
  func: Func,
  rule: ImplicitRule,
  complete: Complete,
): { readonly module: Module; readonly tangent: string } {
  const residual = residualOf(module, rule, complete);
  const byX = columns(residual.module, residual.func, complete);
  const active = residual.func.body.params.map((p, i) => i > 0 && holdsNumbers(p.type));
  const made = forward(complete(byX.module, residual.func.name, "forward"), residual.func.name, {
    active,
    directions: 1,
  });
  const byArgs = made.module.functions.get(made.name) as Func;
  const actives = func.body.params.filter((p) => holdsNumbers(p.type));
  const tangents: readonly ParamSpec[] = actives.map((p) => ({
    type: shadowType(p.type),
    hint: p.hint && `d${p.hint}`,
  }));
  const count = func.body.params.length;
  const tangent = buildFunc(
    derivedName(made.module.functions, func.name, "tangent"),
    [...paramsOf(func), ...tangents],
    (b, ...all) => {
      const args = all.slice(0, count);
      const x = emitResult(b, func, args);
      const slope = b.call(byArgs.name, [x, ...args, ...all.slice(count)], byArgs.results)[1] as Value;
      const matrix = emitMatrix(b, byX.func, x, args, false);
      return [x, emitAs(b, emitSolution(b, rule, matrix, slope), shadowType(x.type))];
    },
    func.span,
  );
  return { module: addFunction(made.module, tangent), tangent: tangent.name };
}

/** Adds the two halves of the pullback of an implicit function: what is kept are the solution and the arguments. */
export function addImplicitPullback(
  module: Module,
  func: Func,
  rule: ImplicitRule,
  complete: Complete,
): { readonly module: Module; readonly pullback: { readonly forward: string; readonly back: string } } {
  const residual = residualOf(module, rule, complete);
  const byX = columns(residual.module, residual.func, complete);
  const own = (b: BlockBuilder, v: Value): Value => (isReference(v.type) ? b.copy(v) : v);
  const first = buildFunc(
    derivedName(byX.module.functions, func.name, "forward"),
    paramsOf(func),
    (b, ...args) => {
      const x = emitResult(b, func, args);
      return [x, own(b, x), ...args.map((a) => own(b, a))];
    },
    func.span,
  );
  const result = func.results[0] as Type;
  const [lambdaType, xType] = [isReference(result) ? vector : number, result];
  const count = func.body.params.length;
  // θBar = ∇_θ <R(x, θ), λ> with λ = -A⁻ᵀ xBar.
  const product = buildFunc(
    derivedName(addFunction(byX.module, first).functions, func.name, "product"),
    [...paramsOf(func), { type: xType, hint: "x" }, { type: lambdaType, hint: "lambda" }],
    (b, ...all) => [residual.emitProduct(b, all[count] as Value, all.slice(0, count), all[count + 1] as Value)],
  );
  const marked = product.body.params.map((p, i) => i < count && holdsNumbers(p.type));
  const gradient = gradientOf(addFunction(byX.module, first), product, marked, complete);
  const back = buildFunc(
    derivedName(gradient.module.functions, func.name, "back"),
    [{ type: shadowType(result), hint: "xBar" }, { type: xType, hint: "x" }, ...paramsOf(func)],
    (b, bar, x, ...args) => {
      const matrix = emitMatrix(b, byX.func, x as Value, args, true);
      const lambda = emitSolution(b, rule, matrix, emitAs(b, bar as Value, lambdaType));
      return gradient.emit(b, [...args, x as Value, lambda]);
    },
    func.span,
  );
  return { module: addFunction(gradient.module, back), pullback: { forward: first.name, back: back.name } };
}
