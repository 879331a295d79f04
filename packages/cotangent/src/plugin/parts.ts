/** Diagnostics as data, for where they cross from the compiler to the program. */
import type { CotangentError, DiagnosticParts } from "../core/errors.ts";

export function toParts({ code, message, reason, remedy, span }: CotangentError): DiagnosticParts {
  return { code, message, reason, remedy, span };
}
