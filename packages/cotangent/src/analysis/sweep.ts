/**
 * The forward sweep of a reverse derivative, as a tree of regions: what the reverse sweep will walk backwards, and what
 * `need` decides over. A region is one block that runs straight through; its items are instructions in order, each with
 * the regions inside it. Every region of the forward sweep has one mirror region in the reverse sweep.
 */
import type { Instr, Terminator, Value } from "../ir/types.ts";

export type RegionKind = "function" | "branch" | "for" | "while" | "condition";

export interface SweepRegion {
  readonly kind: RegionKind;
  readonly parent: SweepRegion | undefined;
  /** The item of `parent` that holds this region. */
  readonly owner: SweepItem | undefined;
  readonly params: readonly Value[];
  readonly items: SweepItem[];
  end: Terminator;
  /** Times that the region is guessed to run in one call of its function. */
  readonly runs: number;
  /** Its mirror sees its values as they are: both sweeps run in one scope. */
  isDirect: boolean;
}

export interface SweepItem {
  readonly region: SweepRegion;
  readonly position: number;
  readonly instr: Instr;
  /** Of `if`, `for`, `while`: the regions inside, in the order of `regions(instr)`. */
  readonly inner: SweepRegion[];
  /** Shadow code has no adjoint of its own. */
  readonly isShadowCode: boolean;
  /** Of an instruction that destroys one old element: the name under which the old one is kept if it must be. */
  readonly old: Value | undefined;
}

/** One function's forward sweep. */
export interface Sweep {
  readonly functionName: string;
  readonly root: SweepRegion;
  /** The region that defines each value. */
  readonly home: ReadonlyMap<Value, SweepRegion>;
  /** The item that defines each value; none for region parameters. */
  readonly definition: ReadonlyMap<Value, SweepItem>;
}

/** The regions from `region` outwards, itself first. */
export function enclosing(region: SweepRegion): readonly SweepRegion[] {
  const found: SweepRegion[] = [];
  for (let r: SweepRegion | undefined = region; r; r = r.parent) found.push(r);
  return found;
}

/** Calls `visit` for every item, outer before inner, in program order. */
export function forEachItem(region: SweepRegion, visit: (item: SweepItem) => void): void {
  for (const item of region.items) {
    visit(item);
    for (const inner of item.inner) forEachItem(inner, visit);
  }
}

/** The innermost region around `region`, itself included, whose executions are told apart by a loop or a call. */
export function iterationRegion(region: SweepRegion): SweepRegion {
  let r = region;
  while (r.kind === "branch" && r.parent) r = r.parent;
  return r;
}
