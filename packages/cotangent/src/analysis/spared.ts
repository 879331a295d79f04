/**
 * Loops that need not keep anything. Where all that a plan keeps in a loop can be computed again from the loop's counter
 * and from what is at hand outside of it, keeping it may be a little cheaper than computing it again; but what is kept
 * grows with the number of turns, and a loop of 1e7 steps must not need memory for what its counter says. So in such a
 * loop nothing is kept at all:
 *
 *     for (let i = 0; i < n; i++) s = s * Math.cos(i) + x;        sBar *= Math.cos(i), and not sBar *= kept[i]
 *
 * Where something else must be kept in every turn, memory grows with the turns anyway, and prices decide.
 */
import type { Value } from "../ir/types.ts";
import { enclosing, type Sweep, type SweepItem, type SweepRegion } from "./sweep.ts";

/** What of a plan is asked for here. */
interface Keeping {
  readonly kept: ReadonlySet<Value>;
  /** Stores that keep what they destroy. */
  readonly saved: ReadonlySet<SweepItem>;
  /** The values that something stands in the way of computing again. */
  readonly obstacles: ReadonlyMap<Value, unknown>;
}

/**
 * The values that are not to be kept: of loops in which a plan keeps nothing that must be kept. `inputs` are what values
 * are computed from, as far as the reverse sweep does not have that anyway.
 */
export function findSpared(
  sweeps: readonly Sweep[],
  plan: Keeping,
  inputs: ReadonlyMap<Value, readonly Value[]>,
): ReadonlySet<Value> {
  const isFree = freeOf(plan, inputs);
  const growing = new Set<SweepRegion>();
  const mark = (region: SweepRegion): void => {
    for (const r of loopsAround(region)) growing.add(r);
  };
  for (const { region } of plan.saved) mark(region);
  const kept = sweeps.flatMap((sweep) =>
    [...plan.kept].flatMap((value) => {
      const home = sweep.home.get(value);
      return home ? [{ value, home }] : [];
    }),
  );
  for (const { value, home } of kept) if (!isFree(value)) mark(home);
  const spared = new Set<Value>();
  for (const { value, home } of kept) {
    if (loopsAround(home).every((r) => growing.has(r))) continue;
    const pending = [value];
    for (let v = pending.pop(); v; v = pending.pop()) {
      if (spared.has(v)) continue;
      spared.add(v);
      pending.push(...(inputs.get(v) ?? []));
    }
  }
  return spared;
}

function loopsAround(region: SweepRegion): readonly SweepRegion[] {
  return enclosing(region).filter((r) => r.kind === "for" || r.kind === "while" || r.kind === "condition");
}

/** True for values that can be computed again although nothing is kept. */
function freeOf(plan: Keeping, inputs: ReadonlyMap<Value, readonly Value[]>): (value: Value) => boolean {
  const users = new Map<Value, Value[]>();
  for (const [value, from] of inputs) {
    for (const v of from) {
      const known = users.get(v);
      if (known) known.push(value);
      else users.set(v, [value]);
    }
  }
  const bound = new Set(plan.obstacles.keys());
  for (const v of bound) for (const user of users.get(v) ?? []) bound.add(user);
  return (value) => inputs.has(value) && !bound.has(value);
}
