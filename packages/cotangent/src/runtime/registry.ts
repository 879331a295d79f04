/**
 * Derivatives that travel with a function: where a function is handed to code that was compiled without it (an
 * optimiser's `minimize(f, x0)`), what was compiled ahead of time is found by the function itself. One registry serves
 * every copy of this module in a process or page, since a bundler may well make two.
 */

// biome-ignore lint/suspicious/noExplicitAny: functions of any parameters are kept, and only ever called by their verbs
type AnyCallable = (...args: any[]) => any;

/** What is known of a function, each with the options that its verb has by default. */
export interface Derivatives {
  /** (...args) => [value, gradient by the first argument]; of functions with a scalar result. */
  readonly valueAndGrad?: AnyCallable;
  /** (...args) => [value, gradients by all arguments]; of engines, for results that are numbers, which they check. */
  readonly gradients?: AnyCallable;
  /** (primals, tangents) => [value, tangent] */
  readonly jvp: AnyCallable;
  /** (...primals) => [value, pullback] */
  readonly vjp: AnyCallable;
  /** (primals, tangent of the first argument) => Hessian times tangent; from order 2 on. */
  readonly hvp?: AnyCallable;
  /** (...args) => Hessian by the first argument; from order 2 on. */
  readonly hessian?: AnyCallable;
  /** (primals, tangents of all arguments) => Hessian times tangents: a tuple, by all arguments. */
  readonly hessianProduct?: AnyCallable;
  /** (...primals) => [value, pushforward]; of engines, which `vjp` is enough for where the result is a number. */
  readonly linearize?: AnyCallable;
  /** (primals, list of tangents) => the tangents of the result along each; of engines that go along several at once. */
  readonly pushforwards?: AnyCallable;
  /** (args, position, order) => the derivative of this order by the number that is the argument at this position. */
  readonly derivative?: AnyCallable;
  /** (args, position, order) => the Taylor coefficients by it, a list at each number of the result. */
  readonly taylor?: AnyCallable;
}

/** A way of computing derivatives that needs the function alone, and not its source. */
export interface Engine {
  readonly name: string;
  /**
   * The derivatives of `f`, by all of its arguments where not said otherwise. Of arguments that `argnums` leaves out none
   * will be asked for: their tangents are 0.
   */
  readonly derivativesOf: (f: AnyCallable, argnums?: readonly number[]) => Derivatives;
}

const key = Symbol.for("cotangent.derivatives");

function registry(): WeakMap<object, Derivatives> {
  const holder = globalThis as unknown as Record<symbol, WeakMap<object, Derivatives> | undefined>;
  holder[key] ??= new WeakMap();
  return holder[key];
}

/** Registers derivatives beside `f`, and returns `f`. A later registration adds to an earlier one. */
export function registerDerivatives<F extends object>(f: F, derivatives: Derivatives): F {
  registry().set(f, { ...registry().get(f), ...derivatives });
  return f;
}

/** The derivatives registered beside `f`. */
export function derivativesOf(f: object): Derivatives | undefined {
  return registry().get(f);
}
