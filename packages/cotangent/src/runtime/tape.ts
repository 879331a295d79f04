/**
 * The stack that a reverse sweep reads back: `grow` reserves slots at the end, `shrink` gives them back, and between the
 * two the slots are plain memory, so a step costs one capacity check and no call per value. Capacity doubles, so n slots
 * cost O(n) in all. Tapes of a gradient are pooled: taken at entry, given back at normal exit; one that is lost by a
 * throw is left to the collector (Griewank and Walther, Evaluating Derivatives, 3.3 and 4.2).
 */

const INITIAL_CAPACITY = 64;

/** A tape of numbers. */
export class Tape {
  /** Slots below `length` are in use; those above hold anything. Replaced when the capacity grows. */
  values: Float64Array;
  length: number;

  constructor(values: Float64Array = new Float64Array(INITIAL_CAPACITY), length = 0) {
    this.values = values;
    this.length = length;
  }

  /** Adds `count` slots that hold anything; returns the index of the first. `values` may be another array afterwards. */
  grow(count: number): number {
    const first = this.length;
    const length = first + count;
    if (length > this.values.length) {
      const larger = new Float64Array(Math.max(length, 2 * this.values.length));
      larger.set(this.values);
      this.values = larger;
    }
    this.length = length;
    return first;
  }

  /** Removes `count` slots; returns the index of the first removed, whose contents stay readable until the next `grow`. */
  shrink(count: number): number {
    this.length -= count;
    return this.length;
  }

  /** Adds a slot that holds `value`. */
  push(value: number): void {
    const at = this.grow(1);
    this.values[at] = value;
  }

  /** Removes the last slot; returns what it holds. */
  pop(): number {
    return this.values[--this.length] as number;
  }
}

/** A tape of anything but numbers: references, flags, texts. */
export class ReferenceTape<T = unknown> {
  readonly values: T[];
  length: number;

  constructor(values: T[] = [], length = 0) {
    this.values = values;
    this.length = length;
  }

  /** Adds `count` slots that hold anything; returns the index of the first. */
  grow(count: number): number {
    const first = this.length;
    this.length = first + count;
    return first;
  }

  /** Removes `count` slots; returns the index of the first removed. */
  shrink(count: number): number {
    this.length -= count;
    return this.length;
  }

  /** Adds a slot that holds `value`. */
  push(value: T): void {
    this.values[this.length++] = value;
  }

  /** Removes the last slot; returns what it holds. */
  pop(): T {
    return this.values[--this.length] as T;
  }
}

/** A view of the same contents with a length of its own, so that several sweeps can read one tape. */
export function reader(tape: Tape): Tape;
export function reader<T>(tape: ReferenceTape<T>): ReferenceTape<T>;
export function reader(tape: Tape | ReferenceTape): Tape | ReferenceTape;
export function reader(tape: Tape | ReferenceTape): Tape | ReferenceTape {
  return tape instanceof Tape ? new Tape(tape.values, tape.length) : new ReferenceTape(tape.values, tape.length);
}

/** The memory that waiting tapes may hold, in bytes; a tape that would exceed it is left to the collector. */
const POOL_LIMIT = 64 * 1024 * 1024;
const REFERENCE_BYTES = 8;

// Stacks, so that a gradient that runs inside another one takes tapes of its own.
const freeTapes: Tape[] = [];
const freeReferences: ReferenceTape[] = [];
let waitingBytes = 0;

function bytesOf(tape: Tape | ReferenceTape): number {
  return tape.values.length * REFERENCE_BYTES;
}

/** An empty tape of numbers, one used before if there is one. */
export function takeTape(): Tape {
  const tape = freeTapes.pop();
  if (!tape) return new Tape();
  waitingBytes -= bytesOf(tape);
  return tape;
}

/** Gives back a tape from `takeTape`, which the caller must not use any more. */
export function giveTape(tape: Tape): void {
  if (freeTapes.includes(tape)) throw new Error("a tape was given back twice");
  if (waitingBytes + bytesOf(tape) > POOL_LIMIT) return;
  waitingBytes += bytesOf(tape);
  tape.length = 0;
  freeTapes.push(tape);
}

/** An empty tape of anything but numbers, one used before if there is one. */
export function takeReferences<T>(): ReferenceTape<T> {
  const tape = freeReferences.pop();
  if (!tape) return new ReferenceTape<T>();
  waitingBytes -= bytesOf(tape);
  return tape as ReferenceTape<T>;
}

/** Gives back a tape from `takeReferences`, which the caller must not use any more. */
export function giveReferences<T>(tape: ReferenceTape<T>): void {
  const given = tape as unknown as ReferenceTape;
  if (freeReferences.includes(given)) throw new Error("a tape was given back twice");
  if (waitingBytes + bytesOf(given) > POOL_LIMIT) return;
  // A waiting tape must not keep the structures of the last run alive.
  given.values.fill(undefined);
  given.length = 0;
  waitingBytes += bytesOf(given);
  freeReferences.push(given);
}
