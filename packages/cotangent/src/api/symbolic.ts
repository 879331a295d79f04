/**
 * Derivatives as formulas, from the source text: the function is found and lowered as for every other engine, run on
 * variables, and differentiated; what comes out is data, and can be measured, evaluated and written down.
 */
import { report } from "../core/errors.ts";
import type { Global, Type } from "../ir/types.ts";
import { differentiateAll } from "../symbolic/differentiate.ts";
import { evaluateFormulas, type Formula, isSymbolic, type Size, sizeOf } from "../symbolic/formula.ts";
import { toLatex, toText } from "../symbolic/render.ts";
import { trace } from "../symbolic/trace.ts";
import { keyText, toTypeScript } from "../symbolic/typescript.ts";
import type { Derivative, Program } from "./compile.ts";

export interface SymbolicOptions {
  /** The arguments that are differentiated by; the first one by default. A number gives a bare structure, a list a list. */
  readonly argnums?: number | readonly number[];
  /**
   * Arguments: their lengths, and the values of those that are not differentiated by, are part of the formulas. Not needed
   * where all are numbers, or tuples and objects of numbers.
   */
  readonly at?: readonly unknown[];
}

/** A scalar function and its derivatives as formulas. */
export interface SymbolicDerivative {
  /** The names of the variables, `x` or `p.mass[2]`, in order. */
  readonly variables: readonly string[];
  readonly value: Formula;
  /** The derivative by each variable. */
  readonly derivatives: readonly Formula[];
  /** The sizes of the value and of all derivatives together: written out, and with equal parts kept once. */
  readonly sizes: { readonly value: Size; readonly derivatives: Size };
  /** The derivatives where the variables, in order, have these values. */
  readonly evaluate: (at: readonly number[]) => readonly number[];
  /** A TypeScript module: a function of the same parameters that returns the gradient, in the structure of the arguments. */
  readonly typescript: string;
  readonly latex: readonly string[];
  readonly text: readonly string[];
}

/**
 * The derivatives of the scalar function `target` as formulas. Throws CotangentError: `symbolic-control` and its like for
 * what is no formula, `result-not-scalar`, and what the front end reports.
 */
export function differentiateSymbolically(
  program: Program,
  target: string,
  options: SymbolicOptions = {},
): SymbolicDerivative {
  return formulasOf(program.derive(target, { operator: "value" }), options);
}

/** The same of a function that is compiled, and not yet differentiated; `global` gives what it reads from modules. */
export function formulasOf(
  { module, entry, name }: Pick<Derivative, "module" | "entry" | "name">,
  options: SymbolicOptions = {},
  global?: (global: Global) => unknown,
): SymbolicDerivative {
  const { argnums = 0 } = options;
  const func = module.functions.get(entry);
  if (func?.rest !== undefined) report("not-taken", func.span, "a rest parameter, by formulas");
  const params = func?.body.params ?? [];
  const names = params.map(({ hint }, i) => hint ?? `x${i + 1}`);
  const positions = typeof argnums === "number" ? [argnums] : argnums;
  const beyond = positions.find((i) => i >= params.length);
  if (beyond !== undefined)
    report(
      "argument-out-of-range",
      undefined,
      `${name} has ${params.length} parameters: there is no argument ${beyond}`,
    );
  const args = options.at ?? params.map(({ type }, i) => placeholder(type, names[i] as string));
  const isVariable = (i: number): boolean => options.at === undefined || positions.includes(i);
  const { formulas, variables, places, result } = trace(module, entry, args, {
    isVariable,
    names,
    ...(global ? { global } : {}),
  });
  if (typeof result !== "number" && !isSymbolic(result)) return report("result-not-scalar", undefined, `\`${name}\``);

  const selected = variables
    .map((variable, i) => ({ variable, place: places[i] as readonly (string | number)[] }))
    .filter(({ place }) => positions.includes(place[0] as number));
  const derivatives = selected.map(({ variable }) => differentiateAll(formulas, [result], variable)[0] as Formula);
  const byPlace = new Map(selected.map(({ place }, i) => [JSON.stringify(place), derivatives[i] as Formula]));
  const gradients = positions.map((i) => mirrorFormulas(args[i], [i], byPlace));
  const gradient = typeof argnums === "number" ? gradients[0] : gradients;
  return {
    variables: selected.map(({ variable }) => variable.name),
    value: result,
    derivatives,
    sizes: { value: sizeOf([result]), derivatives: sizeOf(derivatives) },
    evaluate: (at) => {
      const values = new Map(selected.map(({ variable }, i) => [variable.name, at[i] as number]));
      return evaluateFormulas(derivatives, (variable) => values.get(variable) ?? Number.NaN).map(Number);
    },
    get typescript() {
      return toTypeScript({
        name: `${name}Gradient`,
        params: args.map((arg, i) => ({ name: names[i] as string, type: typeText(arg, true) })),
        result: gradient,
        resultType: typeText(gradient, false),
      });
    },
    get latex() {
      return derivatives.map(toLatex);
    },
    get text() {
      return derivatives.map(toText);
    },
  };
}

/** Some value of `type`, if that says how many numbers it holds. */
function placeholder(type: Type, name: string): unknown {
  if (type.kind === "number") return 0;
  if (type.kind === "record") {
    const fields = type.decl.fields.map(
      (field) => [field.name, placeholder(field.type, `${name}.${field.name}`)] as const,
    );
    return type.decl.isTuple ? fields.map(([, value]) => value) : Object.fromEntries(fields);
  }
  return report("symbolic-shape", undefined, `\`${name}\``);
}

/** `value` with formulas in the place of its numbers; null for what holds none. */
function mirrorFormulas(
  value: unknown,
  place: readonly (string | number)[],
  byPlace: ReadonlyMap<string, Formula>,
): unknown {
  if (typeof value === "number") return byPlace.get(JSON.stringify(place)) ?? null;
  if (typeof value !== "object" || value === null) return null;
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    return Array.from(value as ArrayLike<unknown>, (part, i) => mirrorFormulas(part, [...place, i], byPlace));
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, mirrorFormulas(part, [...place, key], byPlace)]),
  );
}

/** The type of a structure, with number for numbers and formulas; arguments may be any lists. */
function typeText(value: unknown, isArgument: boolean): string {
  if (isSymbolic(value)) return "number";
  if (value === null) return "null";
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    const parts = [...new Set(Array.from(value as ArrayLike<unknown>, (part) => typeText(part, isArgument)))];
    const element = parts.length === 0 ? "number" : parts.join(" | ");
    if (isArgument) return `ArrayLike<${element}>`;
    return parts.length > 1 ? `(${element})[]` : `${element}[]`;
  }
  if (typeof value !== "object") return typeof value;
  const fields = Object.entries(value).map(([key, part]) => `${keyText(key)}: ${typeText(part, isArgument)}`);
  return `{ ${fields.join("; ")} }`;
}
