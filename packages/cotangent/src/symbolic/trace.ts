/**
 * A program as formulas: it is run as the interpreter runs it, on variables in the place of the numbers that it is
 * differentiated by. Calls are entered, loops are gone through as often as known numbers say, memory is memory; what is
 * left is what was computed with the numbers. Where one of them would decide how to go on, there is no one formula.
 */

import { report } from "../core/errors.ts";
import type { Primitive } from "../core/primitive.ts";
import { add, select } from "../elementals/index.ts";
import { interpret, type Scalars, type TypedStorage, typedArrays } from "../ir/interpret.ts";
import type { Global, Module, Span } from "../ir/types.ts";
import { forEachInstr } from "../ir/visit.ts";
import { type Formula, Formulas, isSymbolic, type Variable } from "./formula.ts";
import { memberText } from "./typescript.ts";

/** A function as formulas. */
export interface Traced {
  readonly formulas: Formulas;
  readonly variables: readonly Variable[];
  /** Where each variable stands: the argument's number, then keys. */
  readonly places: readonly (readonly (string | number)[])[];
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
  refuseRules(module);
  const formulas = new Formulas();
  const variables: Variable[] = [];
  const places: (readonly (string | number)[])[] = [];
  const met = new Set<object>();
  const count = module.functions.get(entry)?.body.params.length ?? 0;
  const all = [...args, ...new Array<undefined>(Math.max(0, count - args.length)).fill(undefined)];
  const names = distinct(all.map((_, i) => options.names[i] ?? `x${i}`));
  const given = all.map((arg, i) =>
    read(met, arg, [i], names[i] as string, (value, place, name) => {
      if (typeof value !== "number" || !options.isVariable(i)) return value;
      const variable = formulas.variable(name);
      variables.push(variable);
      places.push(place);
      return variable;
    }),
  );
  const [result] = interpret(module, entry, given, {
    scalars: scalarsOf(formulas),
    ...(options.global ? { global: options.global } : {}),
  });
  return { formulas, variables, places, result };
}

/** What a function with a rule computes says nothing of its derivative, and an inactive one computes with plain numbers. */
function refuseRules(module: Module): void {
  for (const func of module.functions.values()) {
    if (func.rule) report("not-taken", func.span, `\`${func.name}\`, a function with a rule of its own, by formulas`);
    forEachInstr(func.body, (instr) => {
      if (instr.op === "host" && instr.imported)
        report("not-taken", instr.span, `\`${instr.callee}\`, a function that is called as it is, by formulas`);
    });
  }
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

type Leaf = (value: unknown, place: readonly (string | number)[], name: string) => unknown;

/** A copy of a structure with lists for typed arrays, each leaf by `leaf`. */
function read(
  met: Set<object>,
  value: unknown,
  place: readonly (string | number)[],
  name: string,
  leaf: Leaf,
): unknown {
  if (typeof value !== "object" || value === null) return leaf(value, place, name);
  // Two names for one object would become two objects.
  const memory = ArrayBuffer.isView(value) ? value.buffer : value;
  if (met.has(memory)) report("not-taken", undefined, `\`${name}\` is reached twice in the arguments: by formulas`);
  met.add(memory);
  if (ArrayBuffer.isView(value) && !/^Float/.test(value.constructor.name)) {
    return Array.from(value as unknown as ArrayLike<unknown>);
  }
  if (Array.isArray(value) || ArrayBuffer.isView(value))
    return Array.from(value as ArrayLike<unknown>, (part, i) => read(met, part, [...place, i], `${name}[${i}]`, leaf));
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [
      key,
      read(met, part, [...place, key], `${name}${memberText(key)}`, leaf),
    ]),
  );
}

function scalarsOf(formulas: Formulas): Scalars {
  let operations = 0;
  return {
    apply: (primitive: Primitive, args: readonly unknown[], span: Span | undefined) => {
      if (++operations > mostOperations) return report("symbolic-length", span, String(mostOperations));
      // References are compared, and missing values asked for, as they are.
      if (!args.some(isSymbolic)) return primitive.primal(...(args as never[]));
      // Text is as it is, whatever number asks for a part of it.
      if (primitive.takes[0] === "string") return report("symbolic-control", span);
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
