/**
 * Reverse mode: operations are recorded as they happen, each by at most two places on the tape that it was computed from
 * and the partial derivatives by them, in flat arrays that grow.
 *
 *     x̄_parent += ȳ · ∂y/∂x_parent        from the last operation to the first
 *
 * (Griewank and Walther, 3.2; the extended Jacobian of 2.1, row by row.) An operation of more arguments is a sum of such
 * rows. Place 0 stands for all constants: what is added there nobody reads, so that the sweep has no case for them. The
 * same rows from first to last give the pushforward. Where partials are values of a level outside, they are kept beside.
 */
import { add, mul } from "../elementals/index.ts";
import { type Operation, operationOf } from "./operation.ts";
import { Level, type Real, refuse, Value } from "./value.ts";

const plus = operationOf(add);
const times = operationOf(mul);

/** What a pass over a tape is begun with: reals by the value that they belong to. */
export type Seeds = readonly (readonly [of: Traced, seed: Real])[];

/** What a pass gives at a place. */
export type Found = (of: Traced) => Real;

const start = 256;

/** A level whose operations are recorded. */
export class Tape extends Level {
  #length = 1;
  #capacity = start;
  #parents = new Int32Array(2 * start);
  #partials = new Float64Array(2 * start);
  /** Partials that are no plain numbers, by their place in `#partials`. */
  readonly #overloaded = new Map<number, Value>();

  /** How many operations and inputs are on the tape. */
  get length(): number {
    return this.#length - 1;
  }

  override close(): void {
    super.close();
    // The next operation finds no room, and then why.
    this.#capacity = this.#length;
  }

  #next(): number {
    const at = this.#length;
    if (at === this.#capacity) this.#grow();
    this.#length = at + 1;
    return at;
  }

  #grow(): void {
    if (!this.isOpen) refuse("overload-outlived");
    this.#capacity *= 2;
    const [parents, partials] = [this.#parents, this.#partials];
    this.#parents = new Int32Array(2 * this.#capacity);
    this.#partials = new Float64Array(2 * this.#capacity);
    this.#parents.set(parents);
    this.#partials.set(partials);
  }

  /** A value that is computed of nothing on the tape. */
  input(primal: Real): Traced {
    return new Traced(this, primal, this.#next());
  }

  /** Records a value computed of one on the tape. */
  record(primal: Real, parent: number, partial: number): Traced {
    const at = this.#next();
    this.#parents[2 * at] = parent;
    this.#partials[2 * at] = partial;
    return new Traced(this, primal, at);
  }

  /** Records a value computed of two. */
  recordPair(primal: Real, parent: number, partial: number, other: number, partialByOther: number): Traced {
    const at = this.#next();
    this.#parents[2 * at] = parent;
    this.#partials[2 * at] = partial;
    this.#parents[2 * at + 1] = other;
    this.#partials[2 * at + 1] = partialByOther;
    return new Traced(this, primal, at);
  }

  combine(
    operation: Operation,
    active: readonly number[],
    args: readonly Real[],
    primals: readonly Real[],
    y: Real,
  ): Real {
    const terms = [...active];
    let row: Traced | undefined;
    while (terms.length > 0) {
      const at = this.#next();
      for (const slot of [2 * at, 2 * at + 1]) {
        // The sum so far is a term like any other.
        const i = row ? undefined : terms.shift();
        if (row) this.#set(slot, row.index, 1);
        else if (i !== undefined) this.#set(slot, (args[i] as Traced).index, operation.partial(i, primals, y) as Real);
        row = undefined;
      }
      row = new Traced(this, y, at);
    }
    return row as Traced;
  }

  #set(slot: number, parent: number, partial: Real): void {
    this.#parents[slot] = parent;
    this.#partials[slot] = typeof partial === "number" ? partial : Number.NaN;
    if (typeof partial !== "number") this.#overloaded.set(slot, partial);
  }

  /**
   * The cotangents of everything on the tape from those of some values. What a seed does not lead to has 0, also through
   * infinite partials; a seed of 0 leads nowhere.
   */
  pull(seeds: Seeds): Found {
    const numbers = seeds.filter(([, seed]) => seed !== 0);
    const isFlat = this.#overloaded.size === 0 && numbers.every(([, seed]) => typeof seed === "number");
    return isFlat ? this.#pullFlat(numbers as never) : this.#pullReals(numbers);
  }

  #pullFlat(seeds: readonly (readonly [Traced, number])[]): Found {
    const [parents, partials] = [this.#parents, this.#partials];
    let last = 0;
    for (const [{ index }] of seeds) if (index > last) last = index;
    const cotangents = new Float64Array(last + 1);
    const isReached = new Uint8Array(last + 1);
    for (const [{ index }, seed] of seeds) {
      cotangents[index]! += seed;
      isReached[index] = 1;
    }
    for (let at = last; at > 0; at--) {
      if (isReached[at] === 0) continue;
      const cotangent = cotangents[at] as number;
      const first = parents[2 * at] as number;
      cotangents[first]! += cotangent * (partials[2 * at] as number);
      isReached[first] = 1;
      const second = parents[2 * at + 1] as number;
      cotangents[second]! += cotangent * (partials[2 * at + 1] as number);
      isReached[second] = 1;
    }
    return ({ index }) => cotangents[index] ?? 0;
  }

  #pullReals(seeds: Seeds): Found {
    const cotangents: (Real | undefined)[] = [];
    const accumulate = (at: number, term: Real): void => {
      const old = cotangents[at];
      cotangents[at] = old === undefined ? term : plus.call(old, term);
    };
    let last = 0;
    for (const [{ index }, seed] of seeds) {
      accumulate(index, seed);
      last = Math.max(last, index);
    }
    for (let at = last; at > 0; at--) {
      const cotangent = cotangents[at];
      if (cotangent === undefined) continue;
      for (const slot of [2 * at, 2 * at + 1]) {
        const parent = this.#parents[slot] as number;
        if (parent > 0) accumulate(parent, this.#scale(slot, cotangent));
      }
    }
    return ({ index }) => cotangents[index] ?? 0;
  }

  /** The tangents of everything on the tape from those of its inputs. An input without a seed does not move. */
  push(seeds: Seeds): Found {
    const tangents = new Array<Real | undefined>(this.#length);
    for (const [{ index }, seed] of seeds) if (seed !== 0) tangents[index] = seed;
    for (let at = 1; at < this.#length; at++) {
      for (const slot of [2 * at, 2 * at + 1]) {
        const tangent = tangents[this.#parents[slot] as number];
        if (tangent === undefined) continue;
        const [term, old] = [this.#scale(slot, tangent), tangents[at]];
        tangents[at] = old === undefined ? term : plus.call(old, term);
      }
    }
    return ({ index }) => tangents[index] ?? 0;
  }

  #scale(slot: number, by: Real): Real {
    return times.call(this.#overloaded.get(slot) ?? (this.#partials[slot] as number), by);
  }
}

/** A number that stands at a place of a tape. */
export class Traced extends Value {
  readonly level: Tape;
  readonly primal: Real;
  readonly index: number;
  constructor(level: Tape, primal: Real, index: number) {
    super();
    this.level = level;
    this.primal = primal;
    this.index = index;
  }
}
