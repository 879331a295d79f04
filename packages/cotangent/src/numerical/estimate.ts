/**
 * Derivatives from differences with the error of each number beside it: what the engine computes, and how far it can be
 * believed. A matrix of estimates is filled column by column, a line through the arguments for each of their numbers, and
 * then has the structures of output and input put over it.
 */
import { copyArguments, displace, mirror, numbersOf } from "../core/tree.ts";
import { type DifferenceOptions, differentiateAlong } from "./along.ts";
import { basis, type Callable, type Estimated, fill, multiplyHessian } from "./derivatives.ts";
import type { Estimate } from "./extrapolate.ts";

// biome-ignore lint/suspicious/noExplicitAny: functions of any parameters are read, and only called with arguments of theirs
type AnyFunction = (...args: any[]) => any;

/**
 * The derivative of order `order`, 1 to 10, of a function of one number, with its estimated absolute error and the
 * smallest step that went into it.
 */
export function estimateDerivative(
  f: (x: number) => number,
  options: DifferenceOptions & { readonly order?: number } = {},
): (x: number) => Estimate {
  const { order = 1, ...rest } = options;
  return (x) => differentiateAlong(f as Callable, [x], [1], order, rest)[0]!;
}

/** The gradient of a scalar function by its first argument: value and error, each with the argument's structure. */
export function estimateGradient<F extends AnyFunction>(
  f: F,
  options: DifferenceOptions = {},
): (...args: Parameters<F>) => Estimated {
  return (...args) => {
    const columns = [...basis([args[0]])].map((v) => differentiateAlong(f, args, v, 1, options)[0]!);
    return fill(args[0], columns);
  };
}

/** The derivative along `tangents`, one for each argument: value and error, each with the structure of the result. */
export function estimateDirectional<F extends AnyFunction>(
  f: F,
  options: DifferenceOptions = {},
): (primals: Readonly<Parameters<F>>, tangents: unknown) => Estimated {
  return (primals, tangents) =>
    fill(f(...copyArguments(primals)), differentiateAlong(f, primals, tangents, 1, options));
}

/** The Jacobian by the first argument: value and error, each the result's structure with the argument's at each number. */
export function estimateJacobian<F extends AnyFunction>(
  f: F,
  options: DifferenceOptions = {},
): (...args: Parameters<F>) => Estimated {
  return (...args) => {
    const columns = [...basis([args[0]])].map((v) => differentiateAlong(f, args, v, 1, options));
    return assemble(f(...copyArguments(args)), args[0], columns);
  };
}

/** The Hessian of a scalar function by its first argument: value and error, each with the argument's structure twice. */
export function estimateHessian<F extends AnyFunction>(
  f: F,
  options: DifferenceOptions = {},
): (...args: Parameters<F>) => Estimated {
  return (...args) => {
    const rest = args.slice(1);
    const columns = [...basis([args[0]])].map((v) => multiplyHessian(f, args, v, options));
    // Of the product the first argument's part counts.
    const values = columns.map(({ value }) => numbersOf((value as unknown[])[0]));
    const errors = columns.map(({ error }) => numbersOf((error as unknown[])[0]));
    const estimates = values.map((column, j) =>
      column.map((value, i) => ({ value, error: errors[j]![i]!, step: Number.NaN })),
    );
    return assemble(displace([args[0], ...rest], null, 0)[0], args[0], estimates);
  };
}

/** `output` with `input` in the place of every number, filled with estimates by column. */
function assemble(output: unknown, input: unknown, columns: readonly (readonly Estimate[])[]): Estimated {
  const put = (read: (e: Estimate) => number): unknown => {
    let row = 0;
    return spread(output, () => {
      const i = row++;
      let column = 0;
      return mirror(input, () => read(columns[column++]![i]!));
    });
  };
  return { value: put((e) => e.value), error: put((e) => e.error) };
}

/** The mirror of `structure` with anything in the place of its numbers; float arrays become lists. */
function spread(structure: unknown, leaf: () => unknown): unknown {
  if (typeof structure === "number") return leaf();
  if (typeof structure !== "object" || structure === null) return null;
  if (structure instanceof Float64Array || structure instanceof Float32Array) return Array.from(structure, leaf);
  if (Array.isArray(structure)) return structure.map((part) => spread(part, leaf));
  return Object.fromEntries(Object.entries(structure).map(([key, part]) => [key, spread(part, leaf)]));
}
