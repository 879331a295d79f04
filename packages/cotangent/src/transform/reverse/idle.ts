/**
 * Which loops of a forward sweep have no mirror: no derivative flows through anything in them, and nothing that they
 * overwrite is put back. A sort of active numbers is one: it compares them, and moves indices.
 */
import type { Activity } from "../../analysis/activity.ts";
import type { Plan } from "../../analysis/need.ts";
import { forEachItem, type SweepItem } from "../../analysis/sweep.ts";
import { writtenBy } from "../../analysis/writes.ts";
import type { Value } from "../../ir/types.ts";

export class IdleLoops {
  readonly #activity: Activity;
  readonly #plan: Plan | undefined;
  readonly #hasMirror: (forwardName: string) => boolean;
  readonly #known = new Map<SweepItem, boolean>();

  /** `plan`: undefined while planning, when nothing is put back yet. `hasMirror`: a call of that name has one. */
  constructor(activity: Activity, plan: Plan | undefined, hasMirror: (forwardName: string) => boolean) {
    this.#activity = activity;
    this.#plan = plan;
    this.#hasMirror = hasMirror;
  }

  has(loop: SweepItem): boolean {
    const known = this.#known.get(loop);
    if (known !== undefined) return known;
    let isIdle = !loop.instr.results.some(this.#activity.isActive);
    for (const region of loop.inner) {
      isIdle &&= !region.params.some(this.#isKept);
      forEachItem(region, (item) => {
        isIdle &&= !this.#keeps(item) && !this.#hasAdjoint(item);
      });
    }
    this.#known.set(loop, isIdle);
    return isIdle;
  }

  readonly #isKept = (value: Value): boolean => this.#plan?.kept.has(value) ?? false;

  #keeps(item: SweepItem): boolean {
    const isOldKept = item.old !== undefined && this.#isKept(item.old);
    return isOldKept || item.instr.results.some(this.#isKept) || this.#plan?.saved.has(item) === true;
  }

  #hasAdjoint({ instr, isShadowCode }: SweepItem): boolean {
    if (isShadowCode) return false;
    if (instr.op === "call" && this.#hasMirror(instr.callee)) return true;
    const [written] = writtenBy(instr);
    return [...instr.results, ...(written ? [written] : [])].some(this.#activity.isActive);
  }
}
