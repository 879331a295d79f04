/**
 * Two sweeps built side by side. The first runs the primal and records numbers on a tape; the second runs later, any
 * number of times, over tangents alone, and reads the numbers back in the order in which they were recorded. A
 * `SweepPair` is one region of both: asking it for a number of the first sweep records it there and reads it in the
 * second. Numbers of a straight-line stretch are recorded together:
 *
 *     first sweep               second sweep
 *     t = grow tape, 2
 *     slots[t] = cos x          a = slots[at]
 *     slots[t + 1] = y          b = slots[at + 1]
 *
 * (Partial evaluation of forward mode by what is known: JAX's linearize, with a tape for its residuals.)
 */

import { isDroppable } from "../analysis/effects.ts";
import { add, ne, select } from "../elementals/index.ts";
import { BlockBuilder, freshValue } from "../ir/build.ts";
import { number } from "../ir/type.ts";
import type { Block, Value } from "../ir/types.ts";

/** The tape of the first sweep, and its memory in the second. */
export interface SweepTape {
  readonly tape: Value;
  readonly slots: Value;
}

export class SweepPair {
  readonly first: BlockBuilder;
  readonly second: BlockBuilder;
  /** Something was recorded in this region: the second sweep moves on in the tape. */
  hasRecords = false;
  readonly #tape: SweepTape;
  readonly #pending: Value[] = [];
  #cursor: Value;
  #offset = 0;

  /** `cursor` is the place in the tape, in the second sweep, at which the region begins. */
  constructor(first: BlockBuilder, second: BlockBuilder, tape: SweepTape, cursor: Value) {
    this.first = first;
    this.second = second;
    this.#tape = tape;
    this.#cursor = cursor;
  }

  /** The memory of the tape in the second sweep. */
  get slots(): Value {
    return this.#tape.slots;
  }

  /** Records a number of the first sweep; the number in the second. */
  record(value: Value): Value {
    this.#pending.push(value);
    return this.#read(value.hint);
  }

  /** Records a truth value of the first sweep; the truth value in the second. */
  recordFlag(value: Value): Value {
    const asNumber = this.first.apply(select, [value, this.first.constant(1), this.first.constant(0)]);
    return this.second.apply(ne, [this.record(asNumber), this.second.constant(0)], value.hint);
  }

  /** Takes a slot now whose number is known later: gives the number in the second sweep, and what stores it. */
  reserve(hint: string): { readonly read: Value; readonly fill: (value: Value) => void } {
    this.flush();
    const { tape } = this.#tape;
    const slot = this.first.grow(tape, this.first.constant(1), "slot");
    const read = this.#read(hint);
    return { read, fill: (value) => this.first.store(this.first.slots(tape), slot, value) };
  }

  #read(hint: string | undefined): Value {
    this.hasRecords = true;
    const read = this.second.load(this.#tape.slots, this.place(), hint);
    this.#offset++;
    return read;
  }

  /** The place in the tape, in the second sweep, of what is recorded next. */
  place(): Value {
    if (this.#offset === 0) return this.#cursor;
    return this.second.apply(add, [this.#cursor, this.second.constant(this.#offset)], "at");
  }

  /** Goes on at `cursor`, after a region within. */
  continueAt(cursor: Value): void {
    this.hasRecords = true;
    this.#cursor = cursor;
    this.#offset = 0;
  }

  /** Writes what was recorded: before a region within records, and at the end. */
  flush(): void {
    const { first } = this;
    // A sweep that ends in an exception has no second one.
    if (this.#pending.length === 0 || first.ended) return;
    const base = first.grow(this.#tape.tape, first.constant(this.#pending.length), "slot");
    const slots = first.slots(this.#tape.tape);
    for (const [i, value] of this.#pending.entries()) {
      first.store(slots, i === 0 ? base : first.apply(add, [base, first.constant(i)]), value);
    }
    this.#pending.length = 0;
  }

  /** A pair for a region within, which begins in the tape where `cursor` will say. */
  within(params: { first: readonly Value[]; second: readonly Value[] }, cursor: Value): SweepPair {
    const first = new BlockBuilder(params.first, this.first.span);
    return new SweepPair(first, new BlockBuilder(params.second, this.second.span), this.#tape, cursor);
  }

  /** Appends to the second sweep the definition of `cursor` as the present place. */
  defineCursor(cursor: Value): void {
    const place = this.place();
    const zero = this.second.constant(0);
    this.second.append({ op: "apply", primitive: add, args: [place, zero], results: [cursor], span: this.second.span });
  }
}

export function freshCursor(): Value {
  return freshValue(number, "at");
}

/** True if the block changes nothing and yields nothing: the second sweep need not run it. */
export function isIdle(block: Block): boolean {
  return block.end.kind === "yield" && block.end.values.length === 0 && block.body.every((i) => isDroppable(i));
}
