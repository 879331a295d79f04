/**
 * What a function does to the memory it is given: which parameters reach memory that it writes, and which of them may
 * share memory. A function that writes nothing it is given can be run again, and each of its arguments has a derivative
 * of its own even where the same object is passed twice; with writes the two names mean one memory, and one shadow.
 *
 * Classes of memory say what may be given; whether what is written is, too, is asked of references themselves:
 *
 *     let from = given;   for (…) { const to = []; to.push(from[0] * 2); from = to; }      one class, `given` is not written
 */

import { isReference } from "../ir/type.ts";
import type { Instr, Module, Value } from "../ir/types.ts";
import { forEachInstr } from "../ir/visit.ts";
import { ownerOf } from "./flows.ts";
import { followHeld } from "./held.ts";
import { analyzePointsTo, type MemoryClass, openFunctions } from "./points-to.ts";

export interface ParameterMemory {
  /** Some parameter reaches memory of a class that the function writes. */
  readonly isWritten: boolean;
  /** The function may write into an object that it is given, and not only into those of its own beside it in a class. */
  readonly writesGiven: () => boolean;
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
  const functions = openFunctions(module, entry);
  for (const func of functions) {
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
  const isGivenWritten = (): boolean => {
    if (written.size === 0 || module.functions.get(entry)?.keepsGiven) return false;
    const references = params.filter((p) => isReference(p.type));
    const held = followHeld(module, functions, pointsTo, new Map(references.map((p) => [p, true])));
    const holders = new Set([...held.keys()].filter((spot) => typeof spot === "string").map(ownerOf));
    const holdsGiven = (of: Value): boolean =>
      [...pointsTo.reachable(pointsTo.classOf(of))].some(({ id }) => holders.has(id));
    let found = false;
    for (const func of functions)
      forEachInstr(func.body, (instr) => {
        const [target, isDeep] = writtenBy(instr);
        if (!target || !isReference(target.type)) return;
        found ||= held.has(target) || (isDeep && holdsGiven(target));
      });
    return found;
  };
  let known: boolean | undefined;
  return {
    isWritten: written.size > 0,
    writesGiven: () => {
      known ??= isGivenWritten();
      return known;
    },
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
