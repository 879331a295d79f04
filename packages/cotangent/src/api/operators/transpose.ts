/**
 * Gradients of functions that are made on the way, and the transpose of a linear map, which is one (Griewank and Walther,
 * 3.2):
 *
 *     L^T w = ∇_t <w, L t>
 */
import { add, mul } from "../../elementals/index.ts";
import { type BlockBuilder, buildFunc, type ParamSpec } from "../../ir/build.ts";
import { reportRecursive } from "../../ir/derivative-type.ts";
import { holdsNumbers, isReference, isScalar, shadowType } from "../../ir/type.ts";
import type { Func, Module, RecordDecl, Type, Value } from "../../ir/types.ts";
import { optimize } from "../../optimize/pipeline.ts";
import { derivedName } from "../../transform/names.ts";
import { reverse } from "../../transform/reverse.ts";
import { addFunction } from "./around.ts";

/** Gives every function with a rule that `entry` calls what reverse or forward mode asks for. */
export type Complete = (module: Module, entry: string, mode: "forward" | "reverse") => Module;

/** The gradient of a function with one number as its result. */
interface GradientCode {
  readonly module: Module;
  /** Emits the derivatives by the parameters that it is of, in order. */
  readonly emit: (b: BlockBuilder, args: readonly Value[]) => readonly Value[];
}

/** The gradient of `func` by the parameters marked in `active`. The function is made simple first: calls are inlined. */
export function gradientOf(module: Module, func: Func, active: readonly boolean[], complete: Complete): GradientCode {
  const completed = complete(addFunction(module, func), func.name, "reverse");
  const simple = optimize(completed, func.name, "before");
  const within = { ...completed, functions: new Map([...completed.functions, ...simple.functions]) };
  const made = reverse(within, func.name, { active, motion: "combined", again: true });
  const derived = made.module.functions.get(made.name) as Func;
  const { params } = func.body;
  return {
    module: made.module,
    emit: (b, args) => {
      const shadows = new Map(
        params.flatMap(({ type, hint }, i) =>
          active[i] && isReference(type)
            ? [[i, emitZero(b, { type: shadowType(type), hint: hint && `${hint}Bar` }, args[i] as Value)] as const]
            : [],
        ),
      );
      const all = b.call(derived.name, [...args, ...shadows.values(), b.constant(1)], derived.results);
      const numbers = all.slice(func.results.length);
      return params.flatMap((_, i) => (active[i] ? [shadows.get(i) ?? (numbers.shift() as Value)] : []));
    },
  };
}

/** A linear map from tangents or cotangents to others. */
export interface LinearMap {
  /** Parameters that it is linear in, and others. */
  readonly linear: readonly ParamSpec[];
  readonly fixed: readonly ParamSpec[];
  /** The types of what it gives. */
  readonly gives: readonly Type[];
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

/** The transpose of a linear map; functions that are made for it are named after `name`. */
export function transpose(module: Module, name: string, map: LinearMap, complete: Complete): Transposed {
  const { linear, fixed, gives, emit } = map;
  const [only, ...others] = linear;
  if (only && others.length === 0 && isScalar(only.type)) {
    // Of one number: L^T w = <w, L 1>.
    return { module, emit: (b, _zeros, rest, w) => [emitSumOfProducts(b, emit(b, [b.constant(1)], rest), w)] };
  }
  const product = buildFunc(
    derivedName(module.functions, name, "product"),
    [...linear, ...fixed, ...gives.map((type) => ({ type, hint: "w" }))],
    (b, ...all) => {
      const t = all.slice(0, linear.length);
      const rest = all.slice(linear.length, linear.length + fixed.length);
      return [emitSumOfProducts(b, emit(b, t, rest), all.slice(linear.length + fixed.length))];
    },
  );
  const active = product.body.params.map((_, i) => i < linear.length);
  const gradient = gradientOf(module, product, active, complete);
  return {
    module: gradient.module,
    emit: (b, zeros, rest, w) => gradient.emit(b, [...zeros, ...rest, ...w]),
  };
}

/** A zero of the type of a shadow, with the layout of `value`. */
export function emitZero(b: BlockBuilder, { type, hint }: ParamSpec, value: Value): Value {
  return isReference(type) ? (b.shadow([value], false, [hint])[0] as Value) : b.constant(0, hint);
}

/** `Σ <a_i, b_i>` over all numbers of structures of the same types. */
function emitSumOfProducts(b: BlockBuilder, left: readonly Value[], right: readonly Value[]): Value {
  return left
    .map((value, i) => emitInnerProduct(b, value, right[i] as Value))
    .reduce((sum, term) => b.apply(add, [sum, term]));
}

/** The inner product of two structures of the same type. Reports recursive ones. */
export function emitInnerProduct(b: BlockBuilder, left: Value, right: Value, open: readonly RecordDecl[] = []): Value {
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
          const term = emitInnerProduct(inner, inner.load(left, at), inner.load(right, at), open);
          return [inner.apply(add, [total as Value, term])];
        },
        ["product"],
      );
      return sum as Value;
    }
    case "record":
      if (open.includes(type.decl)) return reportRecursive(type.decl);
      return type.decl.fields
        .filter((f) => holdsNumbers(f.type))
        .map((f) => emitInnerProduct(b, b.getField(left, f.name), b.getField(right, f.name), [...open, type.decl]))
        .reduce((sum, term) => b.apply(add, [sum, term]), b.constant(0));
    case "optional": {
      const [product] = b.if(
        b.present(left),
        (inner) => [emitInnerProduct(inner, inner.unwrap(left), inner.unwrap(right), open)],
        (inner) => [inner.constant(0)],
      );
      return product as Value;
    }
    default:
      return b.constant(0);
  }
}
