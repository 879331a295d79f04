/**
 * What rewritten modules import: how they report a call that could not be compiled, and the check of derivatives with
 * the compiled ones at hand.
 */
import { readFileSync } from "node:fs";
import { CotangentError, type DiagnosticParts, formatError, rememberText } from "../core/errors.ts";

export { checkCompiled } from "../api/check.ts";

/** Throws the diagnostics, which the compiler found in another thread. The stack starts with the place and its line. */
export function refuse(found: readonly DiagnosticParts[]): never {
  const errors = found.map((parts) => {
    if (parts.span) remember(parts.span.file);
    return new CotangentError(parts);
  });
  const [first, ...others] = errors;
  if (!first) throw new TypeError("refused for no reason");
  const error = new CotangentError(first, others);
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  const stack = `CotangentError: ${formatError(error)}\n\n${frames.slice(1).join("\n")}`;
  Object.defineProperty(error, "stack", { value: stack, configurable: true, writable: true });
  throw error;
}

function remember(file: string): void {
  try {
    rememberText(file, readFileSync(file, "utf8"));
  } catch {
    // The message stands without the line.
  }
}
