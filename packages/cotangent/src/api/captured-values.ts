/**
 * What a running function captures is read and never written: derivatives treat it as constant. Memory that the function
 * writes must therefore not be, or share, what it captures; a function that writes an argument may be given a captured
 * array as that argument, so the same is refused of any two of one type.
 */
import { analyzePointsTo, type MemoryClass, openFunctions } from "../analysis/points-to.ts";
import { writtenBy } from "../analysis/writes.ts";
import { report } from "../core/errors.ts";
import { liveModule } from "../frontend/modules/running.ts";
import { isReference } from "../ir/type.ts";
import type { Module } from "../ir/types.ts";
import { forEachInstr } from "../ir/visit.ts";

/** Reports `captured-written` where the function `entry` may write what it captures. */
export function refuseWrittenCaptures(module: Module, entry: string): void {
  const captured = [...module.globals.values()].filter(
    (g) => g.source.kind === "import" && g.source.file === liveModule && isReference(g.type),
  );
  if (captured.length === 0) return;
  const pointsTo = analyzePointsTo(module, entry);
  const functions = openFunctions(module, entry);
  const owners = new Map<MemoryClass, string>();
  for (const func of functions) {
    forEachInstr(func.body, (instr) => {
      const [result] = instr.results;
      if (instr.op !== "global" || !result || !captured.some((g) => g.name === instr.global)) return;
      for (const c of pointsTo.reachable(pointsTo.classOf(result))) owners.set(c, result.hint ?? instr.global);
    });
  }
  for (const func of functions) {
    forEachInstr(func.body, (instr) => {
      const [target, isDeep] = writtenBy(instr);
      if (!target || !isReference(target.type)) return;
      const owner = pointsTo.classOf(target);
      for (const c of isDeep ? pointsTo.reachable(owner) : [owner]) {
        const name = owners.get(c);
        if (name !== undefined) report("captured-written", instr.span, `\`${name}\``);
      }
    });
  }
}
