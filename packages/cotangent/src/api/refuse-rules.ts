/**
 * What analyses and transforms take for granted of a function with a rule, since they do not look into it: that it leaves
 * what it is given as it was, and gives memory of its own. Asked of the program when it has been made simple, where calls
 * of one function from several places no longer look like one.
 */
import { analyzePointsTo, type MemoryClass, openFunctions } from "../analysis/points-to.ts";
import { analyzeParameterMemory } from "../analysis/writes.ts";
import { report } from "../core/errors.ts";
import { isReference } from "../ir/type.ts";
import type { Func, Instr, Module, Value } from "../ir/types.ts";
import { forEachInstr } from "../ir/visit.ts";

/** Reports `rule-writes` and `rule-shares` of the functions with rules in a module. */
export function refuseRules(module: Module): void {
  for (const func of module.functions.values()) {
    if (!func.rule) continue;
    const { tangent, pullback, implicit } = func.rule;
    refuseWrites(module, func.name, func, `\`${func.name}\``);
    for (const part of [tangent, pullback?.back, implicit?.residual])
      if (part !== undefined) refuseWrites(module, part, func, `the rule of \`${func.name}\``);
    refuseResults(module, func);
  }
}

function refuseWrites(module: Module, name: string, func: Func, what: string): void {
  if (analyzeParameterMemory(module, name).writesGiven()) report("rule-writes", func.span, what);
}

/** Results are memory of their own each; what is put in the place of a parameter's contents holds the same objects. */
function refuseResults(module: Module, { name, body, rule, span }: Func): void {
  if (body.end.kind === "throw") return;
  const pointsTo = analyzePointsTo(module, name);
  const reached = body.end.values.map((v) =>
    isReference(v.type) ? pointsTo.reachable(pointsTo.classOf(v)) : new Set<MemoryClass>(),
  );
  const all = new Set<MemoryClass>();
  for (const classes of reached) {
    for (const c of classes) {
      if (c.external || all.has(c)) report("rule-shares", span, `\`${name}\``);
    }
    for (const c of classes) all.add(c);
  }
  const written = (rule?.writes ?? []).flatMap((i) => [...(reached[i] as ReadonlySet<MemoryClass>)]);
  if (written.length === 0) return;
  for (const func of openFunctions(module, name)) {
    forEachInstr(func.body, (instr) => {
      const owner = ownerOfReference(instr);
      if (owner && written.includes(pointsTo.classOf(owner)))
        report("rule-replaces", instr.span ?? span, `\`${name}\``);
    });
  }
}

/** What `instr` puts an object into, or takes one out of. (Lengths of lists of numbers are compared when it runs.) */
function ownerOfReference(instr: Instr): Value | undefined {
  switch (instr.op) {
    case "push":
      return isReference(instr.value.type) ? instr.array : undefined;
    case "pop":
      return instr.results.some((r) => isReference(r.type)) ? instr.array : undefined;
    case "store":
      return isReference(instr.value.type) ? instr.array : undefined;
    case "setField":
      return isReference(instr.value.type) ? instr.record : undefined;
    default:
      return undefined;
  }
}
