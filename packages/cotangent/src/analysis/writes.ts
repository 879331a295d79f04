/**
 * What a function does to the memory it is given: which parameters reach memory that it writes, and which of them may
 * share memory. A function that writes nothing it is given can be run again, and each of its arguments has a derivative
 * of its own even where the same object is passed twice; with writes the two names mean one memory, and one shadow.
 */

import { isReference } from "../ir/type.ts";
import type { Instr, Module, Value } from "../ir/types.ts";
import { forEachInstr } from "../ir/visit.ts";
import { analyzePointsTo, type MemoryClass, openFunctions } from "./points-to.ts";

export interface ParameterMemory {
  /** Some parameter reaches memory that the function writes. */
  readonly isWritten: boolean;
  /** The parameters, by position, that reach memory that the function writes. */
  readonly written: ReadonlySet<number>;
  /** True if the two parameters, by position, may reach the same memory. */
  readonly meets: (a: number, b: number) => boolean;
}

/** Analyses the function `entry`. */
export function analyzeParameterMemory(module: Module, entry: string): ParameterMemory {
  const pointsTo = analyzePointsTo(module, entry);
  const params = module.functions.get(entry)?.body.params ?? [];
  const reach = params.map((p) =>
    isReference(p.type) ? pointsTo.reachable(pointsTo.classOf(p)) : new Set<MemoryClass>(),
  );
  const changed = new Set<MemoryClass>();
  for (const func of openFunctions(module, entry)) {
    forEachInstr(func.body, (instr) => {
      const [target, isDeep] = writtenBy(instr);
      if (!target || !isReference(target.type)) return;
      const owner = pointsTo.classOf(target);
      for (const c of isDeep ? pointsTo.reachable(owner) : [owner]) changed.add(c);
    });
  }
  const written = new Set(
    [...params.keys()].filter((i) => [...(reach[i] as Set<MemoryClass>)].some((c) => changed.has(c))),
  );
  return {
    isWritten: written.size > 0,
    written,
    meets: (a, b) => [...(reach[a] as Set<MemoryClass>)].some((c) => (reach[b] as Set<MemoryClass>).has(c)),
  };
}

/** The reference whose memory `instr` writes, and whether what it reaches is written too. */
export function writtenBy(instr: Instr): readonly [Value | undefined, boolean] {
  switch (instr.op) {
    case "store":
    case "accumulate":
    case "push":
    case "pop":
      return [instr.array, false];
    case "setField":
    case "accumulateField":
      return [instr.record, false];
    case "clear":
      return [instr.structure, true];
    case "addTo":
      return [instr.target, true];
    // A snapshot puts back what was there before one of the writes above.
    default:
      return [undefined, false];
  }
}
