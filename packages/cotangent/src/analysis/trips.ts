/** How often a counted loop runs, as code. */
import { ceil, div, gt, select, sub } from "../elementals/index.ts";
import type { BlockBuilder } from "../ir/build.ts";
import type { Value } from "../ir/types.ts";
import type { ForInstr, Ranges } from "./ranges.ts";

/** The number of turns of `loop`; `at`: what its bounds are here. */
export function emitTrips(
  b: BlockBuilder,
  { start, end, step }: ForInstr,
  ranges: Ranges,
  at: (bound: Value) => Value = (bound) => bound,
): Value {
  const [low, high] = step > 0 ? [start, end] : [end, start];
  const distance = b.apply(sub, [at(high), at(low)]);
  const steps = Math.abs(step) === 1 ? distance : b.apply(div, [distance, b.constant(Math.abs(step))]);
  const whole = ranges.isIntegral(end) && Math.abs(step) === 1 ? steps : b.apply(ceil, [steps]);
  if (ranges.isAtMost(low, high, [])) return whole;
  // A bound that is not a number is a loop that never runs; `max` would hand the NaN on.
  return b.apply(select, [b.apply(gt, [whole, b.constant(0)]), whole, b.constant(0)], "count");
}
