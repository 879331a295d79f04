/**
 * The types of derivatives: structure in, structure out.
 *
 * A derivative with respect to a value has the value's structure, number by number: `Gradient<T>` mirrors `T`, with a
 * number where `T` has a number, an array of the same kind where it has a float array, and `null` where it holds
 * nothing that can be differentiated. The derivative of a map is a map with the same keys, which are names and have none;
 * a set holds nothing else. A Jacobian is the mirror of the output whose numbers are replaced by mirrors of
 * the input. This is Dex's and JAX's tree convention, spelled in TypeScript's mapped types.
 */

import type { Mode, Strategy } from "../core/request.ts";
import type { Engine } from "../runtime/registry.ts";

export type { Mode, Strategy } from "../core/request.ts";

/** Any function. The parameters are `never` so that every function type is assignable to it. */
export type AnyFunction = (...args: never[]) => unknown;

/** Which derivatives: first ones, or second ones with them. */
export type Order = 1 | 2;

/**
 * A function that brings its derivatives along: how a library declares a function that it takes and differentiates, as
 * in `minimize(f: Differentiable<(x: number[]) => number>, x0: number[])`. Every function of type F is one for the type
 * checker; where the compiler sees one given, it registers the derivatives. Order 2 adds `hvp` and `hessian`.
 *
 * What the compiler knows such a parameter by is the optional property, which never exists. Its name is a string and no
 * symbol, so that two copies of this package mean the same, and declaration files can spell it; the tilde puts it last
 * in completions. A function with second derivatives is one with first ones, hence the union.
 */
export type Differentiable<F extends AnyFunction, O extends Order = 1> = F & { readonly "~cotangent.order"?: O | 2 };

/** The arrays of floating-point numbers that derivatives flow through. */
export type FloatArray = Float64Array | Float32Array;

/** What yields `null`: it holds no number that a derivative could flow through. */
type Inactive =
  | boolean
  | string
  | bigint
  | symbol
  | null
  | undefined
  | AnyFunction
  | ReadonlySet<unknown>
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

type IsAny<T> = 0 extends 1 & T ? true : false;

/** A missing number has derivative 0; a missing structure has a missing derivative. */
type IfPresent<T, Mirror> = [Extract<T, null | undefined>] extends [never]
  ? Mirror
  : Mirror | Extract<T, null | undefined>;

/**
 * The structure of a gradient with respect to a value of type `T`, and of the tangent of such a result: fresh and
 * writable.
 */
export type Gradient<T> =
  IsAny<T> extends true
    ? // biome-ignore lint/suspicious/noExplicitAny: what is not typed on the way in is not typed on the way out
      any
    : unknown extends T
      ? unknown
      : [T] extends [Inactive]
        ? null
        : [NonNullable<T>] extends [number]
          ? number
          : [NonNullable<T>] extends [Inactive]
            ? null
            : IfPresent<T, GradientOf<NonNullable<T>>>;

type GradientOf<T> = T extends number
  ? number
  : T extends Float64Array
    ? Float64Array
    : T extends Float32Array
      ? Float32Array
      : T extends Inactive
        ? null
        : T extends ReadonlyMap<infer K, infer V>
          ? Map<K, Gradient<V>>
          : { -readonly [K in keyof T]: Gradient<T[K]> };

/** What is accepted as a tangent or cotangent of a value of type `T`: as `Gradient<T>`, and read only. */
export type Tangent<T> =
  IsAny<T> extends true
    ? // biome-ignore lint/suspicious/noExplicitAny: as above
      any
    : unknown extends T
      ? unknown
      : [T] extends [Inactive]
        ? null | undefined
        : [NonNullable<T>] extends [number]
          ? number
          : [NonNullable<T>] extends [Inactive]
            ? null | undefined
            : IfPresent<T, TangentOf<NonNullable<T>>>;

type TangentOf<T> = T extends number
  ? number
  : T extends Float64Array
    ? Float64Array
    : T extends Float32Array
      ? Float32Array
      : T extends Inactive
        ? null | undefined
        : T extends ReadonlyMap<infer K, infer V>
          ? ReadonlyMap<K, Tangent<V>>
          : { readonly [K in keyof T]: Tangent<T[K]> };

/** The structure of `Out` with an `At` in the place of every number; a float array becomes an array of rows. */
export type Jacobian<Out, At> =
  IsAny<Out> extends true
    ? // biome-ignore lint/suspicious/noExplicitAny: as above
      any
    : unknown extends Out
      ? unknown
      : [Out] extends [Inactive]
        ? null
        : [NonNullable<Out>] extends [number]
          ? At
          : [NonNullable<Out>] extends [Inactive]
            ? null
            : IfPresent<Out, JacobianOf<NonNullable<Out>, At>>;

type JacobianOf<Out, At> = Out extends number
  ? At
  : Out extends FloatArray
    ? At[]
    : Out extends Inactive
      ? null
      : Out extends ReadonlyMap<infer K, infer V>
        ? Map<K, Jacobian<V, At>>
        : { -readonly [K in keyof Out]: Jacobian<Out[K], At> };

/** Which arguments to differentiate with respect to: a number gives a bare structure, a list (even of one) a tuple. */
export type Argnums = number | readonly number[];

/** Which outputs to differentiate: the result, and the final contents of arguments by their position. */
export type Outputs = readonly ("result" | number)[];

/** The gradients of the arguments that `A` selects from the parameters `P`. */
export type Selected<P extends readonly unknown[], A extends Argnums> = A extends readonly number[]
  ? { -readonly [I in keyof A]: A[I] extends number ? Gradient<Argument<P, A[I]>> : never }
  : A extends number
    ? Gradient<Argument<P, A>>
    : never;

/** The tangents of the arguments that `A` selects from the parameters `P`. */
export type SelectedTangents<P extends readonly unknown[], A extends Argnums> = A extends readonly number[]
  ? { readonly [I in keyof A]: A[I] extends number ? Tangent<Argument<P, A[I]>> : never }
  : A extends number
    ? Tangent<Argument<P, A>>
    : never;

/** A tuple of gradients: of the arguments that `A` selects, or of all of them. */
export type GradientTuple<P extends readonly unknown[], A extends Argnums | undefined> = A extends number
  ? [Gradient<Argument<P, A>>]
  : A extends readonly number[]
    ? Selected<P, A>
    : { -readonly [I in keyof P]-?: Gradient<P[I]> };

/** A tuple of tangents: of the arguments that `A` selects, or of all of them. */
export type TangentTuple<P extends readonly unknown[], A extends Argnums | undefined> = A extends number
  ? readonly [Tangent<Argument<P, A>>]
  : A extends readonly number[]
    ? SelectedTangents<P, A>
    : { readonly [I in keyof P]: Tangent<P[I]> };

/** The parameter at a literal position; any of them at a position that is not literal. */
type Argument<P extends readonly unknown[], I extends number> = P[I];

/** What is differentiated of `F`: its result, or the list of outputs named. */
export type OutputOf<F extends AnyFunction, O extends Outputs | undefined> = O extends Outputs
  ? {
      -readonly [I in keyof O]: O[I] extends "result"
        ? ReturnType<F>
        : O[I] extends number
          ? Argument<Parameters<F>, O[I]>
          : never;
    }
  : ReturnType<F>;

/** Options of every operator. */
interface CommonOptions extends EngineOption {
  readonly mode?: Mode;
  readonly strategy?: Strategy;
  /** Throws `not-finite` at the first number that is not finite: what it is, where in the program, made of what. */
  readonly checkFinite?: boolean;
}

/** What computes the derivative: the compiler by default, or an engine imported from its subpath. */
interface EngineOption {
  readonly engine?: Engine | "source";
}

/** Options of the operators that select arguments. Default: the first argument, bare. */
export interface ArgnumsOptions<A> extends CommonOptions {
  readonly argnums?: A;
}

/**
 * Options of `grad` and `valueAndGrad` by what the function captures: `captures: { w, b }`, variables under their own
 * names, of the functions around it or arrays and objects of modules. Gives an object with these fields.
 */
export interface CaptureOptions<C> extends CommonOptions {
  readonly captures: C;
}

/** Options of `derivative` and `taylor`. Default: the first derivative, by the first argument. */
export interface OrderOptions extends EngineOption {
  readonly order?: number;
  readonly argnums?: number;
}

/** Options of `jvp`, `vjp` and `linearize`. Default: all arguments, and the result. */
export interface MapOptions<A, O> extends EngineOption {
  readonly argnums?: A;
  readonly outputs?: O;
}

/** Options of `vjp`. */
export interface PullbackOptions<A, O> extends MapOptions<A, O> {
  readonly strategy?: Strategy;
  /** As in the other options. */
  readonly checkFinite?: boolean;
}
