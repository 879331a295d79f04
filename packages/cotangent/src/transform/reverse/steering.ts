/**
 * Numbers of a forward sweep that do not vary with what is differentiated: they steer, or are data. They are kept apart
 * from those that do, since all that lies in one memory varies to whatever differentiates the sweep again. `x ** w` with
 * w read from among numbers that vary would ask for the derivative by w, which is NaN for x below 0, and 0 times it is
 * not 0.
 */
import { type Activity, analyzeActivity } from "../../analysis/activity.ts";
import { ELEMENT } from "../../analysis/points-to.ts";
import type { Ranges } from "../../analysis/ranges.ts";
import type { SweepItem } from "../../analysis/sweep.ts";
import type { Block, Func, Instr, Module, Value } from "../../ir/types.ts";
import { regions } from "../../ir/visit.ts";
import type { AugmentedFunction } from "./augment.ts";

/** The values of the forward sweep of `func` that are known not to vary, old elements among them. */
export function findSteering(
  module: Module,
  func: Func,
  sweep: AugmentedFunction,
  activity: Activity,
  ranges: Ranges,
): Set<Value> {
  const found = new Set<Value>();
  const add = (value: Value): void => {
    const isNumber = value.type.kind === "number" && (!activity.isVaried(value) || ranges.isIntegral(value));
    if (isNumber || value.type.kind === "boolean") found.add(value);
  };
  const visit = (block: Block): void => {
    block.params.forEach(add);
    for (const instr of block.body) {
      instr.results.forEach(add);
      regions(instr).forEach(visit);
    }
  };
  visit(func.body);
  for (const item of new Set(sweep.definition.values()))
    if (item.old?.type.kind === "number" && !isOldVaried(item, activity)) found.add(item.old);
  for (const index of sweep.indexOf.values()) found.add(index);
  for (const [instr, { residuals }] of sweep.ruledCalls)
    if (instr.op === "call") residuals.filter(steersAmong(module, instr, activity)).forEach((r) => void found.add(r));
  return found;
}

/** Which residuals of a call that a rule gives the adjoint of do not vary: what its forward half makes of data alone. */
function steersAmong(
  module: Module,
  { callee, args }: Instr & { op: "call" },
  activity: Activity,
): (residual: Value, i: number, all: readonly Value[]) => boolean {
  const active = args.map((a) => (a.type.kind === "number" ? activity.isVaried(a) : true));
  const inside = analyzeActivity(module, callee, active);
  const end = module.functions.get(callee)?.body.end;
  const values = end?.kind === "yield" ? end.values : [];
  return ({ type }, i, all) => {
    const made = values[values.length - all.length + i];
    return type.kind === "boolean" || (type.kind === "number" && made !== undefined && !inside.isVaried(made));
  };
}

/** Whether the element that the instruction destroys may vary. */
function isOldVaried({ instr, isShadowCode }: SweepItem, { pointsTo, isVariedCell }: Activity): boolean {
  if (isShadowCode) return true;
  switch (instr.op) {
    case "store":
    case "accumulate":
      return isVariedCell(pointsTo.classOf(instr.array), ELEMENT);
    case "setField":
    case "accumulateField":
      return isVariedCell(pointsTo.classOf(instr.record), instr.field);
    default:
      return true;
  }
}
