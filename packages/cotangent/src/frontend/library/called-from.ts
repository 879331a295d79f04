/**
 * Places of refusals. Methods are compiled from the prelude, so that what their code does not take is found there; users see
 * the call by which their program came to it.
 *
 *     /cotangent-prelude/array.ts:52:24  `inner` may be missing here
 *     input.ts:3:10                      in what `xs.flatMap(…)` does: `inner` may be missing here
 */
import type ts from "typescript";
import { CotangentError } from "../../core/errors.ts";
import { preludeFile } from "../../prelude/index.ts";
import { quote, type Session, spanOf } from "../context.ts";

/** The error, at the call of the program that is being lowered if it is in code of the prelude. */
export function placedAtCall({ libraryCall }: Pick<Session, "libraryCall">, error: CotangentError): CotangentError {
  if (!libraryCall || error.span?.file !== preludeFile) return error;
  const { code, reason, remedy, docs, message } = error;
  const span = spanOf(libraryCall);
  return new CotangentError({
    code,
    reason,
    remedy,
    docs,
    span,
    message: `in what ${quote(libraryCall)} does: ${message}`,
  });
}

/** Lowers a call of the prelude for a call of the program. */
export function callingFrom<T>(session: Session, call: ts.Node, lower: () => T): T {
  const before = session.libraryCall;
  // What the prelude calls itself is part of what the program called.
  if (call.getSourceFile().fileName !== preludeFile) session.libraryCall = call;
  try {
    return lower();
  } catch (error) {
    throw error instanceof CotangentError ? placedAtCall(session, error) : error;
  } finally {
    session.libraryCall = before;
  }
}
