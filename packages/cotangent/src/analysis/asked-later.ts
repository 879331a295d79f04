/**
 * Which values may be found missing somewhere: those that go on, as they are, to where the program asks whether something
 * is there.
 *
 *     const o = { rate: rates[i] };   …   o.rate ?? 1          asks of `rates[i]`
 */
import type { Module, Value } from "../ir/types.ts";
import { forEachInstr } from "../ir/visit.ts";
import { eachFlow, partOf, type Spot } from "./flows.ts";
import { analyzePointsTo, ELEMENT, openFunctions } from "./points-to.ts";

/**
 * Those of `reads` that get to a `present` of the program, or to one of the values, or into one of the arrays, that it asks
 * after besides.
 */
export function askedLater(
  module: Module,
  entry: string,
  reads: ReadonlySet<Value>,
  asked: ReadonlySet<Value>,
  askedInside: ReadonlySet<Value>,
): readonly Value[] {
  const functions = openFunctions(module, entry);
  const pending: Spot[] = [];
  let isRead = false;
  for (const func of functions)
    forEachInstr(func.body, (instr) => {
      if (instr.op === "present") pending.push(instr.value);
      isRead ||= instr.results.some((r) => reads.has(r));
    });
  if (!isRead || pending.length + asked.size + askedInside.size === 0) return [];
  const pointsTo = analyzePointsTo(module, entry);
  pending.push(...asked);
  for (const array of askedInside) pending.push(partOf(pointsTo.classOf(array), ELEMENT));
  const before = new Map<Spot, Spot[]>();
  eachFlow(module, functions, pointsTo, (from, to) => {
    const known = before.get(to);
    if (known) known.push(from);
    else before.set(to, [from]);
  });
  const reached = new Set<Spot>();
  for (let spot = pending.pop(); spot !== undefined; spot = pending.pop()) {
    if (reached.has(spot)) continue;
    reached.add(spot);
    pending.push(...(before.get(spot) ?? []));
  }
  return [...reads].filter((read) => reached.has(read));
}
