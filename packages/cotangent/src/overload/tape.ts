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
import type { ReadReal } from "./structure.ts";
import { Level, type Real, refuse, Value } from "./value.ts";

const plus = operationOf(add);
const times = operationOf(mul);

/** What a pass over a tape is begun with: reals by the value that they belong to. */
export type Seeds = readonly (readonly [of: Traced, seed: Real])[];

/** What a pass gives at a place. */
export type Found = (of: Traced) => Real;

/** Room for what is recorded: arrays that a tape takes, and gives back when nobody can ask for it any more. */
class Room {
  readonly capacity: number;
  readonly parents: Int32Array;
  readonly partials: Float64Array;
  readonly primals: Float64Array;
  readonly cotangents: Float64Array;
  readonly isReached: Uint8Array;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.parents = new Int32Array(2 * capacity);
    this.partials = new Float64Array(2 * capacity);
    this.primals = new Float64Array(capacity);
    this.cotangents = new Float64Array(capacity);
    this.isReached = new Uint8Array(capacity);
  }
}

const start = 256;
/** Rooms that were given back: few, since calls are rarely one inside the other, and none so large that it is a burden. */
const spare: Room[] = [];
const mostSpare = 4;
const largestSpare = 1 << 20;

/** The room of tapes that have given theirs back. */
const none = new Room(0);

/** A level whose operations are recorded. */
export class Tape extends Level {
  #room: Room;
  /** The places taken. All that code made from text reads and writes is public: the arrays are those of the room. */
  length = 1;
  capacity: number;
  parents: Int32Array;
  partials: Float64Array;
  primals: Float64Array;
  /** All primals and partials are plain numbers. */
  isFlat = true;
  /** Partials that are no plain numbers, by their place in `partials`, and primals by their index. */
  readonly #overloaded = new Map<number, Value>();
  readonly #overloadedPrimals = new Map<number, Value>();

  constructor() {
    super();
    const room = spare.pop() ?? new Room(start);
    this.#room = room;
    this.capacity = room.capacity;
    this.parents = room.parents;
    this.partials = room.partials;
    this.primals = room.primals;
  }

  override close(): void {
    super.close();
    // The next operation finds no room, and then why.
    this.capacity = this.length;
  }

  /** Gives the room back. Nothing is asked of a closed tape after that, and its values have no numbers any more. */
  release(): void {
    if (spare.length < mostSpare && this.#room.capacity <= largestSpare) spare.push(this.#room);
    this.#take(none);
    this.capacity = this.length;
  }

  /** Gives the room back but for what passes need, which is kept as tight as it is. */
  keep(): void {
    if (!this.isFlat) return;
    const [parents, partials] = [this.parents.slice(0, 2 * this.length), this.partials.slice(0, 2 * this.length)];
    this.release();
    this.parents = parents;
    this.partials = partials;
  }

  #take(room: Room): void {
    this.#room = room;
    this.capacity = room.capacity;
    this.parents = room.parents;
    this.partials = room.partials;
    this.primals = room.primals;
  }

  #grow(): void {
    if (!this.isOpen) refuse("overload-outlived");
    const { parents, partials, primals } = this;
    this.#take(new Room(2 * this.capacity));
    this.parents.set(parents);
    this.partials.set(partials);
    this.primals.set(primals);
  }

  /** What the value at a place stands for. */
  primalAt(index: number): Real {
    if (!this.isFlat) {
      const overloaded = this.#overloadedPrimals.get(index);
      if (overloaded !== undefined) return overloaded;
    }
    return this.primals[index] ?? refuse("overload-outlived");
  }

  #next(primal: Real): number {
    const at = this.length;
    if (at === this.capacity) this.#grow();
    this.length = at + 1;
    if (typeof primal === "number") this.primals[at] = primal;
    else {
      this.isFlat = false;
      this.#overloadedPrimals.set(at, primal);
    }
    this.parents[2 * at] = 0;
    this.parents[2 * at + 1] = 0;
    return at;
  }

  /** A value that is computed of nothing on the tape. */
  input(primal: Real): Traced {
    return new Traced(this, this.#next(primal));
  }

  /** A list of such values. */
  inputs(primals: ArrayLike<number>): Traced[] {
    const from = this.length;
    const end = from + primals.length;
    while (end > this.capacity) this.#grow();
    this.length = end;
    const room = this.primals;
    const { parents } = this;
    const made = new Array<Traced>(primals.length);
    for (let i = 0; i < made.length; i++) {
      const at = from + i;
      room[at] = primals[i] as number;
      parents[2 * at] = 0;
      parents[2 * at + 1] = 0;
      made[i] = new Traced(this, at);
    }
    return made;
  }

  /** Records a value computed of one on the tape. */
  record(primal: number, parent: number, partial: number): Traced {
    const at = this.length;
    if (at === this.capacity) this.#grow();
    this.length = at + 1;
    this.primals[at] = primal;
    this.parents[2 * at] = parent;
    this.partials[2 * at] = partial;
    this.parents[2 * at + 1] = 0;
    return new Traced(this, at);
  }

  /** Records a value computed of two. */
  recordPair(primal: number, parent: number, partial: number, other: number, partialByOther: number): Traced {
    const at = this.length;
    if (at === this.capacity) this.#grow();
    this.length = at + 1;
    this.primals[at] = primal;
    this.parents[2 * at] = parent;
    this.partials[2 * at] = partial;
    this.parents[2 * at + 1] = other;
    this.partials[2 * at + 1] = partialByOther;
    return new Traced(this, at);
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
      const at = this.#next(y);
      for (const slot of [2 * at, 2 * at + 1]) {
        // The sum so far is a term like any other.
        const i = row ? undefined : terms.shift();
        if (row) this.#set(slot, row.index, 1);
        else if (i !== undefined) this.#set(slot, (args[i] as Traced).index, operation.partial(i, primals, y) as Real);
        row = undefined;
      }
      row = new Traced(this, at);
    }
    return row as Traced;
  }

  #set(slot: number, parent: number, partial: Real): void {
    this.parents[slot] = parent;
    this.partials[slot] = typeof partial === "number" ? partial : Number.NaN;
    if (typeof partial === "number") return;
    this.isFlat = false;
    this.#overloaded.set(slot, partial);
  }

  /**
   * The cotangents of everything on the tape from those of some values. What a seed does not lead to has 0, also through
   * infinite partials; a seed of 0 leads nowhere.
   */
  pull(seeds: Seeds): Found {
    const numbers = seeds.filter(([, seed]) => seed !== 0);
    const isFlat = this.#overloaded.size === 0 && numbers.every(([, seed]) => typeof seed === "number");
    if (!isFlat) return this.#pullReals(numbers);
    const last = numbers.reduce((most, [{ index }]) => Math.max(most, index), 0);
    const [cotangents, isReached] = [new Float64Array(last + 1), new Uint8Array(last + 1)];
    for (const [{ index }, seed] of numbers) {
      cotangents[index]! += seed as number;
      isReached[index] = 1;
    }
    this.#sweep(last, cotangents, isReached);
    return ({ index }) => cotangents[index] ?? 0;
  }

  /**
   * The same from the cotangent 1 of one value; what is found is there until the tape is released. What is not reached is
   * not passed over at first: of finite partials it contributes 0. If that makes a NaN, the sweep is done again with care.
   */
  pullOne(of: Traced): ReadReal {
    if (!this.isFlat) {
      const found = this.pull([[of, 1]]);
      return (x) => (x instanceof Traced && x.level === this ? found(x) : 0);
    }
    const last = of.index;
    const { cotangents, isReached } = this.#room;
    cotangents.fill(0, 0, this.length);
    cotangents[last] = 1;
    this.#sweepAll(last, cotangents);
    let isCareful = false;
    const read = (x: unknown): number => {
      if (!(x instanceof Traced && x.level === this)) return 0;
      const { index } = x;
      const found = cotangents[index] as number;
      if (!Number.isNaN(found) || isCareful) return found;
      isCareful = true;
      cotangents.fill(0, 0, this.length);
      isReached.fill(0, 0, last + 1);
      cotangents[last] = 1;
      isReached[last] = 1;
      this.#sweep(last, cotangents, isReached);
      return cotangents[index] as number;
    };
    const ofList = (list: readonly unknown[]): number[] | undefined => {
      const all = new Array<number>(list.length);
      for (let i = 0; i < all.length; i++) {
        const x = list[i];
        if (typeof x !== "number" && !(x instanceof Value)) return undefined;
        all[i] = read(x);
      }
      return all;
    };
    return Object.assign(read, { ofList });
  }

  #sweepAll(last: number, cotangents: Float64Array): void {
    const { parents, partials } = this;
    for (let at = last; at > 0; at--) {
      const first = parents[2 * at] as number;
      if (first === 0) continue;
      const cotangent = cotangents[at] as number;
      cotangents[first]! += cotangent * (partials[2 * at] as number);
      const second = parents[2 * at + 1] as number;
      if (second !== 0) cotangents[second]! += cotangent * (partials[2 * at + 1] as number);
    }
  }

  #sweep(last: number, cotangents: Float64Array, isReached: Uint8Array): void {
    const { parents, partials } = this;
    for (let at = last; at > 0; at--) {
      if (isReached[at] === 0) continue;
      const first = parents[2 * at] as number;
      if (first === 0) continue;
      const cotangent = cotangents[at] as number;
      cotangents[first]! += cotangent * (partials[2 * at] as number);
      isReached[first] = 1;
      const second = parents[2 * at + 1] as number;
      if (second === 0) continue;
      cotangents[second]! += cotangent * (partials[2 * at + 1] as number);
      isReached[second] = 1;
    }
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
        const parent = this.parents[slot] as number;
        if (parent > 0) accumulate(parent, this.#scale(slot, cotangent));
      }
    }
    return ({ index }) => cotangents[index] ?? 0;
  }

  /** The tangents of everything on the tape from those of its inputs. An input without a seed does not move. */
  push(seeds: Seeds): Found {
    const tangents = new Array<Real | undefined>(this.length);
    for (const [{ index }, seed] of seeds) if (seed !== 0) tangents[index] = seed;
    for (let at = 1; at < this.length; at++) {
      for (const slot of [2 * at, 2 * at + 1]) {
        const tangent = tangents[this.parents[slot] as number];
        if (tangent === undefined) continue;
        const [term, old] = [this.#scale(slot, tangent), tangents[at]];
        tangents[at] = old === undefined ? term : plus.call(old, term);
      }
    }
    return ({ index }) => tangents[index] ?? 0;
  }

  #scale(slot: number, by: Real): Real {
    return times.call(this.#overloaded.get(slot) ?? (this.partials[slot] as number), by);
  }
}

/** A number that stands at a place of a tape, which holds what it stands for. */
export class Traced extends Value {
  // Declared, since fields that are defined first and then set cost as much as the operation.
  declare readonly level: Tape;
  declare readonly index: number;
  constructor(level: Tape, index: number) {
    super();
    this.level = level;
    this.index = index;
  }
  get primal(): Real {
    return this.level.primalAt(this.index);
  }
}
