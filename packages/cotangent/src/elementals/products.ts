/**
 * Products of a primitive's partials with tangents or a cotangent, read in any domain: as instructions, as the text of a
 * function, as numbers,
 *
 *     dy = Σ ∂y/∂aᵢ · daᵢ,      aᵢBar += ∂y/∂aᵢ · yBar      (Griewank and Walther, 3.1 and 3.2).
 *
 * The products 1 · t, -1 · t, (1 / q) · t and select(c, p, q) · t are formed as a person would form them; a branch of
 * `select` that is not taken therefore contributes nothing, whatever its factor.
 */
import { type Expression, type Interpretation, interpretExpression } from "../core/primitive.ts";
import { add, div, mul, neg, select, sub } from "./arithmetic.ts";

/** One value per direction, with the sign kept apart so that a sum can subtract. */
export interface SignedProduct<T> {
  readonly negative: boolean;
  readonly values: readonly T[];
}

/** Names for the values of each direction, where the domain keeps names. */
type Hints = readonly (string | undefined)[];

/**
 * `expression · factor` for each of `factors`, the expression once. `undefined` if the expression is the literal zero.
 * `hints` name the products. Throws RangeError if a result is read that is not given.
 */
export function productsOf<T>(
  domain: Interpretation<T>,
  expression: Expression,
  args: readonly T[],
  result: T | undefined,
  factors: readonly T[],
  hints: Hints = [],
): SignedProduct<T> | undefined {
  if (expression.kind === "literal") {
    if (expression.value === 0) return undefined;
    if (expression.value === 1) return { negative: false, values: factors };
    if (expression.value === -1) return { negative: true, values: factors };
  }
  if (expression.kind === "apply") {
    const [first, second, third] = expression.args as [Expression, Expression, Expression];
    if (expression.primitive === neg) {
      const inner = productsOf(domain, first, args, result, factors);
      return inner && { negative: !inner.negative, values: inner.values };
    }
    if (
      expression.primitive === div &&
      first.kind === "literal" &&
      Math.abs(first.value) === 1 &&
      factors.length === 1
    ) {
      const divisor = interpretExpression(second, domain, args, result);
      return { negative: first.value < 0, values: factors.map((f, d) => domain.apply(div, [f, divisor], hints[d])) };
    }
    if (expression.primitive === select) {
      const condition = interpretExpression(first, domain, args, result);
      const branch = (e: Expression): readonly T[] => {
        const product = productsOf(domain, e, args, result, factors);
        return product ? signed(domain, product) : factors.map(() => domain.literal(0));
      };
      const whenTrue = branch(second);
      const whenFalse = branch(third);
      const values = factors.map((_, d) =>
        domain.apply(select, [condition, whenTrue[d] as T, whenFalse[d] as T], hints[d]),
      );
      return { negative: false, values };
    }
  }
  const partial = interpretExpression(expression, domain, args, result);
  return { negative: false, values: factors.map((f, d) => domain.apply(mul, [partial, f], hints[d])) };
}

/** The values of a product with its sign applied. */
export function signed<T>(domain: Interpretation<T>, product: SignedProduct<T>, hints: Hints = []): readonly T[] {
  return product.negative ? product.values.map((v, d) => domain.apply(neg, [v], hints[d])) : product.values;
}

/** The sum of `products` direction by direction; `undefined` if there are none. */
export function sumOf<T>(
  domain: Interpretation<T>,
  products: readonly SignedProduct<T>[],
  hints: Hints = [],
): readonly T[] | undefined {
  // A positive one first, so that the rest can be added to it or subtracted from it.
  const ordered = [...products].sort((s, t) => Number(s.negative) - Number(t.negative));
  const [first, ...rest] = ordered;
  if (!first) return undefined;
  return rest.reduce<readonly T[]>(
    (sum, product) =>
      sum.map((v, d) => domain.apply(product.negative ? sub : add, [v, product.values[d] as T], hints[d])),
    signed(domain, first, rest.length === 0 ? hints : []),
  );
}
