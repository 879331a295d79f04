/**
 * The verbs: what a program calls to have its functions differentiated, with their exact types.
 *
 * A verb is a request to the compiler. The routes (the Node hook, the command line) find the call in the source and put
 * the compiled derivative in its place, so a verb that runs is one whose function no route could see: one that arrived
 * as a parameter, and carries its derivatives. Where it has none it throws `not-compiled`.
 * `grad f` is the pullback of f at 1, `jvp` is `J v`, `vjp` is `w -> J^T w` (Griewank and Walther, chapter 3).
 */
import { deriveAtRunTime } from "./at-run-time.ts";
import type {
  AnyFunction,
  Argnums,
  ArgnumsOptions,
  CaptureOptions,
  Gradient,
  GradientTuple,
  Jacobian,
  MapOptions,
  OrderOptions,
  OutputOf,
  Outputs,
  PullbackOptions,
  Selected,
  SelectedTangents,
  Tangent,
  TangentTuple,
} from "./types.ts";

type ScalarFunction = (...args: never[]) => number;
type ScalarFunctionWithAux = (...args: never[]) => readonly [number, unknown];
type Aux<F extends ScalarFunctionWithAux> = ReturnType<F>[1];
type WithAux<A> = ArgnumsOptions<A> & { readonly hasAux: true };

/** The gradient of a scalar-valued function. With `hasAux`, `f` returns [value, aux], and the result is [gradient, aux]. */
export function grad<F extends ScalarFunctionWithAux, const A extends Argnums = 0>(
  f: F,
  options: WithAux<A>,
): (...args: Parameters<F>) => [Selected<Parameters<F>, A>, Aux<F>];
export function grad<F extends ScalarFunction, C extends object>(
  f: F,
  options: CaptureOptions<C>,
): (...args: Parameters<F>) => Gradient<C>;
export function grad<F extends ScalarFunction, const A extends Argnums = 0>(
  f: F,
  options?: ArgnumsOptions<A>,
): (...args: Parameters<F>) => Selected<Parameters<F>, A>;
export function grad(f: AnyFunction, options?: unknown): AnyFunction {
  return deriveAtRunTime("grad", f, options);
}

/** The value and the gradient. With `hasAux`, `f` returns [value, aux], and the result is [[value, aux], gradient]. */
export function valueAndGrad<F extends ScalarFunctionWithAux, const A extends Argnums = 0>(
  f: F,
  options: WithAux<A>,
): (...args: Parameters<F>) => [[number, Aux<F>], Selected<Parameters<F>, A>];
export function valueAndGrad<F extends ScalarFunction, C extends object>(
  f: F,
  options: CaptureOptions<C>,
): (...args: Parameters<F>) => [number, Gradient<C>];
export function valueAndGrad<F extends ScalarFunction, const A extends Argnums = 0>(
  f: F,
  options?: ArgnumsOptions<A>,
): (...args: Parameters<F>) => [number, Selected<Parameters<F>, A>];
export function valueAndGrad(f: AnyFunction, options?: unknown): AnyFunction {
  return deriveAtRunTime("valueAndGrad", f, options);
}

/** The value, and its directional derivative for a tuple of tangents: of all arguments, or of those in `argnums`. */
export function jvp<
  F extends AnyFunction,
  const A extends Argnums | undefined = undefined,
  const O extends Outputs | undefined = undefined,
>(
  f: F,
  options?: MapOptions<A, O>,
): (
  primals: Readonly<Parameters<F>>,
  tangents: TangentTuple<Parameters<F>, A>,
) => [OutputOf<F, O>, Gradient<OutputOf<F, O>>];
export function jvp(f: AnyFunction, options?: unknown): AnyFunction {
  return deriveAtRunTime("jvp", f, options);
}

/**
 * The value, and the pullback from a cotangent of the output to the tuple of cotangents of the arguments. The pullback
 * may be called any number of times, at any later time, whatever has become of the arguments and the result.
 */
export function vjp<
  F extends AnyFunction,
  const A extends Argnums | undefined = undefined,
  const O extends Outputs | undefined = undefined,
>(
  f: F,
  options?: PullbackOptions<A, O>,
): (
  ...primals: Parameters<F>
) => [OutputOf<F, O>, (cotangent: Tangent<OutputOf<F, O>>) => GradientTuple<Parameters<F>, A>];
export function vjp(f: AnyFunction, options?: unknown): AnyFunction {
  return deriveAtRunTime("vjp", f, options);
}

/** The value, and the pushforward from a tuple of tangents to the tangent of the output; it never reruns the primal. */
export function linearize<
  F extends AnyFunction,
  const A extends Argnums | undefined = undefined,
  const O extends Outputs | undefined = undefined,
>(
  f: F,
  options?: MapOptions<A, O>,
): (
  ...primals: Parameters<F>
) => [OutputOf<F, O>, (tangents: TangentTuple<Parameters<F>, A>) => Gradient<OutputOf<F, O>>];
export function linearize(f: AnyFunction, options?: unknown): AnyFunction {
  return deriveAtRunTime("linearize", f, options);
}

/** The Jacobian: the output's structure with the argument's structure at each number (for vectors: rows). */
export function jacobian<
  F extends AnyFunction,
  const A extends Argnums = 0,
  const O extends Outputs | undefined = undefined,
>(
  f: F,
  options?: ArgnumsOptions<A> & { readonly outputs?: O },
): (...args: Parameters<F>) => Jacobian<OutputOf<F, O>, Selected<Parameters<F>, A>>;
export function jacobian(f: AnyFunction, options?: unknown): AnyFunction {
  return deriveAtRunTime("jacobian", f, options);
}

/** The Hessian of a scalar-valued function: the gradient's structure with the gradient's structure at each number. */
export function hessian<F extends ScalarFunction, const A extends Argnums = 0>(
  f: F,
  options?: ArgnumsOptions<A>,
): (...args: Parameters<F>) => Jacobian<Selected<Parameters<F>, A>, Selected<Parameters<F>, A>>;
export function hessian(f: AnyFunction, options?: unknown): AnyFunction {
  return deriveAtRunTime("hessian", f, options);
}

/** The Hessian of a scalar-valued function times a vector, in one pass. `tangents` are shaped as `argnums` selects. */
export function hvp<F extends ScalarFunction, const A extends Argnums = 0>(
  f: F,
  options?: ArgnumsOptions<A>,
): (primals: Readonly<Parameters<F>>, tangents: SelectedTangents<Parameters<F>, A>) => Selected<Parameters<F>, A>;
export function hvp(f: AnyFunction, options?: unknown): AnyFunction {
  return deriveAtRunTime("hvp", f, options);
}

type OfNumber = (...args: never[]) => unknown;

/**
 * The derivative of a function by an argument that is a number, the first one unless `argnums` says another, of any
 * order: by Taylor arithmetic, at a cost that grows with the square of the order. At each number of the result stands
 * its derivative.
 */
export function derivative<F extends OfNumber>(
  f: F,
  options?: OrderOptions,
): (...args: Parameters<F>) => Jacobian<ReturnType<F>, number>;
export function derivative(f: AnyFunction, options?: unknown): AnyFunction {
  return deriveAtRunTime("derivative", f, options);
}

/**
 * The Taylor coefficients of a function by an argument that is a number, f(x), f'(x), f''(x) / 2, … up to `order`: a list
 * at each number of the result.
 */
export function taylor<F extends OfNumber>(
  f: F,
  options?: OrderOptions,
): (...args: Parameters<F>) => Jacobian<ReturnType<F>, number[]>;
export function taylor(f: AnyFunction, options?: unknown): AnyFunction {
  return deriveAtRunTime("taylor", f, options);
}

/**
 * The gradient, written into `out`, which has the gradient's structure, is overwritten, and must not overlap an
 * argument, nor have one array or object in two of its places: that is looked at when `out` and an argument are first given
 * together. Nothing is allocated for the result.
 */
export function gradInto<F extends ScalarFunction, const A extends Argnums = 0>(
  f: F,
  options?: ArgnumsOptions<A>,
): (out: Selected<Parameters<F>, A>, ...args: Parameters<F>) => void;
export function gradInto(f: AnyFunction, options?: unknown): AnyFunction {
  return deriveAtRunTime("gradInto", f, options);
}

/** Value and gradient, written into `out`, a pair [value, gradient]; else as `gradInto`. */
export function valueAndGradInto<F extends ScalarFunction, const A extends Argnums = 0>(
  f: F,
  options?: ArgnumsOptions<A>,
): (out: [value: number, gradient: Selected<Parameters<F>, A>], ...args: Parameters<F>) => void;
export function valueAndGradInto(f: AnyFunction, options?: unknown): AnyFunction {
  return deriveAtRunTime("valueAndGradInto", f, options);
}
