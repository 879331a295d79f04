/**
 * Residuals on tapes: stacks that a function shares with all that it calls, one for each kind of element. A counted loop
 * with no other tape traffic inside reserves its slots at once and indexes them by its counter; every other region that
 * runs many times pushes its slots when a run ends and the mirror pops them.
 *
 *     for i … {                       base = grow tape, 2 * n;  kept = slots tape
 *       a = …; b = …         =>       for i … { a = …; b = …; kept[base + 2 * i] = a; kept[base + 2 * i + 1] = b }
 *     }                               …
 *                                     base' = shrink tape, 2 * n;  for i backwards { a' = kept[base' + 2 * i]; … }
 */

import type { SweepItem, SweepRegion } from "../../analysis/sweep.ts";
import { emitTrips } from "../../analysis/trips.ts";
import type { BlockBuilder } from "../../ir/build.ts";
import type { Instr, Type, Value } from "../../ir/types.ts";
import {
  bodyOf,
  type ElementKinds,
  emitSlot,
  emitTimes,
  emitTurn,
  type Groups,
  type Place,
  type PlacesOf,
  type Residence,
  type ResidualContext,
  type Side,
} from "./residence.ts";

/** The tapes that functions share, one for each kind of element, as each sweep knows them. */
export interface Tapes {
  readonly kinds: ElementKinds;
  forward: readonly Value[];
  mirror: readonly Value[];
}

export class TapeResidence implements Residence {
  readonly #context: ResidualContext;
  readonly #tapes: Tapes;

  constructor(context: ResidualContext, tapes: Tapes) {
    this.#context = context;
    this.#tapes = tapes;
  }

  enter(): void {}

  turns(b: BlockBuilder, item: SweepItem, groups: Groups, side: Side): PlacesOf {
    const tapes = this.#tapes[side.sweep];
    const { keeps, isForward } = this.#context;
    const isTraffic = (instr: Instr): boolean => instr.op === "call" && isForward(instr.callee);
    if (item.instr.op !== "for" || hasTraffic(bodyOf(item), keeps, isTraffic))
      return (turn) => claimEach(turn, groups, tapes, side.sweep);
    return reserve(b, item.instr, groups, tapes, side, this.#context);
  }

  root(b: BlockBuilder, groups: Groups, sweep: Side["sweep"]): readonly Place[] {
    return claimEach(b, groups, this.#tapes[sweep], sweep);
  }

  liftedType(type: Type): Type {
    return type;
  }

  call(instr: Instr & { op: "call" }): Instr {
    return { ...instr, args: [...instr.args, ...this.#tapes.forward] };
  }
}

/** Other slots come and go on the tapes while `region` runs: those of loops inside, and of calls that use the tapes. */
export function hasTraffic(
  region: SweepRegion,
  keeps: (loop: SweepRegion) => boolean,
  isTraffic: (instr: Instr) => boolean,
): boolean {
  return region.items.some(
    ({ instr, inner }) => isTraffic(instr) || inner.some((r) => keeps(r) || hasTraffic(r, keeps, isTraffic)),
  );
}

/** Slots for all turns of a counted loop at once. */
export function reserve(
  b: BlockBuilder,
  loop: Instr & { op: "for" },
  groups: Groups,
  tapes: readonly Value[],
  side: Side,
  context: ResidualContext,
): PlacesOf {
  if (groups.length === 0) return () => [];
  const start = side.find(loop.start);
  const count = emitTrips(b, loop, context.ranges, side.find);
  const bases = groups.map(({ kind, values }) =>
    claim(b, tapes[kind] as Value, emitTimes(b, count, values.length), side.sweep),
  );
  return (turn, index) =>
    groups.map(({ values }, i) => {
      const { memory, at } = bases[i] as Place;
      return { memory, at: emitSlot(turn, at, emitTurn(turn, index, start, loop.step), values.length) };
    });
}

/** Slots for one run. */
export function claimEach(
  b: BlockBuilder,
  groups: Groups,
  tapes: readonly Value[],
  sweep: Side["sweep"],
): readonly Place[] {
  return groups.map(({ kind, values }) => claim(b, tapes[kind] as Value, b.constant(values.length), sweep));
}

function claim(b: BlockBuilder, tape: Value, by: Value, sweep: Side["sweep"]): Place {
  const at = sweep === "forward" ? b.grow(tape, by, "base") : b.shrink(tape, by, "base");
  return { memory: b.slots(tape, "kept"), at };
}
