/**
 * Overloading as an engine: `grad(f, { engine: overload })` and its like, for any function that is written with the
 * functions or methods of this package, or was rewritten to be. What is asked for decides what numbers become: duals for a
 * pushforward, places on a tape for a pullback, duals over a tape for the product with a Hessian, series for higher orders.
 */
import { isScalar } from "../core/scalar.ts";
import { partAt, partsOf } from "../core/tree.ts";
import type { Engine } from "../runtime/registry.ts";
import { Bundle, Direction, Directions, Dual } from "./dual.ts";
import { functions } from "./functions.ts";
import { Expanding, Jet } from "./jet.ts";
import { type Callable, type Finished, type Open, run, type Subject } from "./run.ts";
import { eachEntry, lift, readEntry } from "./structure.ts";
import { Tape, Traced } from "./tape.ts";
import { type Real, refuse, Value } from "./value.ts";

const zero = (): number => 0;

/** Whether the numbers of an argument are differentiated by. */
type IsActive = (position: number) => boolean;

/** A tangent or cotangent that stands at a place; 0 where there is none. */
function realAt(x: unknown): Real {
  return typeof x === "number" || x instanceof Value ? x : 0;
}

function openTape(args: unknown[], isActive: IsActive): Open<Tape> {
  // Asked once, and not for each number.
  const active = args.map((_, i) => isActive(i));
  return (isApart) => {
    const level = new Tape();
    const ofOne = (x: Real, i: number): Real => (active[i] ? level.input(x) : x);
    const ofList = (numbers: ArrayLike<number>, i: number): Real[] =>
      active[i] ? level.inputs(numbers) : Array.from(numbers);
    return { level, lifted: lift(args, Object.assign(ofOne, { ofList }), undefined, isApart) };
  };
}

/** Each number that `tangents` move as a dual. */
function openDirection(args: unknown[], tangents: unknown): Open<Direction> {
  return (isApart) => {
    const level = new Direction();
    const leaf = (x: Real, _: number, v: unknown): Real => (realAt(v) === 0 ? x : new Dual(level, x, realAt(v)));
    return { level, lifted: lift(args, leaf, tangents, isApart) };
  };
}

function jvp(of: Subject, primals: unknown[], tangents: unknown): [unknown, unknown] {
  const { value, derivative } = run(of, primals, openDirection(primals, tangents));
  return [value, derivative((x) => (x as Dual).tangent, zero)];
}

/** The tangents of the result along several directions at once, in a list. */
function pushforwards(of: Subject, primals: unknown[], directions: readonly unknown[]): unknown[] {
  const open: Open<Directions> = (isApart) => {
    const level = new Directions(directions.length);
    const leaf = (x: Real, _: number, at: unknown): Real => {
      const along = at as readonly unknown[];
      if (along.every((v) => realAt(v) === 0)) return x;
      const tangents = along.map((v) => (realAt(v) === 0 ? undefined : realAt(v)));
      return new Bundle(level, x, tangents);
    };
    return { level, lifted: lift(primals, leaf, transpose(primals, directions), isApart) };
  };
  const { derivative } = run(of, primals, open);
  return directions.map((_, k) => derivative((x) => (x as Bundle).tangents[k] ?? 0, zero));
}

/** The structure of `like`, with a list of what the `structures` have at each number. */
function transpose(like: unknown, structures: readonly unknown[]): unknown {
  if (typeof like === "number" || like instanceof Value) return structures;
  if (typeof like !== "object" || like === null) return undefined;
  const parts = partsOf(like).map(([key, part]): [unknown, unknown] => [
    key,
    transpose(
      part,
      structures.map((s) => partAt(s, key)),
    ),
  ]);
  return like instanceof Map ? new Map(parts) : Object.fromEntries(parts);
}

/** Where a result stands on a tape, which is then kept: its structure with numbers that are places in a list, from 1; 0 for constants. */
interface Placed {
  readonly shape: unknown;
  readonly places: readonly Traced[];
}

function placed({ level, derivative }: Finished<Tape>): Placed {
  const places: Traced[] = [];
  const shape = derivative((x) => places.push(x as Traced), zero);
  level.keep();
  return { shape, places };
}

type Linear = (along: unknown) => unknown;

function vjp(of: Subject, primals: unknown[], isActive: IsActive): [unknown, Linear] {
  const finished = run(of, primals, openTape(primals, isActive));
  const { level, value, lifted } = finished;
  // Now, since the caller may do anything to the result.
  const { shape, places } = placed(finished);
  return [
    value,
    (cotangent) => {
      const seeds: [Traced, Real][] = [];
      eachEntry(shape, cotangent, (place, w) => {
        if (place !== 0) seeds.push([places[(place as number) - 1] as Traced, realAt(w)]);
      });
      const found = level.pull(seeds);
      return readEntry(lifted.entry, (x) => (isAt(x, level) ? found(x) : 0));
    },
  ];
}

/** The value and the gradients of a call whose result is a number: the tape is gone when they are there. */
function gradients(of: Subject, args: unknown[], isActive: IsActive): [unknown, unknown] {
  const { level, value, lifted, derivative } = run(of, args, openTape(args, isActive));
  if (!isScalar(value)) refuse("result-not-scalar", `\`${of.f.name}\``);
  const result = derivative(
    (x) => x,
    () => undefined,
  ) as Traced | undefined;
  const gradient = readEntry(lifted.entry, result ? level.pullOne(result) : zero);
  if (level.isFlat) level.release();
  return [value, gradient];
}

function isAt(x: Real, level: Tape): x is Traced {
  return x instanceof Traced && x.level === level;
}

function linearize(of: Subject, primals: unknown[], isActive: IsActive): [unknown, Linear] {
  const finished = run(of, primals, openTape(primals, isActive));
  const { level, value, lifted } = finished;
  const { shape, places } = placed(finished);
  return [
    value,
    (tangents) => {
      const seeds: [Traced, Real][] = [];
      eachEntry(lifted.entry, tangents, (x, v) => {
        if (isAt(x, level)) seeds.push([x, realAt(v)]);
      });
      const found = level.push(seeds);
      return readEntry(shape, (place) => (place === 0 ? 0 : found(places[(place as number) - 1] as Traced)));
    },
  ];
}

/** A direction whose tangents are on a tape outside of it. */
class Slope extends Direction {
  readonly tape: Tape;
  constructor(tape: Tape) {
    super();
    this.tape = tape;
  }
}

/** The product with the Hessian: the derivative along `tangents`, differentiated by all arguments on a tape. */
function hessianProduct(of: Subject, primals: unknown[], tangents: unknown, isActive: IsActive): unknown {
  const open: Open<Slope> = (isApart) => {
    // Opened first, and so outside of the direction.
    const tape = new Tape();
    const level = new Slope(tape);
    const leaf = (x: Real, i: number, v: unknown): Real => {
      if (!isActive(i)) return x;
      const traced = tape.input(x);
      return realAt(v) === 0 ? traced : new Dual(level, traced, realAt(v));
    };
    return { level, lifted: lift(primals, leaf, tangents, isApart) };
  };
  const { level, lifted, value, derivative } = run(of, primals, open);
  if (!isScalar(value)) refuse("result-not-scalar", `\`${of.f.name}\``);
  const { tape } = level;
  const slope = derivative((x) => (x as Dual).tangent, zero) as Real;
  const found = tape.pull(isAt(slope, tape) ? [[slope, 1]] : []);
  tape.close();
  return readEntry(lifted.entry, (x) => {
    const place = x instanceof Dual && x.level === level ? x.primal : x;
    return isAt(place, tape) ? found(place) : 0;
  });
}

/** The result of a call in which the number that is argument `position` is the variable of series. */
function expand(of: Subject, args: unknown[], position: number, order: number): Finished<Expanding> {
  const first = [1, ...new Array<undefined>(order - 1).fill(undefined)];
  const open: Open<Expanding> = (isApart) => {
    const level = new Expanding(order);
    const leaf = (x: Real, i: number): Real => (i === position ? new Jet(level, x, first) : x);
    return { level, lifted: lift(args, leaf, undefined, isApart) };
  };
  return run(of, args, open);
}

/** The derivative of order `order`, with the structure of the result. */
function derivative(of: Subject, args: unknown[], position: number, order: number): unknown {
  let factorial = 1;
  for (let k = 2; k <= order; k++) factorial *= k;
  const at = (x: Value): Real => functions.mul(factorial, (x as Jet).coefficients[order - 1] ?? 0);
  return expand(of, args, position, order).derivative(at, zero);
}

/** The coefficients from the zeroth on, a list at each number of the result. */
function taylor(of: Subject, args: unknown[], position: number, order: number): unknown {
  const list = (x: Real, coefficients: readonly (Real | undefined)[]): Real[] => [
    x,
    ...Array.from({ length: order }, (_, k) => coefficients[k] ?? 0),
  ];
  return expand(of, args, position, order).derivative(
    (x) => list(x.primal, (x as Jet).coefficients),
    (x) => list(x, []),
  );
}

/** How functions are run. */
export interface OverloadOptions {
  /**
   * A function also runs on plain numbers, and is refused if it gives something else there (`overload-differs`): what
   * JavaScript does not let be overloaded is seen by nobody. True by default. Without, the derivative is that of the way
   * that values take, so leave it out only where comparisons, conditions and `typeof` are calls of this package.
   */
  readonly check?: boolean;
}

/** Derivatives by overloading, of functions of `cotangent/overload`, and of functions rewritten to call them. */
export const makeOverload = ({ check = true }: OverloadOptions = {}): Engine => ({
  name: "overload",
  derivativesOf: (f: Callable, argnums?: readonly number[]) => {
    const of: Subject = { f, isChecked: check };
    const isActive: IsActive = (i) => argnums === undefined || argnums.includes(i);
    return {
      gradients: (...args: unknown[]) => gradients(of, args, isActive),
      jvp: (primals: unknown[], tangents: unknown) => jvp(of, primals, tangents),
      vjp: (...primals: unknown[]) => vjp(of, primals, isActive),
      linearize: (...primals: unknown[]) => linearize(of, primals, isActive),
      pushforwards: (primals: unknown[], tangents: readonly unknown[]) => pushforwards(of, primals, tangents),
      hessianProduct: (primals: unknown[], tangents: unknown) => hessianProduct(of, primals, tangents, isActive),
      derivative: (args: unknown[], position: number, order: number) => derivative(of, args, position, order),
      taylor: (args: unknown[], position: number, order: number) => taylor(of, args, position, order),
    };
  },
});

/** Overloading with every option at its default. */
export const overload: Engine = makeOverload();
