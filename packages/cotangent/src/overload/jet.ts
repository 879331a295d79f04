/**
 * Taylor mode: a number and the coefficients of its Taylor series along a curve, to any order. What an operation makes of
 * them is the recurrence that its partials say (`elementals/series.ts`), here on reals.
 */
import type { Primitive } from "../core/primitive.ts";
import { select } from "../elementals/index.ts";
import { Expansion, type Series } from "../elementals/series.ts";
import { type Operation, operationOf } from "./operation.ts";
import { Level, type Real, refuse, Value } from "./value.ts";

type Term = Real | boolean;

const reals = {
  literal: (value: number): Term => value,
  apply: (primitive: Primitive, args: readonly Term[]): Term => {
    if (primitive === select) return (args[0] ? args[1] : args[2]) as Real;
    return operationOf(primitive).call(...(args as never[]));
  },
};

/** A level of series to a given order. */
export class Expanding extends Level {
  readonly order: number;
  constructor(order: number) {
    super();
    this.order = order;
  }

  combine(
    { primitive }: Operation,
    _active: readonly number[],
    args: readonly Real[],
    primals: readonly Real[],
    y: Real,
  ): Real {
    const expansion = new Expansion<Term>(reals, () => refuse("overload-bits", primitive.id));
    const given = new Map<Real, Series<Term>>();
    const series = args.map((x, i) => {
      const isOwn = x instanceof Jet && x.level === this;
      const known = isOwn ? given.get(x) : undefined;
      if (known) return known;
      const made = expansion.given(primals[i] as Real, isOwn ? x.coefficients : []);
      given.set(x, made);
      return made;
    });
    const expanded = expansion.applied(primitive, series, y);
    return new Jet(
      this,
      y,
      Array.from({ length: this.order }, (_, k) => expanded.at(k + 1) as Real | undefined),
    );
  }
}

/** A number with the coefficients of its series, from the first on; undefined where nothing moves it. */
export class Jet extends Value {
  readonly level: Expanding;
  readonly primal: Real;
  readonly coefficients: readonly (Real | undefined)[];
  constructor(level: Expanding, primal: Real, coefficients: readonly (Real | undefined)[]) {
    super();
    this.level = level;
    this.primal = primal;
    this.coefficients = coefficients;
  }
}
