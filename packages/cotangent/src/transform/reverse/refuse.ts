/** What reverse mode does not differentiate is refused here, by name and place, and never passed over. */
import { report } from "../../core/errors.ts";
import type { Instr } from "../../ir/types.ts";

/** Throws the diagnostic for an instruction whose adjoint is not known. */
export function refuseInReverse(instr: Instr, what: string): never {
  return report("not-taken", instr.span, `${what} in reverse mode`);
}
