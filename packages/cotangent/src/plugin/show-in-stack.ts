/** Diagnostics where Node shows errors: an uncaught one is printed by its stack. */
import { type CotangentError, formatError } from "../core/errors.ts";

/** `error` with a stack that begins with the place, the line, the reason and the way out. */
export function showInStack(error: CotangentError): CotangentError {
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  const value = `CotangentError: ${formatError(error)}\n\n${frames.slice(1).join("\n")}`;
  Object.defineProperty(error, "stack", { value, configurable: true, writable: true });
  return error;
}
