/**
 * Arguments whose structure changes while the function runs. A derivative has the structure that its argument had at
 * entry, but shadows follow the program: rows that change places take their shadows with them. So the program is given
 * containers of its own, which hold the caller's rows. Where that is not enough (an argument's records hold other
 * structures afterwards) reverse mode refuses.
 */
import type { Activity } from "../../analysis/activity.ts";
import type { MemoryClass } from "../../analysis/points-to.ts";
import { openFunctions } from "../../analysis/points-to.ts";
import type { BlockBuilder } from "../../ir/build.ts";
import { isReference, shadowType } from "../../ir/type.ts";
import type { Func, Instr, Module, Type, Value } from "../../ir/types.ts";
import { forEachInstr } from "../../ir/visit.ts";
import { refuseInReverse } from "./refuse.ts";

/** The parameters of `entry` whose containers must be the program's own. Refuses what no copy of containers mends. */
export function findRearranged(module: Module, entry: Func, activity: Activity): ReadonlySet<Value> {
  const { pointsTo } = activity;
  const params = entry.body.params.filter((p) => isReference(p.type));
  const found = new Set<Value>();
  for (const func of openFunctions(module, entry.name)) {
    const made = new Set<Value>();
    forEachInstr(func.body, (instr) => {
      if (instr.op === "array" || instr.op === "allocate" || instr.op === "record") made.add(instr.results[0] as Value);
      const container = rearrangedBy(instr);
      if (!container || made.has(container)) return;
      const owner = pointsTo.classOf(container);
      if (!owner.external || !activity.hasShadow(owner)) return;
      const holders = params.filter((p) => pointsTo.reachable(pointsTo.classOf(p)).has(owner));
      const [param, other] = holders;
      if (!param || other || !isOwn(param, owner, activity)) {
        refuseInReverse(instr, "a change to the structure of an argument");
      }
      found.add(param);
    });
  }
  return found;
}

/** The container to which `instr` adds, takes away or exchanges something that has a place in the derivative. */
function rearrangedBy(instr: Instr): Value | undefined {
  switch (instr.op) {
    case "store":
      return hasPlace(instr.value.type) ? instr.array : undefined;
    case "setField":
      return hasPlace(instr.value.type) ? instr.record : undefined;
    case "push":
      return hasPlace(instr.value.type) ? instr.array : undefined;
    case "pop":
      return hasPlace((instr.results[0] as Value).type) ? instr.array : undefined;
    default:
      return undefined;
  }
}

/** A structure of this type has one beside it in the derivative: not arrays of integers. */
function hasPlace(type: Type): boolean {
  return isReference(type) && shadowType(type).kind !== "undefined";
}

/** The parameter is itself the container, and holds nothing but references. */
function isOwn(param: Value, owner: MemoryClass, activity: Activity): boolean {
  return (
    param.type.kind === "array" && isReference(param.type.element) && activity.pointsTo.classOf(param).id === owner.id
  );
}

/** Makes `own` an array of its own with the elements of `array`. */
export function emitOwnContainer(b: BlockBuilder, own: Value, array: Value): void {
  b.append({ op: "array", elements: [], results: [own], span: b.span });
  b.for({ start: b.constant(0), end: b.length(array), step: 1 }, [], (inner, i) => {
    inner.push(own, inner.load(array, i as Value));
    return [];
  });
}
