/**
 * Forward mode: a number and its derivative along a direction, or along several at once.
 *
 *     (x, dx) · (y, dy) = (x y, x dy + y dx)
 *
 * (Griewank and Walther, 3.1.) Tangents are reals, so that they may be values of a level outside.
 */
import { add, mul } from "../elementals/index.ts";
import { type Operation, operationOf } from "./operation.ts";
import { Level, type Real, Value } from "./value.ts";

const plus = operationOf(add);
const times = operationOf(mul);

/** a b, where a partial that is 1 costs nothing. */
function scale(partial: Real, tangent: Real): Real {
  return partial === 1 ? tangent : times.call(partial, tangent);
}

/** A level of one direction. */
export class Direction extends Level {
  combine(
    operation: Operation,
    active: readonly number[],
    args: readonly Real[],
    primals: readonly Real[],
    y: Real,
  ): Real {
    let tangent: Real | undefined;
    for (const i of active) {
      const term = scale(operation.partial(i, primals, y) as Real, (args[i] as Dual).tangent);
      tangent = tangent === undefined ? term : plus.call(tangent, term);
    }
    return new Dual(this, y, tangent as Real);
  }
}

/** A number with its derivative along one direction. */
export class Dual extends Value {
  readonly level: Direction;
  readonly primal: Real;
  readonly tangent: Real;
  constructor(level: Direction, primal: Real, tangent: Real) {
    super();
    this.level = level;
    this.primal = primal;
    this.tangent = tangent;
  }
}

/** A level of several directions. */
export class Directions extends Level {
  readonly count: number;
  constructor(count: number) {
    super();
    this.count = count;
  }

  combine(
    operation: Operation,
    active: readonly number[],
    args: readonly Real[],
    primals: readonly Real[],
    y: Real,
  ): Real {
    const tangents = new Array<Real | undefined>(this.count).fill(undefined);
    for (const i of active) {
      const partial = operation.partial(i, primals, y) as Real;
      (args[i] as Bundle).tangents.forEach((tangent, k) => {
        if (tangent === undefined) return;
        const [term, old] = [scale(partial, tangent), tangents[k]];
        tangents[k] = old === undefined ? term : plus.call(old, term);
      });
    }
    return new Bundle(this, y, tangents);
  }
}

/**
 * A number with its derivatives along the directions of its level; undefined along those that do not move it, which select
 * nothing, also not an infinite partial.
 */
export class Bundle extends Value {
  readonly level: Directions;
  readonly primal: Real;
  readonly tangents: readonly (Real | undefined)[];
  constructor(level: Directions, primal: Real, tangents: readonly (Real | undefined)[]) {
    super();
    this.level = level;
    this.primal = primal;
    this.tangents = tangents;
  }
}
