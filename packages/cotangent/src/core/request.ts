/**
 * What a verb asks of the compiler: `grad(f, { argnums: [0, 2] })` is data here, so that every route (command line, hook,
 * plugin, a verb inside a program) asks in the same words.
 */

/** The verbs that take a function and give its derivative as a function of its own; programs may ask for them inside. */
export const operatorsInside = [
  "grad",
  "valueAndGrad",
  "jvp",
  "vjp",
  "linearize",
  "jacobian",
  "hessian",
  "hvp",
  "derivative",
  "taylor",
] as const;

/** All verbs that take a function and give its derivative. */
export const operatorNames = [...operatorsInside, "gradInto", "valueAndGradInto"] as const;

export type Operator = "value" | (typeof operatorNames)[number];

/**
 * Where reverse mode keeps what its reverse sweep needs: on tapes that a function and all that it calls share, or in
 * arrays and records that belong to the call and that its pullback closes over. The derivatives are the same.
 */
export type Strategy = "tape" | "closure";
export const strategies: readonly Strategy[] = ["tape", "closure"];

/** Which sweep computes a derivative; `auto` decides by the numbers of inputs and outputs. */
export type Mode = "auto" | "forward" | "reverse";
export const modes: readonly Mode[] = ["auto", "forward", "reverse"];

export interface OperatorRequest {
  readonly operator: Operator;
  /** A number selects an argument and gives a bare structure, a list a tuple. Default: all for maps, else the first. */
  readonly argnums?: number | readonly number[] | undefined;
  /** Of `grad` and `valueAndGrad`: what the function captures, by name, instead of arguments. Gives an object. */
  readonly captures?: readonly string[] | undefined;
  readonly mode?: Mode | undefined;
  /** On tapes by default. */
  readonly strategy?: Strategy | undefined;
  /** What is differentiated: the result, and the final contents of arguments, as a tuple. Default: the result, bare. */
  readonly outputs?: readonly ("result" | number)[] | undefined;
  /** The function returns [value, aux]; only the value is differentiated. */
  readonly hasAux?: boolean | undefined;
  /** How many of the last parameters hold what the function captures: they are never selected. */
  readonly captured?: number | undefined;
  /** The derivative ends at the first number that is not finite, with its place in the program. */
  readonly checkFinite?: boolean | undefined;
  /** Of `derivative` and `taylor`: the highest derivative, 1 by default. */
  readonly order?: number | undefined;
  /** The derivative is itself differentiated. */
  readonly again?: boolean | undefined;
}

const optionNames: ReadonlySet<string> = new Set<keyof OperatorRequest>([
  "argnums",
  "captures",
  "mode",
  "strategy",
  "outputs",
  "hasAux",
  "order",
  "checkFinite",
]);
const built: Readonly<Record<string, unknown>> = { backend: "js", engine: "source" };

/** The request that a verb's options are. `notTaken` gets a sentence's subject: an option that does not exist, or is not built. */
export function requestOf(operator: Operator, options: object, notTaken: (what: string) => never): OperatorRequest {
  const taken = Object.entries(options).filter(([name, value]) => {
    if (optionNames.has(name)) return value !== undefined;
    if (value === undefined || built[name] === value) return false;
    return notTaken(`the option \`${name}\` of \`${operator}\`: ${JSON.stringify(value)}`);
  });
  return { operator, ...Object.fromEntries(taken) };
}
