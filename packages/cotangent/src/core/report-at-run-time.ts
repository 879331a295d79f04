/** How verbs that run report: the message says all, since a browser's console shows nothing else. */
import { CotangentError, type DiagnosticCode, describe } from "./errors.ts";

/** Throws the diagnostic `code` with reason and way out in its message; `details` fill its title. */
export function reportAtRunTime(code: DiagnosticCode, ...details: readonly string[]): never {
  const parts = describe(code, ...details);
  throw new CotangentError({ ...parts, message: `${parts.message}. ${parts.reason} ${parts.remedy}` });
}
