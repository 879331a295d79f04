/**
 * Some adjoints go through whole structures: that of a call whose rule is given, and that of a deep copy. They meet the
 * shadows as they are when the mirror runs, and shadows follow the program: where rows have changed places meanwhile, what
 * is added would be added to other rows. Reverse mode refuses that.
 */
import type { Activity } from "../../analysis/activity.ts";
import type { MemoryClass } from "../../analysis/points-to.ts";
import { isReference } from "../../ir/type.ts";
import type { Block, Func, Instr, Module, Value } from "../../ir/types.ts";
import { forEachInstr, regions } from "../../ir/visit.ts";
import { refuseInReverse } from "./refuse.ts";

interface Place {
  /** In the order of the text. */
  readonly order: number;
  readonly loops: readonly Instr[];
}

/** An instruction whose mirror goes through whole structures, and meets their shadows as they are then. */
interface Whole {
  readonly instr: Instr;
  readonly args: readonly Value[];
  readonly isRuled: boolean;
  readonly what: string;
}

function wholeStructures(instr: Instr, module: Module): Whole | undefined {
  if (instr.op === "call" && module.functions.get(instr.callee)?.rule)
    return { instr, args: instr.args, isRuled: true, what: "what a function with a rule takes or gives" };
  if (instr.op === "addTo" && holdsReferences(instr.target))
    return { instr, args: [instr.target, instr.source], isRuled: false, what: "what was added whole" };
  const isDeep = instr.op === "copy" && !instr.detached && holdsReferences(instr.structure);
  return isDeep
    ? { instr, args: [instr.structure], isRuled: false, what: "what was copied whole, or of the copy," }
    : undefined;
}

type Change = Place & { readonly instr: Instr; readonly owner: Value };

/**
 * Refuses calls of functions with rules, and copies, whose arguments or results come to hold other arrays or objects
 * before their mirror runs; results of rules must not change their length either. In an argument an array of numbers may
 * grow. Only in a function that runs once, and in no loop that has both, does the text say which of two comes later.
 */
export function refuseRearranged(func: Func, runsOnce: boolean, module: Module, activity: Activity): void {
  const calls: (Place & Whole)[] = [];
  const changes: Change[] = [];
  let order = 0;
  const walk = (block: Block, loops: readonly Instr[]): void => {
    for (const instr of block.body) {
      const place = { order: order++, loops };
      const whole = wholeStructures(instr, module);
      if (whole) calls.push({ ...place, ...whole });
      const owner = restructured(instr);
      if (owner) changes.push({ ...place, instr, owner });
      const inner = instr.op === "for" || instr.op === "while" ? [...loops, instr] : loops;
      for (const region of regions(instr)) walk(region, inner);
    }
  };
  walk(func.body, []);
  if (calls.length === 0) return;
  const elsewhere: Change[] = [];
  for (const other of module.functions.values()) {
    if (other === func || other.rule) continue;
    forEachInstr(other.body, (instr) => {
      const owner = restructured(instr);
      if (owner) elsewhere.push({ order: Number.POSITIVE_INFINITY, loops: [], instr, owner });
    });
  }
  const { pointsTo } = activity;
  for (const call of calls) {
    const [made] = call.instr.results;
    if (made && !call.instr.results.some((r) => activity.isActive(r))) continue;
    const reaches = (values: readonly Value[]): ReadonlySet<MemoryClass> =>
      new Set(
        values
          .filter((v) => isReference(v.type) && activity.isActive(v))
          .flatMap((v) => [...pointsTo.reachable(pointsTo.classOf(v))]),
      );
    const [args, results] = [reaches(call.args), reaches(call.instr.results)];
    for (const change of [...changes, ...elsewhere]) {
      const isLater = !runsOnce || change.order > call.order || change.loops.some((l) => call.loops.includes(l));
      const owner = pointsTo.classOf(change.owner);
      const matters = holdsReferences(change.owner)
        ? args.has(owner) || results.has(owner)
        : call.isRuled && results.has(owner);
      if (isLater && matters) refuseInReverse(change.instr, `a change to the structure of ${call.what}`);
    }
  }
}

/** What `instr` puts an object into, takes one out of, or makes longer or shorter. */
function restructured(instr: Instr): Value | undefined {
  switch (instr.op) {
    case "push":
    case "pop":
      return instr.array;
    case "store":
      return isReference(instr.value.type) ? instr.array : undefined;
    case "setField":
      return isReference(instr.value.type) ? instr.record : undefined;
    default:
      return undefined;
  }
}

function holdsReferences({ type }: Value): boolean {
  return type.kind === "record" || (type.kind === "array" && isReference(type.element));
}
