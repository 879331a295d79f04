/**
 * What an elemental operation is: a value at numbers, one partial derivative per argument written in terms of other
 * primitives, and a spelling in TypeScript.
 *
 * A primitive is callable. Called with numbers it computes; called with an expression among its arguments it builds an
 * expression. So `partial: (x, y) => div(1, mul(2, y))` is written once and read as numbers, as duals, as a formula and
 * as IR: it is run once on placeholders, and what it returns is data (`Expression`). The free placeholders of that data
 * say what a reverse sweep needs: `y` and not `x` in this example (Griewank and Walther, Evaluating Derivatives, 2.2).
 */

/** A scalar formula over the arguments and the result of a primitive. */
export type Expression =
  | { readonly kind: "literal"; readonly value: number }
  | { readonly kind: "argument"; readonly index: number }
  | { readonly kind: "result" }
  | { readonly kind: "apply"; readonly primitive: Primitive; readonly args: readonly Expression[] };

/** What a primitive can be called with outside the IR: a number, a truth value, or a formula. */
export type Term = number | boolean | Expression;

/** The kinds of scalar that primitives take and give. `any` admits every kind (used by `===`). */
export type ScalarKind = "number" | "boolean" | "string" | "any";

/** How a primitive is written in TypeScript: read by the front end, written by the back end. */
export type Spelling =
  | {
      readonly kind: "infix";
      readonly operator: string;
      readonly precedence: number;
      readonly rightAssociative?: boolean;
    }
  | { readonly kind: "prefix"; readonly operator: string; readonly precedence: number }
  | { readonly kind: "call"; readonly callee: string }
  /** `a.name(b, …)`. */
  | { readonly kind: "method"; readonly name: string }
  /** `a.name`. */
  | { readonly kind: "property"; readonly name: string }
  /** `a[b]`. */
  | { readonly kind: "element" }
  | { readonly kind: "conditional" }
  /** A function exported by `cotangent/runtime` under this name. */
  | { readonly kind: "runtime"; readonly name: string };

/**
 * Where a primitive is defined, for sampling tests: per argument an interval (the last one repeats), and points that
 * deserve a hard look.
 */
export interface Domain {
  readonly intervals: readonly (readonly [number, number])[];
  readonly singular: readonly (readonly number[])[];
  /** What the derivative is at the singular points, in a sentence: printed in the docs. */
  readonly convention: string;
}

export interface Primitive {
  /** Calls the primal on numbers (booleans come back as booleans), or builds a formula. */
  (...args: Term[]): Term;
  /** Unique, in camelCase; also the mnemonic of the IR's text form. */
  readonly id: string;
  /** Number of arguments, or `"variadic"` for one or more. */
  readonly arity: number | "variadic";
  /** Kinds of the arguments; the last one repeats. */
  readonly takes: readonly ScalarKind[];
  readonly gives: "number" | "boolean" | "string";
  /** The value. Booleans are passed and returned as booleans. */
  readonly primal: (...args: never[]) => number | boolean | string;
  /**
   * It tells what its text is made of: its length, its parts, a number written in it. Of text that an active number was
   * written into that is refused, whatever becomes of the result.
   */
  readonly readsText: boolean;
  /**
   * The partial derivative with respect to argument `index` of a call with `arity` arguments. `undefined` where no
   * number flows (comparisons, a boolean argument); the literal 0 where the derivative is zero wherever it exists.
   */
  readonly partial: (index: number, arity: number) => Expression | undefined;
  /**
   * An argument that may be at a value about which the function is not defined, where the derivative by it is NaN: a whole
   * exponent of a negative base. Along a tangent that is zero there the function goes on, and nothing comes of the argument.
   */
  readonly isolated: number | undefined;
  readonly spelling: Spelling;
  /** Other spellings that mean the same: read by the front end, never written. */
  readonly aliases: readonly Spelling[];
  readonly domain: Domain | undefined;
  /** Price of one evaluation in multiplications, read by the choice between keeping and recomputing. */
  readonly cost: number;
}

/** A primitive from numbers to a number that says how many it takes: what `unary`, `binary` and `variadic` make. */
export type Elemental<Arity extends Primitive["arity"]> = Primitive & { readonly arity: Arity };

/** True if the derivative of `primitive` with respect to argument `index` is identically zero or does not exist. */
export function isFlat(primitive: Primitive, index: number, arity: number): boolean {
  const partial = primitive.partial(index, arity);
  return partial === undefined || (partial.kind === "literal" && partial.value === 0);
}

/** The placeholders (arguments by index, or the result) that occur in `expression`. */
export function placeholders(expression: Expression): { args: Set<number>; result: boolean } {
  const found = { args: new Set<number>(), result: false };
  const visit = (e: Expression): void => {
    switch (e.kind) {
      case "literal":
        return;
      case "argument":
        found.args.add(e.index);
        return;
      case "result":
        found.result = true;
        return;
      case "apply":
        e.args.forEach(visit);
        return;
      default:
        e satisfies never;
    }
  };
  visit(expression);
  return found;
}

/** How a formula is read in some domain: numbers, duals, IR, text. */
export interface Interpretation<T> {
  readonly literal: (value: number) => T;
  /** `hint` names the value, where the domain keeps names. */
  readonly apply: (primitive: Primitive, args: readonly T[], hint?: string) => T;
}

/**
 * Reads `expression` in a domain, with the domain's own values for the arguments and the result. A part that occurs
 * twice as the same object is read once.
 */
export function interpretExpression<T>(
  expression: Expression,
  domain: Interpretation<T>,
  args: readonly T[],
  result: T | undefined,
): T {
  const shared = new Map<Expression, T>();
  const read = (e: Expression): T => {
    switch (e.kind) {
      case "literal":
        return domain.literal(e.value);
      case "argument": {
        const value = args[e.index];
        if (value === undefined) throw new RangeError(`formula reads argument ${e.index} of ${args.length}`);
        return value;
      }
      case "result":
        if (result === undefined) throw new RangeError("formula reads a result that was not given");
        return result;
      case "apply": {
        const known = shared.get(e);
        if (known !== undefined) return known;
        const value = domain.apply(e.primitive, e.args.map(read));
        shared.set(e, value);
        return value;
      }
      default:
        return e satisfies never;
    }
  };
  return read(expression);
}
