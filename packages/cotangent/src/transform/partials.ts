/**
 * Partial derivatives as IR. A primitive's partial is data (`core/primitive`); here it is read as instructions, and its
 * product with tangents or a cotangent is formed: `dy = Σ ∂y/∂aᵢ · daᵢ`, `aᵢBar += ∂y/∂aᵢ · yBar` (Griewank and Walther,
 * 3.1 and 3.2). The products 1 · t, -1 · t, (1 / q) · t and select(c, p, q) · t are written as a person would write them;
 * a branch of `select` that is not taken therefore contributes nothing, whatever its factor.
 */
import { type Expression, interpretExpression } from "../core/primitive.ts";
import { add, div, mul, neg, select, sub } from "../elementals/index.ts";
import type { BlockBuilder } from "../ir/build.ts";
import type { Value } from "../ir/types.ts";

/** Emits `expression` over the given arguments and result. Throws RangeError if it reads a result that is not given. */
export function emitExpression(
  b: BlockBuilder,
  expression: Expression,
  args: readonly Value[],
  result: Value | undefined,
): Value {
  return interpretExpression<Value>(
    expression,
    { literal: (value) => b.constant(value), apply: (primitive, of) => b.apply(primitive, of) },
    args,
    result,
  );
}

/** One value per direction, with the sign kept apart so that a sum can subtract. */
export interface SignedTerm {
  readonly negative: boolean;
  readonly values: readonly Value[];
}

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
  if (expression.kind === "literal") {
    if (expression.value === 0) return undefined;
    if (expression.value === 1) return { negative: false, values: factors };
    if (expression.value === -1) return { negative: true, values: factors };
  }
  if (expression.kind === "apply") {
    const [first, second, third] = expression.args as [Expression, Expression, Expression];
    if (expression.primitive === neg) {
      const inner = emitProducts(b, first, args, result, factors);
      return inner && { negative: !inner.negative, values: inner.values };
    }
    if (
      expression.primitive === div &&
      first.kind === "literal" &&
      Math.abs(first.value) === 1 &&
      factors.length === 1
    ) {
      const divisor = emitExpression(b, second, args, result);
      return { negative: first.value < 0, values: factors.map((f, d) => b.apply(div, [f, divisor], hints[d])) };
    }
    if (expression.primitive === select) {
      const condition = emitExpression(b, first, args, result);
      const branch = (e: Expression): readonly Value[] => {
        const term = emitProducts(b, e, args, result, factors);
        return term ? emitSigned(b, term) : factors.map(() => b.constant(0));
      };
      const whenTrue = branch(second);
      const whenFalse = branch(third);
      const values = factors.map((_, d) =>
        b.apply(select, [condition, whenTrue[d] as Value, whenFalse[d] as Value], hints[d]),
      );
      return { negative: false, values };
    }
  }
  const partial = emitExpression(b, expression, args, result);
  return { negative: false, values: factors.map((f, d) => b.apply(mul, [partial, f], hints[d])) };
}

/** The values of a term with its sign applied. */
export function emitSigned(
  b: BlockBuilder,
  term: SignedTerm,
  hints: readonly (string | undefined)[] = [],
): readonly Value[] {
  return term.negative ? term.values.map((v, d) => b.apply(neg, [v], hints[d])) : term.values;
}

/** Emits the sum of `terms` direction by direction; `undefined` if there are none. */
export function emitSum(
  b: BlockBuilder,
  terms: readonly SignedTerm[],
  hints: readonly (string | undefined)[] = [],
): readonly Value[] | undefined {
  // A positive term first, so that the rest can be added to it or subtracted from it.
  const ordered = [...terms].sort((s, t) => Number(s.negative) - Number(t.negative));
  const [first, ...rest] = ordered;
  if (!first) return undefined;
  return rest.reduce<readonly Value[]>(
    (sum, term) => sum.map((v, d) => b.apply(term.negative ? sub : add, [v, term.values[d] as Value], hints[d])),
    emitSigned(b, first, rest.length === 0 ? hints : []),
  );
}
