/**
 * What a reverse derivative keeps, with the reasons: who in the reverse sweep uses it, and why it is not computed again. The
 * decisions are those of the plan (`analysis/need`); here they are put side by side with the code, for people to read.
 */
import type { Kept, Plan } from "../../analysis/need.ts";
import { inputsOf } from "../../analysis/prices.ts";
import { iterationRegion, type Sweep, type SweepItem, type SweepRegion } from "../../analysis/sweep.ts";
import type { Func, Instr, Value } from "../../ir/types.ts";
import type { AugmentedFunction } from "./augment.ts";

/** What asks for each value: instructions whose adjoint uses it. */
export type Uses = Map<Value, Set<Instr>>;

export function noteUse(uses: Uses, value: Value, by: Instr): void {
  const known = uses.get(value);
  if (known) known.add(by);
  else uses.set(value, new Set([by]));
}

interface Part {
  readonly func: Func;
  readonly augmented: AugmentedFunction;
}

/** What the plan keeps, function by function, in the order of the program. */
export function describeKept(parts: readonly Part[], plan: Plan, uses: Uses): readonly Kept[] {
  return parts.flatMap(({ func, augmented }) => {
    const own = [...augmented.home].filter(([value]) => plan.kept.has(value));
    const records = new Set(augmented.recordOf.values());
    const feeds = recomputedFrom(augmented, plan);
    return own.map(([value, home]) => {
      const region = iterationRegion(home);
      return {
        value,
        func,
        instr: definingItem(augmented, value)?.instr,
        loop: region.kind === "function" ? undefined : loopOf(region),
        isRecord: records.has(value),
        isVariable: region.isDirect,
        uses: [...(uses.get(value) ?? [])],
        feeds: feeds.get(value) ?? [],
        obstacle: plan.obstacles.get(value),
      };
    });
  });
}

function loopOf(region: SweepRegion): Instr | undefined {
  return region.owner?.instr;
}

function definingItem(sweep: Sweep, value: Value): SweepItem | undefined {
  return sweep.definition.get(value);
}

/** Which values are computed again from which. */
function recomputedFrom(sweep: Sweep, { required, kept }: Plan): ReadonlyMap<Value, readonly Value[]> {
  const feeds = new Map<Value, Value[]>();
  for (const [value, item] of sweep.definition) {
    if (!required.has(value) || kept.has(value)) continue;
    for (const input of inputsOf(item.instr)) feeds.set(input, [...(feeds.get(input) ?? []), value]);
  }
  return feeds;
}
