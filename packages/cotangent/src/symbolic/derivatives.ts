/**
 * Formulas as an engine: what the verbs ask for, computed from the formulas of one run. They hold for arguments of the same
 * lengths and with the same known parts, so each call makes its own.
 */
import { copyArguments } from "../core/tree.ts";
import type { Module } from "../ir/types.ts";
import type { Engine } from "../runtime/registry.ts";
import { differentiateAll } from "./differentiate.ts";
import { evaluateFormulas, type Formula } from "./formula.ts";
import { type Traced, type TraceOptions, trace } from "./trace.ts";

/** A function by its program. */
export interface SymbolicFunction extends Omit<TraceOptions, "isVariable"> {
  readonly module: Module;
  readonly entry: string;
}

/** The scalars of a traced structure, known or formulas, at the places of the numbers of `value`, in their order. */
function formulasAlong(value: unknown, traced: unknown): Formula[] {
  if (typeof value === "number") return [traced as Formula];
  if (typeof value !== "object" || value === null || !holdsNumbers(value)) return [];
  return Object.entries(value).flatMap(([key, part]) =>
    formulasAlong(part, (traced as Readonly<Record<string, unknown>>)[key]),
  );
}

/** False for arrays of integers, through which no derivative flows. */
function holdsNumbers(structure: object): boolean {
  return !ArrayBuffer.isView(structure) || structure instanceof Float64Array || structure instanceof Float32Array;
}

/** The numbers of `given`, a tangent or cotangent, at the places of the numbers of `value`; 0 where it has none. */
function numbersAlong(value: unknown, given: unknown): number[] {
  if (typeof value === "number") return [typeof given === "number" ? given : 0];
  if (typeof value !== "object" || value === null || !holdsNumbers(value)) return [];
  const parts = (given ?? {}) as Readonly<Record<string, unknown>>;
  return Object.entries(value).flatMap(([key, part]) => numbersAlong(part, parts[key]));
}

/** A tree with the structure of `value` and the next of `numbers` in the place of each of its own; null where it has none. */
function withNumbers(value: unknown, numbers: Iterator<number>): unknown {
  if (typeof value === "number") return numbers.next().value as number;
  if (typeof value !== "object" || value === null) return null;
  if (value instanceof Float64Array || value instanceof Float32Array)
    return value.map(() => numbers.next().value as number);
  if (ArrayBuffer.isView(value)) return null;
  if (Array.isArray(value)) return value.map((part) => withNumbers(part, numbers));
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withNumbers(part, numbers)]));
}

function* zeros(): Generator<number, number> {
  while (true) yield 0;
}

/** The engine for the function that `source` is. Verbs report what no formula says. */
export function makeSymbolic(source: SymbolicFunction): Engine {
  return {
    name: "symbolic",
    derivativesOf: (f, argnums) => {
      const isVariable = (i: number): boolean => argnums === undefined || argnums.includes(i);
      const run = (entry: readonly unknown[], value: unknown): Run =>
        new Run(trace(source.module, source.entry, entry, { ...source, isVariable }), entry, value, isVariable);
      return {
        jvp: (primals: unknown[], tangents: unknown[]) => {
          const entry = copyArguments(primals);
          const value: unknown = f(...primals);
          return [value, run(entry, value).push(value, tangents)];
        },
        vjp: (...primals: unknown[]) => {
          const entry = copyArguments(primals);
          const value: unknown = f(...primals);
          const made = run(entry, value);
          return [value, (cotangent: unknown) => made.pull(cotangent)];
        },
        hessianProduct: (primals: unknown[], tangents: unknown[]) => {
          const entry = copyArguments(primals);
          return run(entry, f(...primals)).hessianProduct(tangents);
        },
      };
    },
  };
}

/** A direction that is 0 selects nothing, also not an infinite derivative. */
function times(derivative: number, along: number): number {
  return along === 0 ? 0 : derivative * along;
}

/** Up to rounding, of which sums that cancel have much: relative to the largest of them. */
function areClose(found: readonly number[], expected: readonly number[]): boolean {
  const scale = expected.reduce((most, x) => (Number.isFinite(x) ? Math.max(most, Math.abs(x)) : most), 0);
  return expected.every((x, i) => Object.is(found[i], x) || Math.abs((found[i] as number) - x) <= 1e-9 * scale);
}

/** The formulas of one run, at its arguments. */
class Run {
  readonly #traced: Traced;
  readonly #args: readonly unknown[];
  readonly #isVariable: (argument: number) => boolean;
  readonly #value: unknown;
  readonly #outputs: readonly Formula[];
  readonly #values: ReadonlyMap<string, number>;

  constructor(traced: Traced, args: readonly unknown[], value: unknown, isVariable: (argument: number) => boolean) {
    this.#traced = traced;
    this.#args = args;
    this.#isVariable = isVariable;
    // The caller may do anything to the result; its structure is read again by each pullback.
    this.#value = copyArguments([value])[0];
    this.#outputs = formulasAlong(value, traced.result);
    const numbers = args.flatMap((arg, i) => (isVariable(i) ? numbersAlong(arg, arg) : []));
    this.#values = new Map(traced.variables.map(({ name }, i) => [name, numbers[i] as number]));
    if (!areClose(this.#evaluate(this.#outputs), numbersAlong(value, value)))
      throw new Error("the formulas do not compute what the function does");
  }

  /** J v, with the structure of `value`. */
  push(value: unknown, tangents: readonly unknown[]): unknown {
    const along = this.#along(tangents);
    const sums = this.#outputs.map(() => 0);
    this.#jacobian().forEach((column, j) => {
      column.forEach((d, i) => {
        sums[i] = (sums[i] as number) + times(d, along[j] as number);
      });
    });
    return withNumbers(value, sums.values());
  }

  /** J^T w, a tuple with the structure of the arguments. */
  pull(cotangent: unknown): unknown {
    const weights = numbersAlong(this.#value, cotangent);
    return this.#overArguments(
      this.#jacobian().map((column) => column.reduce((sum, d, i) => sum + times(d, weights[i] as number), 0)),
    );
  }

  /** The Hessian of the result times v, a tuple with the structure of the arguments. */
  hessianProduct(tangents: readonly unknown[]): unknown {
    const { formulas, variables } = this.#traced;
    const along = this.#along(tangents);
    const gradient = variables.map((v) => differentiateAll(formulas, this.#outputs, v)[0] as Formula);
    const sums = variables.map(() => 0);
    variables.forEach((v, j) => {
      if (along[j] === 0) return;
      this.#evaluate(differentiateAll(formulas, gradient, v)).forEach((d, i) => {
        sums[i] = (sums[i] as number) + d * (along[j] as number);
      });
    });
    return this.#overArguments(sums);
  }

  /** Columns: the derivatives of all outputs by each variable. */
  #jacobian(): readonly (readonly number[])[] {
    const { formulas, variables } = this.#traced;
    return variables.map((v) => this.#evaluate(differentiateAll(formulas, this.#outputs, v)));
  }

  #evaluate(formulas: readonly Formula[]): readonly number[] {
    return evaluateFormulas(formulas, (name) => this.#values.get(name) as number).map(Number);
  }

  #along(tangents: readonly unknown[]): readonly number[] {
    return this.#args.flatMap((arg, i) => (this.#isVariable(i) ? numbersAlong(arg, tangents[i]) : []));
  }

  #overArguments(numbers: readonly number[]): unknown {
    const next = numbers.values();
    return this.#args.map((arg, i) => withNumbers(arg, this.#isVariable(i) ? next : zeros()));
  }
}
