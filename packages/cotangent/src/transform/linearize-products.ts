/**
 * Partials times tangents, in two sweeps: the first has the values that a partial is made of and records the partial, the
 * second multiplies.
 *
 *     y = sin(x)        slots[t] = cos(x)        dy = slots[at] * dx
 *
 * What the second sweep has at hand, or finds out for less than a record costs, is not recorded.
 */
import type { Expression } from "../core/primitive.ts";
import { mul, neg, select } from "../elementals/index.ts";
import type { BlockBuilder } from "../ir/build.ts";
import type { Value } from "../ir/types.ts";
import { choiceOf, emitWhereFlowing, nonzeroBranch } from "./flow.ts";
import type { ChosenTerm, TangentProduct } from "./forward-rules.ts";
import type { SweepPair } from "./linearize-tape.ts";
import { emitExpression, emitSigned } from "./partials.ts";

/** The values of the source, in either sweep. */
export interface RecordedValues {
  readonly pair: SweepPair;
  /** A value in the first sweep. */
  readonly primal: (value: Value) => Value;
  /** A number or truth value in the second sweep. */
  readonly scalar: (value: Value) => Value;
}

/** Emits the products into `b`, in the second sweep; `undefined` if the partial is the literal zero. */
export function emitRecordedProducts(
  values: RecordedValues,
  b: BlockBuilder,
  product: TangentProduct,
): ChosenTerm | undefined {
  const { partial, args, result, factors, hints } = product;
  if (product.flow) return emitRecorded(values, b, product);
  switch (partial.kind) {
    case "literal":
      if (partial.value === 0) return undefined;
      if (Math.abs(partial.value) === 1) return { negative: partial.value < 0, values: factors };
      break;
    case "argument":
      return emitScaled(b, values.scalar(args[partial.index] as Value), product);
    case "result":
      return emitScaled(b, values.scalar(result), product);
    case "apply": {
      if (partial.primitive === neg) {
        const inner = emitRecordedProducts(values, b, { ...product, partial: partial.args[0] as Expression });
        return inner && { ...inner, negative: !inner.negative };
      }
      if (partial.primitive !== select) break;
      const [test, whenTrue, whenFalse] = partial.args as [Expression, Expression, Expression];
      const { condition, value } = emitCondition(values, test, product);
      const branch = (e: Expression): readonly Value[] => {
        const term = emitRecordedProducts(values, b, { ...product, partial: e, hints: [] });
        return term ? emitSigned(b, term) : factors.map(() => b.constant(0));
      };
      const [yes, no] = [branch(whenTrue), branch(whenFalse)];
      const chosen = factors.map((_, d) => b.apply(select, [condition, yes[d] as Value, no[d] as Value], hints[d]));
      const is = nonzeroBranch(partial);
      return { negative: false, values: chosen, choice: is === undefined ? undefined : { value, is } };
    }
    default:
      partial satisfies never;
  }
  return emitRecorded(values, b, product);
}

/** The products with a partial that the first sweep records: as 0 where nothing flows. */
function emitRecorded({ pair, primal }: RecordedValues, b: BlockBuilder, product: TangentProduct): ChosenTerm {
  const { first } = pair;
  const { partial, args, result, flow } = product;
  const value = emitExpression(first, partial, args.map(primal), primal(result));
  const factor = pair.record(flow ? emitWhereFlowing(first, flow, value, value.hint) : value);
  return { ...emitScaled(b, factor, product), choice: choiceOf(first, partial, value) };
}

function emitScaled(b: BlockBuilder, factor: Value, { factors, hints }: TangentProduct): ChosenTerm {
  return { negative: false, values: factors.map((f, d) => b.apply(mul, [factor, f], hints[d])) };
}

/** A truth value that a partial reads: in the second sweep, and in the first. */
function emitCondition(
  { pair, primal, scalar }: RecordedValues,
  test: Expression,
  { args, result }: TangentProduct,
): { condition: Value; value: Value } {
  if (test.kind === "argument") {
    const of = args[test.index] as Value;
    return { condition: scalar(of), value: primal(of) };
  }
  const value = emitExpression(pair.first, test, args.map(primal), primal(result));
  return { condition: pair.recordFlag(value), value };
}
