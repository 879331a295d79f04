/**
 * What keeping a value for the reverse sweep costs, and what computing it again: prices in multiplications, of which
 * `need` makes one minimum cut.
 */
import { isReference } from "../ir/type.ts";
import type { Block, Instr, Type, Value } from "../ir/types.ts";
import { freeValues, operands } from "../ir/visit.ts";
import { iterationRegion, type SweepRegion } from "./sweep.ts";

const KEEP_NUMBER = 5;
const KEEP_REFERENCE = 8;
const LIFT = 0.1;
const READ = 2;

/** Price of keeping a value of that type for all runs of its region. */
export function keepPrice(type: Type, home: SweepRegion): number {
  const region = iterationRegion(home);
  if (region.isDirect) return LIFT * region.runs;
  return (type.kind === "number" || type.kind === "boolean" ? KEEP_NUMBER : KEEP_REFERENCE) * region.runs;
}

/** The values that a repeated instruction reads, those inside its regions included. */
export function inputsOf(instr: Instr): readonly Value[] {
  return instr.op === "if" ? [instr.condition, ...freeValues(instr.then), ...freeValues(instr.else)] : operands(instr);
}

/** Price of one repetition; infinite for what cannot be repeated. */
export function recomputePrice(instr: Instr): number {
  switch (instr.op) {
    case "constant":
    case "unset":
    case "global":
    case "slots":
      return 0;
    case "apply":
      return instr.primitive.cost;
    case "wrap":
    case "present":
    case "isNull":
    case "unwrap":
    case "same":
    case "length":
      return 1;
    case "text":
    case "view":
      return 20;
    case "load":
    case "getField":
      return READ;
    case "if":
      // One that yields shadows too is more than its branches say.
      if (instr.then.end.kind === "yield" && instr.then.end.values.length < instr.results.length)
        return Number.POSITIVE_INFINITY;
      return 1 + blockPrice(instr.then) + blockPrice(instr.else);
    default:
      return Number.POSITIVE_INFINITY;
  }
}

/** Price of a branch of scalars; infinite if it does anything but compute. */
function blockPrice(block: Block): number {
  if (block.end.kind === "throw") return Number.POSITIVE_INFINITY;
  let price = 0;
  for (const instr of block.body) {
    const readsMemory =
      instr.op === "load" || instr.op === "getField" || (instr.op === "length" && isReference(instr.array.type));
    price += readsMemory ? Number.POSITIVE_INFINITY : recomputePrice(instr);
  }
  return price;
}
