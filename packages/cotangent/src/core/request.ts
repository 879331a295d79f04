/**
 * What a verb asks of the compiler: `grad(f, { argnums: [0, 2] })` is data here, so that every route (command line, hook,
 * plugin, a verb inside a program) asks in the same words.
 */

export type Operator =
  | "value"
  | "grad"
  | "valueAndGrad"
  | "jvp"
  | "vjp"
  | "linearize"
  | "jacobian"
  | "hessian"
  | "hvp"
  | "derivative"
  | "taylor"
  | "gradInto"
  | "valueAndGradInto";

/**
 * Where reverse mode keeps what its reverse sweep needs: on tapes that a function and all that it calls share, or in
 * arrays and records that belong to the call and that its pullback closes over. The derivatives are the same.
 */
export type Strategy = "tape" | "closure";
export const strategies: readonly Strategy[] = ["tape", "closure"];

export interface OperatorRequest {
  readonly operator: Operator;
  /** A number selects an argument and gives a bare structure, a list a tuple. Default: all for maps, else the first. */
  readonly argnums?: number | readonly number[] | undefined;
  readonly mode?: "auto" | "forward" | "reverse" | undefined;
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
