/** How verbs that run report: the message says all, since a browser's console shows nothing else. */
import { CotangentError, type DiagnosticCode, describeInFull } from "./errors.ts";

/** Throws the diagnostic `code` with reason and way out in its message; `details` fill its title. */
export function reportAtRunTime(code: DiagnosticCode, ...details: readonly string[]): never {
  throw new CotangentError(describeInFull(code, ...details));
}
