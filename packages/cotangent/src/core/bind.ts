/**
 * What calling a primitive means. All arguments known: its value. A formula among them: a larger formula, lightly folded
 * (known parts are computed, neutral elements vanish). A definition's `partial` is such a call on placeholders.
 */
import type { Expression, Primitive, Term } from "./primitive.ts";

/** Anything that an instruction's operand can be when it is known: what primals take. */
export type Scalar = number | boolean | string | undefined | null;

/** The value of `primitive` at known arguments of the kinds it takes. */
export function valueAt(primitive: Pick<Primitive, "primal">, args: readonly Scalar[]): number | boolean | string {
  return (primitive.primal as (...args: readonly Scalar[]) => number | boolean | string)(...args);
}

/** The same of a primitive that formulas hold. Throws TypeError if it gives text, which none does. */
export function evaluate(primitive: Pick<Primitive, "primal">, args: readonly Scalar[]): number | boolean {
  const value = valueAt(primitive, args);
  if (typeof value === "string") throw new TypeError("a formula holds no text");
  return value;
}

/** The placeholder for argument `index`. */
export function argument(index: number): Expression {
  return { kind: "argument", index };
}

/** The placeholder for the result. */
export const result: Expression = { kind: "result" };

/** `term` as data. Throws TypeError for a truth value, which no formula holds. */
export function toExpression(term: Term): Expression {
  if (typeof term === "number") return { kind: "literal", value: term };
  if (typeof term === "boolean") throw new TypeError("a formula holds no truth value; choose with `select` instead");
  return term;
}

/** True for the number `value` and for the literal that holds it; 0 and -0 differ. */
export function isLiteral(term: Term, value: number): boolean {
  return Object.is(typeof term === "object" && term.kind === "literal" ? term.value : term, value);
}

/** Rewrites a call before it becomes a formula, or declines. */
export type Fold = (args: readonly Term[]) => Term | undefined;

/**
 * Calls `primitive`: its value if every argument is known, else the formula that `fold` gives, else the application.
 * Throws RangeError for a wrong number of arguments.
 */
export function bind(primitive: Primitive, args: readonly Term[], fold?: Fold): Term {
  const { arity } = primitive;
  if (arity === "variadic" ? args.length === 0 : args.length !== arity) {
    throw new RangeError(
      `${primitive.id} takes ${arity === "variadic" ? "at least one" : arity} arguments, got ${args.length}`,
    );
  }
  const known: Scalar[] = [];
  for (const arg of args) {
    if (typeof arg !== "object") known.push(arg);
    else if (arg.kind === "literal" && primitive.gives === "number") known.push(arg.value);
  }
  if (known.length === args.length) return evaluate(primitive, known);
  return fold?.(args) ?? { kind: "apply", primitive, args: args.map(toExpression) };
}
