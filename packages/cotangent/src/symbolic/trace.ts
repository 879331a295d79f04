/**
 * A program as formulas: it is run as the interpreter runs it, on variables in the place of the numbers that it is
 * differentiated by. Calls are entered, loops are gone through as often as known numbers say, memory is memory; what is
 * left is what was computed with the numbers. Where one of them would decide how to go on, there is no one formula.
 */

import { report } from "../core/errors.ts";
import type { Primitive } from "../core/primitive.ts";
import { add, select } from "../elementals/index.ts";
import type { Scalars, TypedStorage } from "../ir/interpret.ts";
import { interpretOn, type Place } from "../ir/interpret-on.ts";
import type { Global, Module, Span } from "../ir/types.ts";
import { typedArrays } from "../runtime/typed-arrays.ts";
import { type Formula, Formulas, isSymbolic, type Variable } from "./formula.ts";
import { memberText } from "./typescript.ts";

/** A function as formulas. */
export interface Traced {
  readonly formulas: Formulas;
  readonly variables: readonly Variable[];
  /** Where each variable stands: the argument's number, then keys. */
  readonly places: readonly Place[];
  /** The result, with formulas in the place of its numbers. */
  readonly result: unknown;
}

export interface TraceOptions {
  /** True for the arguments whose numbers become variables; the others are known. */
  readonly isVariable: (argument: number) => boolean;
  /** The names of the parameters. */
  readonly names: readonly string[];
  readonly global?: (global: Global) => unknown;
}

/** Most steps that a program may take before it is given up: formulas are for what is short. */
const mostOperations = 1_000_000;

/**
 * Runs `entry` on `args`. Reports `symbolic-control` where a variable steers, `symbolic-rounding` where a formula would be
 * rounded, `symbolic-length` where the run does not end soon.
 */
export function trace(module: Module, entry: string, args: readonly unknown[], options: TraceOptions): Traced {
  const formulas = new Formulas();
  const variables: Variable[] = [];
  const places: Place[] = [];
  const params = module.functions.get(entry)?.body.params ?? [];
  const names = distinct(params.map((_, i) => options.names[i] ?? `x${i}`));
  const [result] = interpretOn(module, entry, args, {
    by: "by formulas",
    scalars: scalarsOf(formulas),
    leaf: (value, place) => {
      const [i, ...keys] = place as [number, ...(string | number)[]];
      if (typeof value !== "number" || !options.isVariable(i)) return value;
      const member = (key: string | number): string => (typeof key === "number" ? `[${key}]` : memberText(key));
      const variable = formulas.variable(`${names[i]}${keys.map(member).join("")}`);
      variables.push(variable);
      places.push(place);
      return variable;
    },
    ...(options.global ? { global: options.global } : {}),
  });
  return { formulas, variables, places, result };
}

/** `names`, where those that are there already get a stroke: variables are told apart by their names. */
function distinct(names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let own = name;
    while (taken.has(own)) own += "_";
    taken.add(own);
    return own;
  });
}

function scalarsOf(formulas: Formulas): Scalars {
  let operations = 0;
  return {
    apply: (primitive: Primitive, args: readonly unknown[], span: Span | undefined) => {
      if (++operations > mostOperations) return report("symbolic-length", span, String(mostOperations));
      // References are compared, and missing values asked for, as they are.
      if (!args.some(isSymbolic)) return primitive.primal(...(args as never[]));
      // Text is as it is, whatever number asks for a part of it.
      if (primitive.takes[0] === "string" || primitive.gives === "string") return report("symbolic-control", span);
      return formulas.apply(primitive, args as readonly Formula[]);
    },
    add: (left, right) => formulas.apply(add, [left as Formula, right as Formula]),
    steer: (value, span) => (isSymbolic(value) ? report("symbolic-control", span) : value),
    choose: (condition, whenTrue, whenFalse) =>
      formulas.apply(select, [condition, whenTrue, whenFalse] as readonly Formula[]),
    store: (value, storage, span) => {
      if (storage === "Float64Array") return value;
      return isSymbolic(value) ? report("symbolic-rounding", span, storage) : round(value as number, storage);
    },
    view: (span) => report("symbolic-view", span),
  };
}

/** A number as an array of this kind keeps it. */
function round(value: number, storage: TypedStorage): number {
  return typedArrays[storage].of(value)[0] as number;
}
