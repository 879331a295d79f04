/**
 * What is said of IR that transforms have made, as they make it: which instructions it has, how many of each, and which names
 * are new in it, how often. Numbers tell whether it is right; these tell the rest: what is done twice, or for nothing, and what readers
 * of generated code see.
 */
import { reachableFunctions } from "../../src/analysis/points-to.ts";
import type { Value } from "../../src/ir/types.ts";
import { forEachInstr, regions } from "../../src/ir/visit.ts";
import type { Lowered } from "./engines.ts";

/** A line about the functions that `of` has not. */
export function figuresOf(made: Lowered, of: Lowered): string {
  const counts = new Map<string, number>();
  const names = new Map<string, number>();
  const known = new Set<string>();
  for (const func of reachableFunctions(made.module, made.entry)) {
    const isNew = of.module.functions.get(func.name) !== func;
    const note = (values: readonly Value[]): void => {
      for (const { hint } of values)
        if (hint && isNew) names.set(hint, (names.get(hint) ?? 0) + 1);
        else if (hint) known.add(hint);
    };
    note(func.body.params);
    forEachInstr(func.body, (instr) => {
      const what = instr.op === "apply" ? instr.primitive.id : instr.op;
      if (isNew) counts.set(what, (counts.get(what) ?? 0) + 1);
      note(instr.results);
      for (const region of regions(instr)) note(region.params);
    });
  }
  const listed = [...counts].map(([what, count]) => `${what} ${count}`);
  const listedNames = [...names]
    .filter(([name]) => !known.has(name))
    .map(([name, count]) => (count > 1 ? `${name} ${count}` : name));
  return `${listed.join(", ")}; ${listedNames.join(" ")}`;
}
