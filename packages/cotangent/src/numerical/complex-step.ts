/**
 * The complex step (Squire and Trapp, SIAM Review 40, 1998): a program that is analytic is run at x + ihv, and
 *
 *     Im f(x + ihv)  =  h (J v)  +  O(h³),
 *
 * without the subtraction that takes the digits of a difference, so that h may be so small that the error is below every
 * rounding. Here h is a power of two near 1e-60, in proportion to the arguments: the real part of every number is what the
 * program computes, and comparisons, indices and lengths go by it, so that the run takes the branches of the program.
 *
 * The function has to be known by its program, which the reference interpreter runs on complex numbers.
 */
import { report } from "../core/errors.ts";
import { areClose, numbersAlong, scalarsAlong, withNumbers, zeros } from "../core/places.ts";
import { isFlat, type Primitive } from "../core/primitive.ts";
import { copyArguments, propertiesOf } from "../core/tree.ts";
import { add } from "../elementals/index.ts";
import { tangentKernel } from "../elementals/kernels.ts";
import { refuseCrossing } from "../ir/border.ts";
import type { Scalars } from "../ir/interpret.ts";
import { interpretOn } from "../ir/interpret-on.ts";
import type { Global, Module, Span } from "../ir/types.ts";
import type { Engine } from "../runtime/registry.ts";
import { typedArrays } from "../runtime/typed-arrays.ts";
import { Complex, complexForms, type Parts } from "./complex-forms.ts";

const by = "on complex numbers";

/** A function by its program: what `derive(target, { operator: "value" })` gives. */
export interface ComplexSource {
  readonly module: Module;
  readonly entry: string;
}

/** What else is known of the function. */
export interface ComplexOptions {
  /** The values of constants that the program reads from modules. */
  readonly global?: (global: Global) => unknown;
}

/** The engine for the function that `source` is. Verbs report what has no value at complex numbers. */
export function complexStep(source: ComplexSource, options: ComplexOptions = {}): Engine {
  return {
    name: "complex",
    derivativesOf: (f, argnums) => {
      const isMoved = (i: number): boolean => argnums === undefined || argnums.includes(i);
      const prepare = (primals: unknown[]): { readonly value: unknown; readonly run: Run } => {
        refuseCrossing(source.module.functions.get(source.entry), by);
        const entry = copyArguments(primals);
        const value: unknown = f(...primals);
        // The caller may do anything to the result; its structure is read again by each pullback.
        return { value, run: new Run(source, options, entry, copyArguments([value])[0]) };
      };
      return {
        jvp: (primals: unknown[], tangents: readonly unknown[]) => {
          const { value, run } = prepare(primals);
          const along = run.entry.flatMap((arg, i) => (isMoved(i) ? numbersAlong(arg, tangents[i]) : zerosOf(arg)));
          return [value, withNumbers(value, run.push(along).values())];
        },
        vjp: (...primals: unknown[]) => {
          const { value, run } = prepare(primals);
          return [value, (cotangent: unknown) => run.pull(cotangent, isMoved)];
        },
      };
    },
  };
}

function zerosOf(arg: unknown): number[] {
  return numbersAlong(arg, undefined);
}

const smallest = 2 ** -200;

/** Runs of one program at one point. */
class Run {
  readonly entry: readonly unknown[];
  readonly #source: ComplexSource;
  readonly #options: ComplexOptions;
  readonly #value: unknown;
  readonly #numbers: readonly number[];

  constructor(source: ComplexSource, options: ComplexOptions, entry: readonly unknown[], value: unknown) {
    this.#source = source;
    this.#options = options;
    this.entry = entry;
    this.#value = value;
    this.#numbers = entry.flatMap((arg) => numbersAlong(arg, arg));
  }

  /** J v, number by number. */
  push(along: readonly number[]): readonly number[] {
    const { module, entry } = this.#source;
    const h = this.#step(along);
    if (h === 0) return numbersAlong(this.#value, this.#value).map(() => 0);
    let next = 0;
    const moved = new Map<string, number>();
    this.entry.forEach((arg, i) => {
      eachNumber(arg, [i], (place) => moved.set(place, (along[next++] as number) * h));
    });
    const [result] = interpretOn(module, entry, this.entry, {
      by,
      scalars: scalarsOf(h),
      leaf: (value, place) => (typeof value === "number" ? at(value, moved.get(place.join(" ")) ?? 0) : value),
      ...this.#options,
    });
    const scalars = scalarsAlong(this.#value, result);
    if (!areClose(scalars.map(realOf) as number[], numbersAlong(this.#value, this.#value)))
      throw new Error("the run on complex numbers does not compute what the function does");
    return scalars.map((scalar) => (scalar instanceof Complex ? scalar.im / h : 0));
  }

  /** J^T w: a tuple with the structure of the arguments, by a run for each number of those that are asked for. */
  pull(cotangent: unknown, isMoved: (argument: number) => boolean): unknown[] {
    const weights = numbersAlong(this.#value, cotangent);
    let before = 0;
    return this.entry.map((arg, i) => {
      const count = numbersAlong(arg, arg).length;
      const first = before;
      before += count;
      if (!isMoved(i)) return withNumbers(arg, zeros());
      const gradient = Array.from({ length: count }, (_, k) => {
        const column = this.push(this.#numbers.map((_, j) => (j === first + k ? 1 : 0)));
        // A weight of 0 selects nothing, also not an infinite derivative.
        return column.reduce((sum, d, o) => (weights[o] === 0 ? sum : sum + d * (weights[o] as number)), 0);
      });
      return withNumbers(arg, gradient.values());
    });
  }

  /** A power of two, small beside every number that moves; 0 if none does. */
  #step(along: readonly number[]): number {
    let size = Number.POSITIVE_INFINITY;
    along.forEach((v, i) => {
      const x = Math.abs(this.#numbers[i] as number);
      if (v !== 0 && Number.isFinite(v)) size = Math.min(size, (x > 0 && x < 1 ? x : 1) / Math.abs(v));
    });
    if (!Number.isFinite(size)) return 0;
    return smallest * 2 ** Math.max(-600, Math.min(600, Math.floor(Math.log2(size))));
  }
}

/** The numbers of an argument that may move, with their places, in the order of `numbersAlong`. */
function eachNumber(value: unknown, place: readonly (string | number)[], visit: (place: string) => void): void {
  if (typeof value === "number") return visit(place.join(" "));
  if (typeof value !== "object" || value === null) return;
  if (ArrayBuffer.isView(value) && !(value instanceof Float64Array || value instanceof Float32Array)) return;
  for (const [key, part] of propertiesOf(value)) eachNumber(part, [...place, key], visit);
}

function at(re: number, im: number): number | Complex {
  return im === 0 ? re : new Complex(re, im);
}

function realOf(scalar: unknown): unknown {
  return scalar instanceof Complex ? scalar.re : scalar;
}

function partsOf(scalar: unknown): Parts {
  return scalar instanceof Complex ? scalar : { re: scalar as number, im: 0 };
}

/** Smaller imaginary parts have lost digits, or are 0 where they should not be. */
const tiny = 2 ** -960;

function scalarsOf(h: number): Scalars {
  const apply = (primitive: Primitive, args: readonly unknown[], span: Span | undefined): unknown => {
    const reals = args.map(realOf);
    const value = primitive.primal(...(reals as never[]));
    if (!args.some((arg) => arg instanceof Complex) || typeof value !== "number") return value;
    // Between its jumps a function is constant.
    if (args.every((arg, i) => !(arg instanceof Complex) || isFlat(primitive, i, args.length))) return value;
    const form = complexForms[primitive.id];
    const im = form?.(value, ...args.map((arg) => (typeof arg === "boolean" ? (arg as never) : partsOf(arg))));
    if (im === undefined) return report("complex-continuation", span, primitive.id, reals.map(String).join(", "));
    if (Number.isNaN(value)) return new Complex(value, Number.NaN);
    if (Math.abs(im) < tiny && !isZero(primitive, args, reals as number[], value, h))
      return report("complex-underflow", span, primitive.id);
    return at(value, im);
  };
  return {
    apply,
    add: (left, right) => apply(add, [left, right], undefined),
    steer: realOf,
    store: (value, storage) => {
      if (storage === "Float64Array") return value;
      const rounded = typedArrays[storage].of(realOf(value) as number)[0] as number;
      // Single precision stands for its number, as `Math.fround` does; through integers no derivative flows.
      return storage === "Float32Array" && value instanceof Complex ? at(rounded, value.im) : rounded;
    },
    view: (span) => report("complex-view", span),
  };
}

/** Whether the derivative along the imaginary parts is 0, and not lost: by the table, without the tiny factor. */
function isZero(
  primitive: Primitive,
  args: readonly unknown[],
  reals: readonly number[],
  value: number,
  h: number,
): boolean {
  const active = [...args.keys()].filter((i) => args[i] instanceof Complex);
  const tangents = active.map((i) => (args[i] as Complex).im / h);
  return !(Math.abs(tangentKernel(primitive, args.length, active)(...reals, value, ...tangents)) > 0);
}
