/**
 * Derivatives of elementals as JavaScript functions, for those who compute with them at run time: partials, and their
 * products with tangents. The table's formulas are written out once as the text of a function, which the engine then
 * compiles like any other,
 *
 *     tangent of sqrt      (a0, y, d0) => { const v0 = 0.5 / y; const v1 = v0 * d0; return v1; }
 *
 * and where a page forbids that (a Content-Security-Policy without `unsafe-eval`) composed of closures, with the same
 * numbers to the last bit.
 */
import { valueAt } from "../core/bind.ts";
import { type Expression, type Interpretation, interpretExpression, type Primitive } from "../core/primitive.ts";
import { canGenerate, Writer } from "./formula-text.ts";
import { productsOf, sumOf } from "./products.ts";

/** A function of numbers, in the order that its maker says. */
export type Kernel = (...numbers: number[]) => number;

/** A list of numbers that is written to. */
export type Numbers = number[] | Float64Array;

/**
 * Writes dy[d] for `from` <= d < `to` into `out`. The arguments: `out`, `from`, `to`, the arguments a…, the result y, and
 * a list of tangents for each active argument, read at d alone; so `out` may be one of them.
 */
export type DirectionsKernel = (out: Numbers, from: number, to: number, ...rest: (number | Numbers)[]) => void;

/** How kernels are made. */
export interface KernelOptions {
  /** From text, by `new Function`; else of closures. By default as the page allows. */
  readonly generate?: boolean | undefined;
}

/** What a kernel computes of its arguments, in any domain. */
export type Formula = <T>(domain: Interpretation<T>, numbers: readonly T[]) => T;

/** The partial derivative by argument `index` of a call with `count` arguments, as a function of (a…, y). */
export function partialKernel(
  primitive: Primitive,
  count: number,
  index: number,
  { generate = canGenerate() }: KernelOptions = {},
): Kernel {
  const partial = activePartial(primitive, count, index);
  const formula: Formula = (domain, numbers) =>
    interpretExpression(partial, domain, numbers.slice(0, count), numbers[count]);
  const names = argumentNames(count);
  return generate ? fromText(formula, names) : ofClosures(formula, names.length);
}

/** The tangent of a call with `count` arguments, of which `active` have one, as a function of (a…, y, da…). */
export function tangentKernel(
  primitive: Primitive,
  count: number,
  active: readonly number[],
  { generate = canGenerate() }: KernelOptions = {},
): Kernel {
  const formula = tangentFormula(primitive, count, active);
  const names = [...argumentNames(count), ...active.map((i) => `d${i}`)];
  return generate ? fromText(formula, names) : ofClosures(formula, names.length);
}

/** The same for any number of directions: what does not depend on the direction is computed once. */
export function directionsKernel(
  primitive: Primitive,
  count: number,
  active: readonly number[],
  { generate = canGenerate() }: KernelOptions = {},
): DirectionsKernel {
  const formula = tangentFormula(primitive, count, active);
  const names = argumentNames(count);
  if (!generate) return loopOverClosure(ofClosures(formula, names.length + active.length), names.length);
  const writer = new Writer();
  const lists = active.map((i) => `d${i}`);
  const value = formula(writer, names.concat(lists.map((name) => writer.inLoop(`${name}[d]`))));
  const body = [
    ...writer.before,
    "for (let d = from; d < to; d++) {",
    ...writer.inside,
    `out[d] = ${value};`,
    "}",
  ].join("\n");
  return writer.references.compile(["out", "from", "to", ...names, ...lists], body) as DirectionsKernel;
}

function argumentNames(count: number): string[] {
  return [...Array.from({ length: count }, (_, i) => `a${i}`), "y"];
}

function activePartial(primitive: Primitive, count: number, index: number): Expression {
  const partial = primitive.partial(index, count);
  if (!partial) throw new RangeError(`through argument ${index} of ${primitive.id} no derivative flows`);
  return partial;
}

/** dy = Σ ∂y/∂aᵢ · daᵢ over the active arguments, of (a…, y, da…). */
export function tangentFormula(primitive: Primitive, count: number, active: readonly number[]): Formula {
  const partials = active.map((index) => activePartial(primitive, count, index));
  return <T>(domain: Interpretation<T>, numbers: readonly T[]): T => {
    const [args, y, tangents] = [numbers.slice(0, count), numbers[count], numbers.slice(count + 1)];
    const products = partials
      .map((partial, i) => productsOf(domain, partial, args, y, [tangents[i] as T]))
      .filter((product) => product !== undefined);
    return sumOf(domain, products)?.[0] ?? domain.literal(0);
  };
}

// ------------------------------------------------------------------------------------------------------------- Text

function fromText(formula: Formula, names: readonly string[]): Kernel {
  const writer = new Writer();
  const value = formula(writer, names);
  return writer.references.compile(names, [...writer.before, `return ${value};`].join("\n")) as Kernel;
}

// --------------------------------------------------------------------------------------------------------- Closures

type Part = (numbers: readonly number[]) => number;

const closures: Interpretation<Part> = {
  literal: (value) => () => value,
  apply: (primitive, parts) => (numbers) =>
    valueAt(
      primitive,
      parts.map((part) => part(numbers)),
    ) as number,
};

/** A part of few numbers, which are its parameters: no list is made. */
type ShortPart = (p: number, q: number, r: number, s: number) => number;

const mostShort = 4;
const shortPlaces: readonly ShortPart[] = [(p) => p, (_p, q) => q, (_p, _q, r) => r, (_p, _q, _r, s) => s];

const shortClosures: Interpretation<ShortPart> = {
  literal: (value) => () => value,
  apply: ({ primal }, parts) => {
    const call = primal as (...args: readonly unknown[]) => number;
    const [f, g, h, ...others] = parts as [ShortPart, ShortPart, ShortPart, ...ShortPart[]];
    switch (parts.length) {
      case 1:
        return (p, q, r, s) => call(f(p, q, r, s));
      case 2:
        return (p, q, r, s) => call(f(p, q, r, s), g(p, q, r, s));
      default:
        return (p, q, r, s) =>
          call(f(p, q, r, s), g(p, q, r, s), h(p, q, r, s), ...others.map((part) => part(p, q, r, s)));
    }
  },
};

function ofClosures(formula: Formula, count: number): Kernel {
  if (count <= mostShort) return formula(shortClosures, shortPlaces.slice(0, count)) as Kernel;
  const places = Array.from(
    { length: count },
    (_, i): Part =>
      (numbers) =>
        numbers[i] as number,
  );
  const part = formula(closures, places);
  return (...numbers) => part(numbers);
}

function loopOverClosure(kernel: Kernel, before: number): DirectionsKernel {
  return (out, from, to, ...rest) => {
    const numbers = rest.slice(0, before) as number[];
    const lists = rest.slice(before) as Numbers[];
    for (let d = from; d < to; d++) out[d] = kernel(...numbers, ...lists.map((list) => list[d] as number));
  };
}
