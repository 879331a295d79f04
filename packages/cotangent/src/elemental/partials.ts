/**
 * Elementals with their partial derivatives, for those who run a computation backwards by hand:
 *
 *     mul(a, b) = [a b, b, a]        so that      aBar += b yBar,   bBar += a yBar      (Griewank and Walther, 3.2).
 *
 * Numbers go in; where a function is not differentiable, the partials are what the table agrees on.
 */
import { valueAt } from "../core/bind.ts";
import type { Elemental, Primitive } from "../core/primitive.ts";
import { type Kernel, type KernelOptions, type Numbers, partialKernel } from "../elementals/kernels.ts";

/** The value and the derivative of a function of one number. */
export interface PartialUnary {
  (x: number): [value: number, byX: number];
  into<O extends Numbers>(out: O, x: number): O;
}
/** The value and the derivatives of a function of two numbers. */
export interface PartialBinary {
  (a: number, b: number): [value: number, byA: number, byB: number];
  into<O extends Numbers>(out: O, a: number, b: number): O;
}
/** The value and the derivatives of a function of one or more numbers. */
export interface PartialVariadic {
  (...args: [number, ...number[]]): [value: number, ...partials: number[]];
  into<O extends Numbers>(out: O, ...args: [number, ...number[]]): O;
}

/** What `P` becomes; `never` for what has no derivative. */
export type WithPartials<P> =
  P extends Elemental<1>
    ? PartialUnary
    : P extends Elemental<2>
      ? PartialBinary
      : P extends Elemental<"variadic">
        ? PartialVariadic
        : never;

/** `primitive` with its partials; the kernels are compiled when they are first needed. */
export function withPartials(primitive: Primitive, options: KernelOptions = {}): unknown {
  const { id, arity } = primitive;
  const kernels: Kernel[][] = [];
  const into = (out: Numbers, ...args: number[]): Numbers => {
    if (arity === "variadic" ? args.length === 0 : args.length !== arity)
      throw new RangeError(`${id} takes ${arity === "variadic" ? "at least one argument" : `${arity} arguments`}`);
    if (out.length !== args.length + 1)
      throw new RangeError(
        `${id}: the value and ${args.length} derivatives do not fill a list of ${out.length} numbers`,
      );
    kernels[args.length] ??= args.map((_, i) => partialKernel(primitive, args.length, i, options));
    const y = valueAt(primitive, args) as number;
    kernels[args.length]?.forEach((partial, i) => {
      out[i + 1] = partial(...args, y);
    });
    out[0] = y;
    return out;
  };
  const lifted = (...args: number[]): Numbers => into(new Array<number>(args.length + 1).fill(0), ...args);
  Object.defineProperty(lifted, "name", { value: id });
  return Object.assign(lifted, { into });
}
