/** What has no derivative at all is refused here, in every mode alike: never passed over as a zero. */
import { openFunctions } from "../analysis/points-to.ts";
import { report } from "../core/errors.ts";
import type { Spelling } from "../core/primitive.ts";
import type { Instr, Module, Value } from "../ir/types.ts";
import { forEachInstr } from "../ir/visit.ts";

/**
 * Throws `text-read` where something is read out of text that an active number may have been written into: a number, a
 * part, or how long it is. It is refused whatever becomes of it, since what only steers could make a number again.
 */
export function refuseReadText(module: Module, entry: string, holdsActiveText: (value: Value) => boolean): void {
  for (const func of openFunctions(module, entry)) {
    forEachInstr(func.body, (instr) => {
      if (instr.op !== "apply" || !instr.primitive.readsText) return;
      if (instr.args.some((arg) => holdsActiveText(arg)))
        report("text-read", instr.span, `\`${written(instr.primitive.spelling)}\``);
    });
  }
}

/** Throws `not-differentiable` for an operation whose operand and result a derivative would flow through. */
export function refuseWithoutDerivative(instr: Instr & { readonly op: "apply" }): never {
  return report("not-differentiable", instr.span, `\`${written(instr.primitive.spelling)}\``);
}

function written(spelling: Spelling): string {
  switch (spelling.kind) {
    case "infix":
    case "prefix":
      return spelling.operator;
    case "call":
      return spelling.callee;
    case "runtime":
      return spelling.name;
    case "method":
    case "property":
      return spelling.name;
    case "element":
      return "[]";
    case "conditional":
      return "?:";
    default:
      return spelling satisfies never;
  }
}
