/**
 * Running a program on other scalars than JavaScript's, in the place of the numbers of its arguments: on variables, on
 * complex numbers. Typed arrays become lists, which hold them.
 */
import { report } from "../core/errors.ts";
import { gatherRest, refuseCrossing } from "./border.ts";
import { interpret, type Scalars } from "./interpret.ts";
import type { Global, Module } from "./types.ts";
import { forEachInstr } from "./visit.ts";

/** Where a scalar stands: the argument's number, then keys. */
export type Place = readonly (string | number)[];

/** What takes the place of numbers, and what they can do. */
export interface Substitution {
  /** How the program is run, for messages: "by formulas". */
  readonly by: string;
  readonly scalars: Scalars;
  /** What stands for each scalar of the arguments. */
  readonly leaf: (value: unknown, place: Place) => unknown;
  readonly global?: (global: Global) => unknown;
}

/**
 * The results of `entry` on `args` with other scalars; arguments at the end may be missing. Reports `other-scalars` for
 * functions with rules and functions that are called as they are, whose bodies say nothing, and for one object in two places
 * of the arguments, which would become two.
 */
export function interpretOn(
  module: Module,
  entry: string,
  args: readonly unknown[],
  { by, scalars, leaf, global }: Substitution,
): unknown[] {
  refuseRules(module, by);
  refuseCrossing(module.functions.get(entry), by);
  const func = module.functions.get(entry);
  const params = func?.body.params ?? [];
  const own = gatherRest(func, args);
  const missing = new Array<undefined>(Math.max(0, params.length - own.length)).fill(undefined);
  const met = new Set<object>();
  const given = [...own, ...missing].map((arg, i) => {
    const name = params[i]?.hint ?? `argument ${i}`;
    const part = (value: unknown, at: number): unknown =>
      substitute(value, [at], leaf, met, () =>
        report("other-scalars", undefined, `\`${name}\`, in which one object is in two places`, by),
      );
    // What is gathered are arguments, each in its own place.
    return i === func?.rest ? (arg as readonly unknown[]).map((value, k) => part(value, i + k)) : part(arg, i);
  });
  return interpret(module, entry, given, { scalars, ...(global ? { global } : {}) });
}

/** What a function with a rule computes says nothing of its derivative, and an inactive one computes with plain numbers. */
function refuseRules(module: Module, by: string): void {
  for (const func of module.functions.values()) {
    if (func.rule) report("rule-engine", func.span, `\`${func.name}\``, by);
    forEachInstr(func.body, (instr) => {
      if (instr.op === "host" && instr.imported)
        report("other-scalars", instr.span, `\`${instr.callee}\`, a function that is called as it is`, by);
    });
  }
}

/** A copy of a structure with lists for typed arrays of floats and integers, each scalar by `leaf`. */
function substitute(
  value: unknown,
  place: Place,
  leaf: Substitution["leaf"],
  met: Set<object>,
  refuse: () => never,
): unknown {
  if (typeof value !== "object" || value === null) return leaf(value, place);
  // Two names for one object would become two objects.
  const memory = ArrayBuffer.isView(value) ? value.buffer : value;
  if (met.has(memory)) refuse();
  met.add(memory);
  if (ArrayBuffer.isView(value) && !/^Float/.test(value.constructor.name)) {
    return Array.from(value as unknown as ArrayLike<unknown>);
  }
  const part = (inner: unknown, key: string | number): unknown => substitute(inner, [...place, key], leaf, met, refuse);
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return Array.from(value as ArrayLike<unknown>, part);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, part(inner, key)]));
}
