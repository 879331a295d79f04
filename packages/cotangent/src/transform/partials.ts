/** Partial derivatives and their products with tangents or a cotangent (`elementals/products.ts`), as instructions. */
import { type Expression, type Interpretation, interpretExpression } from "../core/primitive.ts";
import { productsOf, type SignedProduct, signed, sumOf } from "../elementals/products.ts";
import type { BlockBuilder } from "../ir/build.ts";
import type { Value } from "../ir/types.ts";

function instructions(b: BlockBuilder): Interpretation<Value> {
  return { literal: (value) => b.constant(value), apply: (primitive, of, hint) => b.apply(primitive, of, hint) };
}

/** Emits `expression` over the given arguments and result. Throws RangeError if it reads a result that is not given. */
export function emitExpression(
  b: BlockBuilder,
  expression: Expression,
  args: readonly Value[],
  result: Value | undefined,
): Value {
  return interpretExpression(expression, instructions(b), args, result);
}

/** One value per direction, with the sign kept apart so that a sum can subtract. */
export type SignedTerm = SignedProduct<Value>;

/**
 * Emits `expression · factor` for each of `factors`, the expression once. `undefined` if the expression is the literal
 * zero. `hints` name the products.
 */
export function emitProducts(
  b: BlockBuilder,
  expression: Expression,
  args: readonly Value[],
  result: Value | undefined,
  factors: readonly Value[],
  hints: readonly (string | undefined)[] = [],
): SignedTerm | undefined {
  return productsOf(instructions(b), expression, args, result, factors, hints);
}

/** The values of a term with its sign applied. */
export function emitSigned(
  b: BlockBuilder,
  term: SignedTerm,
  hints: readonly (string | undefined)[] = [],
): readonly Value[] {
  return signed(instructions(b), term, hints);
}

/** Emits the sum of `terms` direction by direction; `undefined` if there are none. */
export function emitSum(
  b: BlockBuilder,
  terms: readonly SignedTerm[],
  hints: readonly (string | undefined)[] = [],
): readonly Value[] | undefined {
  return sumOf(instructions(b), terms, hints);
}
