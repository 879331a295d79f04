/** What a test asks of a refusal. */
import { CotangentError } from "../../src/core/errors.ts";

/** The code of the diagnostic that `run` ends in; `none` if it ends in none. What else it throws is thrown. */
export function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof CotangentError) return error.code;
    throw error;
  }
  return "none";
}
