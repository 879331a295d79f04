/**
 * Taylor arithmetic as IR: the coefficients of the result of an elemental from those of its arguments, by the recurrences
 * of `elementals/series.ts`, written out as instructions.
 */
import type { Primitive } from "../core/primitive.ts";
import { type Coefficient, Expansion, type Series } from "../elementals/series.ts";
import type { BlockBuilder } from "../ir/build.ts";
import type { Value } from "../ir/types.ts";

/** An argument of an elemental: its value, and its coefficients from the first on; none if it is constant. */
export interface Expanded {
  readonly value: Value;
  readonly coefficients: readonly Coefficient<Value>[];
}

/** Emits the coefficients, from the first to the `order`-th, of `result`, which is `primitive` of `args`. */
export function emitCoefficients(
  b: BlockBuilder,
  primitive: Primitive,
  args: readonly Expanded[],
  result: Value,
  order: number,
  refuse: () => never,
): readonly Coefficient<Value>[] {
  const expansion = new Expansion<Value>(
    { literal: (value) => b.constant(value), apply: (of, operands) => b.apply(of, operands) },
    refuse,
  );
  const given = new Map<Value, Series<Value>>();
  const series = args.map(({ value, coefficients }) => {
    const known = given.get(value) ?? expansion.given(value, coefficients);
    given.set(value, known);
    return known;
  });
  const y = expansion.applied(primitive, series, result);
  return Array.from({ length: order }, (_, k) => y.at(k + 1));
}
