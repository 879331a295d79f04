/**
 * Where residuals live. The two strategies of reverse mode differ in nothing else: both keep the same values, chosen by
 * the same plan, and both give them to the same adjoint of each construct. A residence says where the values are that one
 * turn of a loop keeps, first in the forward sweep, which writes them there, then in the mirror, which reads them.
 *
 *     tape       one stack for each kind of element, shared by a function and all that it calls
 *     closure    what a call keeps belongs to the call: a loop has arrays of its own, a called function returns a record
 */
import type { Plan } from "../../analysis/need.ts";
import type { Ranges } from "../../analysis/ranges.ts";
import { iterationRegion, type Sweep, type SweepItem, type SweepRegion } from "../../analysis/sweep.ts";
import { add, div, mul, sub } from "../../elementals/index.ts";
import type { BlockBuilder } from "../../ir/build.ts";
import { number, typeKey } from "../../ir/type.ts";
import type { Instr, Type, Value } from "../../ir/types.ts";

/** One kind of memory for residuals: elements of one type, and numbers that vary apart from others. */
interface Kind {
  readonly key: string;
  readonly element: Type;
}

/** Kinds of elements that memory of residuals can have; booleans are kept as numbers. */
export class ElementKinds {
  readonly #kinds: Kind[] = [];
  readonly #isSteering: (value: Value) => boolean;

  constructor(values: Iterable<Value>, isSteering: (value: Value) => boolean) {
    this.#isSteering = isSteering;
    for (const value of values) this.indexOf(value);
  }
  get elements(): readonly Type[] {
    return this.#kinds.map(({ element }) => element);
  }
  /** The number of the kind that `value` is kept as. */
  indexOf(value: Value): number {
    const element = value.type.kind === "boolean" ? number : value.type;
    const key = `${typeKey(element)}${this.#isSteering(value) ? ", steering" : ""}`;
    const known = this.#kinds.findIndex((kind) => kind.key === key);
    return known >= 0 ? known : this.#kinds.push({ key, element }) - 1;
  }
  element(kind: number): Type {
    return (this.#kinds[kind] as Kind).element;
  }
}

/** Memory for residuals of one kind: elements `at`, `at + 1`, … of the array `memory`. */
export interface Place {
  readonly memory: Value;
  readonly at: Value;
}

/** The values that a region keeps when it has run, by kind. */
export type Groups = readonly { readonly kind: number; readonly values: readonly Value[] }[];

/** One sweep, as a residence sees it. */
export interface Side {
  readonly sweep: "forward" | "mirror";
  /** The value in this sweep of a value of the forward sweep. */
  readonly find: (value: Value) => Value;
}

/** The places of one turn, in the order of the groups, given the builder of the turn and the loop's index. */
export type PlacesOf = (turn: BlockBuilder, index: Value) => readonly Place[];

export interface Residence {
  /** Before anything of a loop is emitted into `b`. */
  enter(b: BlockBuilder, item: SweepItem, side: Side): void;
  /**
   * Reserves before the loop `item` what its turns keep, or lets each turn do that. The forward sweep asks when the body
   * has been emitted and not been appended, the mirror before it emits the body. The forward sweep calls the result at
   * the end of a turn, the mirror at its beginning.
   */
  turns(b: BlockBuilder, item: SweepItem, groups: Groups, side: Side): PlacesOf;
  /** The places of what a called function's own region keeps, if they are not in what it returns. */
  root(b: BlockBuilder, groups: Groups, sweep: Side["sweep"]): readonly Place[];
  /** The type as which a value of a branch is kept in `region`, around the branch, where another branch may have run. */
  liftedType(type: Type, region: SweepRegion): Type;
  /** What the call of a forward half becomes. */
  call(instr: Instr & { op: "call" }): Instr;
}

export interface ResidualContext {
  readonly plan: Plan;
  readonly kinds: ElementKinds;
  /** Names of the forward halves. */
  readonly isForward: (callee: string) => boolean;
  readonly ranges: Ranges;
  /** Numbers that do not vary; what branches yield for them is added. */
  readonly steering: Set<Value>;
  /** The turns of the loop with this body keep something. */
  readonly keeps: (body: SweepRegion) => boolean;
}

/** The bodies of loops whose turns keep something. */
export function findKeepers(sweep: Sweep, plan: Plan): ReadonlySet<SweepRegion> {
  const found = new Set<SweepRegion>();
  for (const v of plan.kept) {
    const home = sweep.home.get(v);
    if (home) found.add(iterationRegion(home));
  }
  return found;
}

/** The body of a loop. */
export function bodyOf(item: SweepItem): SweepRegion {
  return item.inner.at(-1) as SweepRegion;
}

/** width * count */
export function emitTimes(b: BlockBuilder, count: Value, width: number): Value {
  return width === 1 ? count : b.apply(mul, [b.constant(width), count]);
}

/** (index - start) / step */
export function emitTurn(b: BlockBuilder, index: Value, start: Value, step: number): Value {
  const distance = b.apply(sub, step > 0 ? [index, start] : [start, index]);
  return Math.abs(step) === 1 ? distance : b.apply(div, [distance, b.constant(Math.abs(step))]);
}

/** base + width * turn */
export function emitSlot(b: BlockBuilder, base: Value, turn: Value, width: number): Value {
  return b.apply(add, [base, emitTimes(b, turn, width)], "at");
}
