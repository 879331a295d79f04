/**
 * Formulas as an engine: what the verbs ask for, computed from the formulas of one run. They hold for arguments of the same
 * lengths and with the same known parts, so each call makes its own.
 */
import { areClose, factorial, numbersAlong, scalarsAlong, withLists, withNumbers, zeros } from "../core/places.ts";
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
        derivative: (args: unknown[], position: number, order: number) => {
          const entry = copyArguments(args);
          const value: unknown = f(...args);
          const rows = run(entry, value).expand(position, order);
          return withNumbers(value, (rows[order] as readonly number[]).values());
        },
        taylor: (args: unknown[], position: number, order: number) => {
          const entry = copyArguments(args);
          const value: unknown = f(...args);
          const rows = run(entry, value).expand(position, order);
          const lists = numbersAlong(value, value).map((_, i) =>
            rows.map((row, k) => (row[i] as number) / factorial(k)),
          );
          return withLists(value, lists.values());
        },
      };
    },
  };
}

/** A direction that is 0 selects nothing, also not an infinite derivative. */
function times(derivative: number, along: number): number {
  return along === 0 ? 0 : derivative * along;
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
    this.#outputs = scalarsAlong(value, traced.result) as readonly Formula[];
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

  /** The derivatives of order 0 to `order` of all outputs by the number that is argument `position`. */
  expand(position: number, order: number): readonly (readonly number[])[] {
    const { formulas, variables } = this.#traced;
    const before = this.#args
      .slice(0, position)
      .flatMap((arg, i) => (this.#isVariable(i) ? numbersAlong(arg, arg) : []));
    const variable = variables[before.length];
    const rows = [this.#evaluate(this.#outputs)];
    for (let k = 1, at = this.#outputs; k <= order; k++) {
      at = variable ? differentiateAll(formulas, at, variable) : at.map(() => 0);
      rows.push(this.#evaluate(at));
    }
    return rows;
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
