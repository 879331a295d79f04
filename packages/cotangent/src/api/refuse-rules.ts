/**
 * What analyses and transforms take for granted of a function with a rule, since they do not look into it: that it leaves
 * what it is given as it was, and gives memory of its own. Asked of the program when it has been made simple, where calls
 * of one function from several places no longer look like one.
 */
import { analyzePointsTo } from "../analysis/points-to.ts";
import { analyzeParameterMemory } from "../analysis/writes.ts";
import { report } from "../core/errors.ts";
import { isReference } from "../ir/type.ts";
import type { Func, Module } from "../ir/types.ts";

/** Reports `rule-writes` and `rule-shares` of the functions with rules in a module. */
export function refuseRules(module: Module): void {
  for (const func of module.functions.values()) {
    if (!func.rule) continue;
    const { tangent, pullback, implicit } = func.rule;
    refuseWrites(module, func.name, func, `\`${func.name}\``);
    for (const part of [tangent, pullback?.back, implicit?.residual])
      if (part !== undefined) refuseWrites(module, part, func, `the rule of \`${func.name}\``);
    if (sharesResult(module, func)) report("rule-shares", func.span, `\`${func.name}\``);
  }
}

function refuseWrites(module: Module, name: string, func: Func, what: string): void {
  if (analyzeParameterMemory(module, name).isWritten) report("rule-writes", func.span, what);
}

function sharesResult(module: Module, { name, body }: Func): boolean {
  if (body.end.kind === "throw") return false;
  const pointsTo = analyzePointsTo(module, name);
  return body.end.values
    .filter((v) => isReference(v.type))
    .some((v) => [...pointsTo.reachable(pointsTo.classOf(v))].some((c) => c.external));
}
