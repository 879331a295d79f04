/**
 * Residuals that belong to the call that keeps them. There is no tape that functions share: what a called function's own
 * region keeps is a record that it returns beside its results, and that its caller keeps like any other value; a loop has
 * an array of its own for each kind of element, made before it starts and indexed by its counter.
 *
 *     y, hBack = call h.forward(a)             for i … {            kept = allocate 2 * n
 *     …                                          a = …; b = …  =>   for i … { …; kept[2 * i] = a; kept[2 * i + 1] = b }
 *     aBar = call h.reverse(yBar, hBack)       }
 *
 * Loops nested directly, each a fixed number of times, have arrays for all turns of all of them. Turns that nobody can
 * count beforehand (of a while loop, of a loop to a bound that varies, of one inside a branch inside a loop) share one
 * growing sequence for each kind of element, which belongs to the outermost loop around them. (Closures as residuals:
 * Pearlmutter and Siskind, Reverse-mode AD in a functional framework, 2008; here converted to records by hand.)
 */

import { enclosing, iterationRegion, type Sweep, type SweepItem, type SweepRegion } from "../../analysis/sweep.ts";
import { emitTrips } from "../../analysis/trips.ts";
import { add, mul } from "../../elementals/index.ts";
import type { BlockBuilder } from "../../ir/build.ts";
import { array, isReference, optional } from "../../ir/type.ts";
import type { Instr, Type, Value } from "../../ir/types.ts";
import {
  bodyOf,
  emitTimes,
  emitTurn,
  type Groups,
  type Place,
  type PlacesOf,
  type Residence,
  type ResidualContext,
  type Side,
} from "./residence.ts";
import { claimEach, hasTraffic, reserve } from "./tape.ts";

type CountedItem = SweepItem & { readonly instr: Instr & { readonly op: "for" } };

export interface ClosureContext extends ResidualContext {
  readonly sweep: Sweep;
  /** Makes `sequence` one of the values that `region` keeps. */
  readonly addKept: (region: SweepRegion, sequence: Value) => void;
  /** The mirror may run several times. */
  readonly isRepeatable: boolean;
  /** The forward half returns a record of what it keeps. */
  readonly keepsRecord: (forwardName: string) => boolean;
}

/** The outermost loop that is being emitted, the builder around it, and its growing sequences as this sweep knows them. */
interface Outermost {
  readonly item: SweepItem;
  readonly b: BlockBuilder;
  readonly tapes: Value[];
}

export class ClosureResidence implements Residence {
  readonly #context: ClosureContext;
  /** The arrays of a loop's turns, as the forward sweep knows them. */
  readonly #arrays = new Map<SweepItem, readonly Value[]>();
  /** The growing sequences of an outermost loop, by kind. */
  readonly #growing = new Map<SweepItem, Map<number, Value>>();
  #outermost: Outermost | undefined;

  constructor(context: ClosureContext) {
    this.#context = context;
  }

  enter(b: BlockBuilder, item: SweepItem, side: Side): void {
    if (iterationRegion(item.region).kind !== "function") return;
    const tapes: Value[] = [];
    if (side.sweep === "mirror") {
      for (const [kind, tape] of this.#growing.get(item) ?? []) {
        const found = side.find(tape);
        tapes[kind] = this.#context.isRepeatable ? b.reader(found) : found;
      }
    }
    this.#outermost = { item, b, tapes };
  }

  turns(b: BlockBuilder, item: SweepItem, groups: Groups, side: Side): PlacesOf {
    if (groups.length === 0) return () => [];
    const nest = this.#countedNest(item);
    if (nest) return this.#inArrays(b, nest, groups, side);
    const tapes = this.#tapes(groups, side);
    const { keeps } = this.#context;
    return item.instr.op === "for" && !hasTraffic(bodyOf(item), keeps, () => false)
      ? reserve(b, item.instr, groups, tapes, side, this.#context)
      : (turn) => claimEach(turn, groups, tapes, side.sweep);
  }

  root(): readonly Place[] {
    return [];
  }

  /** A record is a structure like any other: what is not there must be missing, so that whole records can be walked. */
  liftedType(type: Type, region: SweepRegion): Type {
    const isOwn = !this.#context.sweep.root.isDirect && iterationRegion(region).kind === "function";
    const isMade = isOwn && isReference(type) && type.kind !== "tape" && type.kind !== "optional";
    return isMade ? optional(type) : type;
  }

  call(instr: Instr & { op: "call" }): Instr {
    return this.#context.keepsRecord(instr.callee) ? instr : { ...instr, results: instr.results.slice(0, -1) };
  }

  /** The sequences that grow in the outermost loop, one for each kind. */
  #tapes(groups: Groups, side: Side): readonly Value[] {
    const { item, b, tapes } = this.#outermost as Outermost;
    const made = this.#growing.get(item) ?? new Map<number, Value>();
    this.#growing.set(item, made);
    for (const { kind } of groups) {
      if (side.sweep === "mirror" || tapes[kind]) continue;
      const tape = b.tape(this.#context.kinds.element(kind), false, "sequence");
      this.#context.addKept(item.region, tape);
      made.set(kind, tape);
      tapes[kind] = tape;
    }
    return tapes;
  }

  /**
   * The loops from the outermost to `item`, if they are counted, nested directly, and their bounds are known where the
   * outermost one begins.
   */
  #countedNest(item: SweepItem): readonly CountedItem[] | undefined {
    const nest: CountedItem[] = [];
    for (let at: SweepItem | undefined = item; ; at = at.region.owner as SweepItem) {
      if (at.instr.op !== "for") return undefined;
      nest.unshift(at as CountedItem);
      if (at.region.kind !== "for") break;
    }
    const [outermost] = nest as [CountedItem];
    if (iterationRegion(outermost.region).kind !== "function") return undefined;
    const isKnown = (v: Value): boolean => {
      const home = this.#context.sweep.home.get(v);
      return !home || !enclosing(home).includes(bodyOf(outermost)) || this.#literal(v) !== undefined;
    };
    return nest.every(({ instr }) => isKnown(instr.start) && isKnown(instr.end)) ? nest : undefined;
  }
  #literal(v: Value): number | undefined {
    const made = this.#context.sweep.definition.get(v)?.instr;
    return made?.op === "constant" ? (made.value as number) : undefined;
  }

  /** Arrays with an element for each value of each turn of `nest`. */
  #inArrays(b: BlockBuilder, nest: readonly CountedItem[], groups: Groups, side: Side): PlacesOf {
    const { kinds, ranges, addKept } = this.#context;
    const top = (this.#outermost as Outermost).b;
    const item = nest.at(-1) as CountedItem;
    const bound = (at: BlockBuilder, v: Value): Value => {
      const literal = this.#literal(v);
      return literal === undefined ? side.find(v) : at.constant(literal);
    };
    const trips = (at: BlockBuilder, { instr }: CountedItem): Value =>
      emitTrips(at, instr, ranges, (v) => bound(at, v));

    const counts = nest.map((loop) => trips(top, loop));
    if (side.sweep === "forward") {
      const turns = counts.reduce((product, count) => top.apply(mul, [product, count]));
      const made = groups.map(({ kind, values }) => {
        const element = kinds.element(kind);
        const storage = element.kind === "number" ? "Float64Array" : "Array";
        return top.allocate(emitTimes(top, turns, values.length), array(element, storage), undefined, "kept");
      });
      for (const sequence of made) addKept((nest[0] as CountedItem).region, sequence);
      this.#arrays.set(item, made);
    }
    const memories = (this.#arrays.get(item) as readonly Value[]).map((sequence) => side.find(sequence));
    const starts = nest.map(({ instr }) => bound(top, instr.start));
    // The turns of the loops around come first: ((turn0 * count1 + turn1) * count2 + turn2) …
    let before: Value | undefined;
    for (const [i, loop] of nest.slice(0, -1).entries()) {
      const index = side.find(bodyOf(loop).params[0] as Value);
      const turn = emitTurn(b, index, starts[i] as Value, loop.instr.step);
      before = b.apply(mul, [before ? b.apply(add, [before, turn]) : turn, counts[i + 1] as Value]);
    }
    return (turn, index) => {
      const own = emitTurn(turn, index, starts.at(-1) as Value, item.instr.step);
      const flat = before ? turn.apply(add, [before, own]) : own;
      return groups.map(({ values }, i) => ({
        memory: memories[i] as Value,
        at: emitTimes(turn, flat, values.length),
      }));
    };
  }
}
