/** What modules rewritten by the hook import: how they report a call that could not be compiled. */
import { readFileSync } from "node:fs";
import { CotangentError, type DiagnosticParts, rememberText } from "../core/errors.ts";
import { showInStack } from "./show-in-stack.ts";

/** Throws the diagnostics, which the compiler found in another thread. */
export function refuse(found: readonly DiagnosticParts[]): never {
  const errors = found.map((parts) => {
    if (parts.span) remember(parts.span.file);
    return new CotangentError(parts);
  });
  const [first, ...others] = errors;
  if (!first) throw new TypeError("refused for no reason");
  throw showInStack(new CotangentError(first, others));
}

function remember(file: string): void {
  try {
    rememberText(file, readFileSync(file, "utf8"));
  } catch {
    // The message stands without the line.
  }
}
