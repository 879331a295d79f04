/**
 * Elementals on numbers that carry derivatives, for those who take a computation apart by hand. A bundle is a list: the
 * value, then its tangents, one for each direction,
 *
 *     [x, dx₁, …, dxₙ]      mul:  [x y,  y dx₁ + x dy₁,  …,  y dxₙ + x dyₙ]
 *
 * and a pair is the bundle of one direction. A plain number is a constant, which has no part in the derivative: so
 * `pow(x, 2)` is fine for negative x, though x² ln x is not. Each function is made of the table's entry for it, and
 * compiled at its first call (Griewank and Walther, 3.1; the names are the table's).
 */
import { valueAt } from "../core/bind.ts";
import type { Elemental, Primitive } from "../core/primitive.ts";
import { type DirectionsKernel, directionsKernel, type KernelOptions, type Numbers } from "../elementals/kernels.ts";

/** A function of one number, lifted; `into` writes the result into a list of the caller's, which it returns. */
export interface LiftedUnary<In, Out> {
  (x: In): Out;
  /** `out` may be the argument itself. */
  into<O extends Out>(out: O, x: In): O;
}
/** A function of two numbers, lifted; `into` writes the result into a list of the caller's, which it returns. */
export interface LiftedBinary<In, Out> {
  (a: In, b: In): Out;
  /** `out` may be one of the arguments. */
  into<O extends Out>(out: O, a: In, b: In): O;
}
/** A function of one or more numbers, lifted; `into` writes the result into a list of the caller's, which it returns. */
export interface LiftedVariadic<In, Out> {
  (...args: [In, ...In[]]): Out;
  /** `out` may be one of the arguments. */
  into<O extends Out>(out: O, ...args: [In, ...In[]]): O;
}

/** What `P` becomes on arguments of type `In`; `never` for what has no derivative. */
export type Lifted<P, In, Out> =
  P extends Elemental<1>
    ? LiftedUnary<In, Out>
    : P extends Elemental<2>
      ? LiftedBinary<In, Out>
      : P extends Elemental<"variadic">
        ? LiftedVariadic<In, Out>
        : never;

/** Lists that bundles are kept in. */
export interface Shape {
  readonly make: (length: number) => Numbers;
  /** The only length there is; without it lengths have to agree. */
  readonly length?: number;
}

/** Of one direction. */
export const pair: Shape = { make: () => [0, 0], length: 2 };
/** Of any number of directions. */
export const bundle: Shape = { make: (length) => new Float64Array(length) };

type Operand = number | ArrayLike<number>;
/** Writes the result for the arguments into the list, and returns that. */
type Into = (out: Numbers, ...args: Operand[]) => Numbers;

/** `primitive` on bundles of this shape. Throws RangeError for bundles of different lengths. */
export function lift(primitive: Primitive, shape: Shape, options: KernelOptions = {}): unknown {
  const { id, arity } = primitive;
  const into = (arity === 1 ? intoUnary : arity === 2 ? intoBinary : intoVariadic)(primitive, shape, options);
  const lengthOf = (x: Operand | undefined): number | undefined => (typeof x === "object" ? x.length : undefined);
  const make = (length = shape.length): Numbers => {
    if (length !== undefined) return shape.make(length);
    throw new RangeError(`${id} of constants alone: nothing says how many directions there are`);
  };
  const lifted =
    arity === 1
      ? (x: Operand) => into(make(lengthOf(x)), x)
      : arity === 2
        ? (a: Operand, b: Operand) => into(make(lengthOf(a) ?? lengthOf(b)), a, b)
        : (...args: Operand[]) => into(make(args.map(lengthOf).find((n) => n !== undefined)), ...args);
  Object.defineProperty(lifted, "name", { value: id });
  return Object.assign(lifted, { into });
}

function intoUnary(primitive: Primitive, shape: Shape, options: KernelOptions): Into {
  const primal = primitive.primal as (x: number) => number;
  const check = checkerOf(primitive, shape);
  let kernel: DirectionsKernel | undefined;
  return (out, x = missing(primitive)) => {
    const n = check(out, x);
    if (typeof x === "number") return constant(out, primal(x));
    kernel ??= directionsKernel(primitive, 1, [0], options);
    const value = x[0] as number;
    const y = primal(value);
    kernel(out, 1, n, value, y, x as Numbers);
    out[0] = y;
    return out;
  };
}

function intoBinary(primitive: Primitive, shape: Shape, options: KernelOptions): Into {
  const primal = primitive.primal as (a: number, b: number) => number;
  const check = checkerOf(primitive, shape);
  let byLeft: DirectionsKernel | undefined;
  let byRight: DirectionsKernel | undefined;
  let byBoth: DirectionsKernel | undefined;
  return (out, a = missing(primitive), b = missing(primitive)) => {
    check(out, a);
    const n = check(out, b);
    const left = typeof a === "number" ? a : (a[0] as number);
    const right = typeof b === "number" ? b : (b[0] as number);
    const y = primal(left, right);
    if (typeof a !== "number" && typeof b !== "number") {
      byBoth ??= directionsKernel(primitive, 2, [0, 1], options);
      byBoth(out, 1, n, left, right, y, a as Numbers, b as Numbers);
    } else if (typeof a !== "number") {
      byLeft ??= directionsKernel(primitive, 2, [0], options);
      byLeft(out, 1, n, left, right, y, a as Numbers);
    } else if (typeof b !== "number") {
      byRight ??= directionsKernel(primitive, 2, [1], options);
      byRight(out, 1, n, left, right, y, b as Numbers);
    } else return constant(out, y);
    out[0] = y;
    return out;
  };
}

function intoVariadic(primitive: Primitive, shape: Shape, options: KernelOptions): Into {
  const check = checkerOf(primitive, shape);
  const kernels = new Map<string, DirectionsKernel>();
  return (out, ...args) => {
    if (args.length === 0) missing(primitive);
    for (const arg of args) check(out, arg);
    const values = args.map((arg) => (typeof arg === "number" ? arg : (arg[0] as number)));
    const active = [...args.keys()].filter((i) => typeof args[i] !== "number");
    const y = valueAt(primitive, values) as number;
    if (active.length === 0) return constant(out, y);
    const key = `${args.length}: ${active}`;
    const kernel = kernels.get(key) ?? directionsKernel(primitive, args.length, active, options);
    kernels.set(key, kernel);
    kernel(out, 1, out.length, ...values, y, ...active.map((i) => args[i] as Numbers));
    out[0] = y;
    return out;
  };
}

/** Gives the length of the lists; throws RangeError if they differ, or are not of the shape. */
function checkerOf({ id }: Primitive, shape: Shape): (out: Numbers, arg: Operand) => number {
  return (out, arg) => {
    const n = out.length;
    const expected = shape.length ?? n;
    if (n !== expected || n === 0 || (typeof arg !== "number" && arg.length !== expected)) {
      const given = typeof arg === "number" ? "a constant" : `${arg?.length} numbers`;
      throw new RangeError(`${id}: a list of ${n} numbers for the result, and ${given} as an argument`);
    }
    return n;
  };
}

function missing({ id, arity }: Primitive): never {
  throw new RangeError(`${id} takes ${arity === "variadic" ? "at least one argument" : `${arity} arguments`}`);
}

function constant(out: Numbers, y: number): Numbers {
  out.fill(0);
  out[0] = y;
  return out;
}
