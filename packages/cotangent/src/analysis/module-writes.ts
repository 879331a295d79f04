/** Whether a program writes into what a module holds, under whatever name it has got hold of it. */
import { isReference } from "../ir/type.ts";
import type { Global, Instr, Module, Value } from "../ir/types.ts";
import { forEachInstr } from "../ir/visit.ts";
import { followHeld } from "./held.ts";
import { analyzePointsTo, openFunctions } from "./points-to.ts";
import { writtenBy } from "./writes.ts";

/** The name of one of the `globals` that a call of `entry` may write into, and where; undefined if it writes none. */
export function writtenGlobal(
  module: Module,
  entry: string,
  globals: readonly Global[],
): { readonly name: string; readonly instr: Instr } | undefined {
  const names = new Set(globals.filter((g) => isReference(g.type)).map((g) => g.name));
  if (names.size === 0) return undefined;
  const functions = openFunctions(module, entry);
  const sources = new Map<Value, string>();
  for (const func of functions)
    forEachInstr(func.body, (instr) => {
      const [result] = instr.results;
      const isFound = instr.op === "global" && names.has(instr.global) && result && isReference(result.type);
      if (isFound) sources.set(result, instr.global);
    });
  const held = followHeld(module, functions, analyzePointsTo(module, entry), sources);
  let found: { readonly name: string; readonly instr: Instr } | undefined;
  for (const func of functions)
    forEachInstr(func.body, (instr) => {
      const [target] = writtenBy(instr);
      const name = target && held.get(target);
      if (name !== undefined) found ??= { name, instr };
    });
  return found;
}
