// `cotangent/elemental`: elementals on values that carry their derivatives, by explicit calls. Everything here is made of
// the one table of elementals; a function has the name that it has there.

import type { Primitive } from "../core/primitive.ts";
import type * as table from "../elementals/index.ts";
import { primitives } from "../elementals/index.ts";
import { bundle, type Lifted, lift, pair } from "./lift.ts";
import { type WithPartials, withPartials } from "./partials.ts";

export type { LiftedBinary, LiftedUnary, LiftedVariadic } from "./lift.ts";
export type { PartialBinary, PartialUnary, PartialVariadic } from "./partials.ts";

/** A value and its derivative along one direction. */
export type Pair = [value: number, tangent: number];
/** A value, and after it its derivatives along any number of directions. */
export type Bundle = Float64Array;

type Table = typeof table;
type Elementals = { [K in keyof Table as WithPartials<Table[K]> extends never ? never : K]: Table[K] };
/** Every elemental of the table, on bundles kept in lists of one kind. */
type AllLifted<In, Out> = { readonly [K in keyof Elementals]: Lifted<Elementals[K], In, Out> };

function ofAll<T>(make: (primitive: Primitive) => unknown): T {
  const active = [...primitives.values()].filter(({ domain }) => domain !== undefined);
  return Object.freeze(Object.fromEntries(active.map((primitive) => [primitive.id, make(primitive)]))) as T;
}

/** Along one direction: `pairs.mul([2, 1], [5, 0])` is `[10, 5]`, and numbers are constants. */
export const pairs: AllLifted<number | Readonly<Pair>, Pair> = ofAll((primitive) => lift(primitive, pair));

/** Along many directions at once: lists of value and tangents, all of one length. Numbers are constants. */
export const bundles: AllLifted<number | Bundle, Bundle> = ofAll((primitive) => lift(primitive, bundle));

/** With the partial derivatives, for going backwards: `partials.mul(2, 5)` is `[10, 5, 2]`. */
export const partials: { readonly [K in keyof Elementals]: WithPartials<Elementals[K]> } = ofAll(withPartials);

/** These numbers as independent variables: bundles with a direction for each. */
export function variables<T extends readonly number[]>(...values: T): { [K in keyof T]: Bundle } {
  return values.map((value, i) => {
    const made = new Float64Array(values.length + 1);
    made[0] = value;
    made[i + 1] = 1;
    return made;
  }) as { [K in keyof T]: Bundle };
}
