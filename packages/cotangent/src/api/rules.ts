/**
 * Rules of one's own: functions whose derivatives the program gives, or that have none. In plain code each of these is a
 * function that calls the one it was made of. Compiled code knows it by the call that made it, and takes the derivative
 * from the rule; rules are ordinary code, so they are differentiated in turn where second derivatives are asked for.
 * (JAX: custom_jvp, custom_vjp; ChainRules.jl: frule, rrule.)
 */
import { reportAtRunTime } from "../core/report-at-run-time.ts";
import { holdsOverloaded, overloadedCalls } from "../core/scalar.ts";
import { callInactive } from "../runtime/inactive.ts";
import { type RuleOutputs, type RuleVerb, rememberRule, standFor } from "../runtime/rules.ts";
import type { Gradient, GradientTuple, Outputs, Tangent, TangentTuple } from "./types.ts";

/** Any function. Where nobody says what a parameter is (JavaScript), that is `any` and not `never`. */
// biome-ignore lint/suspicious/noExplicitAny: as said
type Callable = (...args: any[]) => unknown;

/** What a rule gives as the value: arrays of numbers whatever their buffers are. */
type Given<T> = T extends Float64Array ? Float64Array : T extends Float32Array ? Float32Array : T;

/** `(primals, tangents) => [value, tangent]`: the directional derivative, linear in the tangents. */
export type JvpRule<F extends Callable> = (
  primals: Parameters<F>,
  tangents: GradientTuple<Parameters<F>, undefined>,
) => readonly [value: Given<ReturnType<F>>, tangent: Tangent<ReturnType<F>>];

/**
 * `(...args) => [value, pullback]`: the pullback takes a cotangent of the result and gives one for each argument, linear
 * in it. What it captures is as it was when the rule ran.
 */
export type VjpRule<F extends Callable> = (
  ...args: Parameters<F>
) => readonly [
  value: Given<ReturnType<F>>,
  pullback: (cotangent: Gradient<ReturnType<F>>) => TangentTuple<Parameters<F>, undefined>,
];

/** One output of `F`: its result, or what it leaves in an argument. */
type Output<F extends Callable, O> = O extends "result" ? ReturnType<F> : O extends number ? Parameters<F>[O] : never;

/** As `JvpRule`, where the function writes arguments: value and tangent are lists, with one for each of the outputs `O`. */
export type WritingJvpRule<F extends Callable, O extends Outputs> = (
  primals: Parameters<F>,
  tangents: GradientTuple<Parameters<F>, undefined>,
) => readonly [
  values: { readonly [I in keyof O]: Given<Output<F, O[I]>> },
  tangents: { readonly [I in keyof O]: Tangent<Output<F, O[I]>> },
];

/** As `VjpRule`, where the function writes arguments: value and cotangent are lists, with one for each of the outputs `O`. */
export type WritingVjpRule<F extends Callable, O extends Outputs> = (
  ...args: Parameters<F>
) => readonly [
  values: { readonly [I in keyof O]: Given<Output<F, O[I]>> },
  pullback: (
    cotangents: { -readonly [I in keyof O]: Gradient<Output<F, O[I]>> },
  ) => TangentTuple<Parameters<F>, undefined>,
];

/** Options of a function with a rule. */
export interface RuleOptions<O extends Outputs> {
  /**
   * What the function gives, where it writes arguments: their positions, and "result" if it has one. A function whose
   * result is no output gives nothing, or an argument that it writes.
   */
  readonly outputs: O;
}

/**
 * `f`, through which no derivative flows: its result counts as constant, whatever it is made of. Its body is not
 * compiled, and called with copies of its arguments, which it must not write.
 */
export function inactive<F extends Callable>(f: F): F {
  return carry(f, "inactive", undefined);
}

/** `f` with the directional derivative that `rule` gives; reverse mode transposes the rule. */
export function customJvp<F extends Callable>(f: F, rule: JvpRule<NoInfer<F>>): F;
/** The same of a function that writes arguments, whose `outputs` are named. */
export function customJvp<F extends Callable, N extends number, O extends readonly ("result" | N)[] | []>(
  f: F,
  rule: WritingJvpRule<NoInfer<F>, O>,
  options: RuleOptions<O>,
): F;
export function customJvp<F extends Callable>(f: F, rule: Callable, options?: RuleOptions<Outputs>): F {
  return carry(f, "customJvp", rule, options?.outputs);
}

/** `f` with the pullback that `rule` gives; forward mode transposes the rule. */
export function customVjp<F extends Callable>(f: F, rule: VjpRule<NoInfer<F>>): F;
/** The same of a function that writes arguments, whose `outputs` are named. */
export function customVjp<F extends Callable, N extends number, O extends readonly ("result" | N)[] | []>(
  f: F,
  rule: WritingVjpRule<NoInfer<F>, O>,
  options: RuleOptions<O>,
): F;
export function customVjp<F extends Callable>(f: F, rule: Callable, options?: RuleOptions<Outputs>): F {
  return carry(f, "customVjp", rule, options?.outputs);
}

/** (x, ...args), of a solver that takes the arguments and gives x. */
type AtSolution<F extends Callable> = [x: ReturnType<F>, ...args: Parameters<F>];

/**
 * `solve`, whose result x is where `residual(x, ...args)` is zero: a number, or as many equations as unknowns in an array.
 * Its derivative is that of the implicit function, whatever way the solver took.
 */
export function implicitRoot<F extends Callable>(
  solve: F,
  residual: (...at: AtSolution<NoInfer<F>>) => Given<ReturnType<F>>,
): F {
  return carry(solve, "implicitRoot", residual);
}

/** `solve`, whose result x is where `step(x, ...args)` gives x. */
export function fixedPoint<F extends Callable>(
  solve: F,
  step: (...at: AtSolution<NoInfer<F>>) => Given<ReturnType<F>>,
): F {
  return carry(solve, "fixedPoint", step);
}

/** `solve`, whose result x is where `objective(x, ...args)` is least, or stationary, inside of where it is defined. */
export function implicitMinimum<F extends Callable>(solve: F, objective: (...at: AtSolution<NoInfer<F>>) => number): F {
  return carry(solve, "implicitMinimum", objective);
}

/**
 * From here on, calls in this module of the functions that the entries of `tables` were made of have the entries' rules. A
 * table is an object or a list of functions with rules, or a module that exports them (`import * as rules`).
 */
export function useRules(...tables: readonly (Readonly<Record<string, unknown>> | readonly unknown[])[]): void {
  for (const table of tables) standFor(Object.values(table));
}

/** A function like `f`, which routes that look at the running program know by its rule. */
function carry<F extends Callable>(f: F, verb: RuleVerb, rule: Callable | undefined, outputs?: RuleOutputs): F {
  const carrying = (...args: unknown[]): unknown => {
    if (!holdsOverloaded(args)) return f(...args);
    if (verb === "inactive") return callInactive(f as (...of: unknown[]) => unknown, ...args);
    const name = f.name || "a function";
    const { callRuled } = overloadedCalls;
    if (!callRuled) return reportAtRunTime("not-taken", `${name} with a rule (${verb}) by this overloading`);
    return callRuled({ verb, f, rule, outputs }, name, args);
  };
  Object.defineProperty(carrying, "name", { value: f.name, configurable: true });
  Object.defineProperty(carrying, "length", { value: f.length, configurable: true });
  rememberRule(carrying, { verb, f, rule, outputs });
  return carrying as unknown as F;
}
