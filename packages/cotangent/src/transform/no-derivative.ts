/** What has no derivative at all is refused here, in every mode alike: never passed over as a zero. */
import { report } from "../core/errors.ts";
import type { Spelling } from "../core/primitive.ts";
import type { Instr } from "../ir/types.ts";

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
    case "conditional":
      return "?:";
    default:
      return spelling satisfies never;
  }
}
