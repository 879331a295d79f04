/** What reverse mode does not differentiate is refused here, by name and place, and never passed over. */
import type { Instr } from "../../ir/types.ts";

/** Throws the diagnostic for an instruction whose adjoint is not known. */
export function refuseInReverse(instr: Instr, what: string): never {
  throw new Error(`reverse mode does not differentiate ${what} (${instr.op})`);
}
