/** Diagnostics where Node shows errors: an uncaught one is printed by its stack. */
import { type CotangentError, formatError } from "../core/errors.ts";

const shown = new WeakSet<CotangentError>();

/** `error` with a stack that begins with the place, the line, the reason and the way out. */
export function showInStack(error: CotangentError): CotangentError {
  if (shown.has(error)) return error;
  shown.add(error);
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  const value = `CotangentError: ${formatError(error)}\n\n${frames.join("\n")}`;
  Object.defineProperty(error, "stack", { value, configurable: true, writable: true });
  return error;
}
