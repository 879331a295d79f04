/** The errors that generated code raises on its own account: data that it was compiled not to meet. */

export type RuntimeErrorCode =
  | "inactive-writes"
  | "array-gap"
  | "instance-class"
  | "missing-value"
  | "not-finite"
  | "overlapping-views"
  | "rule-overlaps"
  | "stack-exhausted"
  | "structure-mismatch"
  | "unexpected-fields";

/** Thrown by the functions of `cotangent/runtime`; `code` is stable, the message is for people. */
export class RuntimeError extends Error {
  override readonly name = "CotangentError";
  readonly code: RuntimeErrorCode;

  constructor(code: RuntimeErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What engines say when a call finds no room on the stack: V8 and JavaScriptCore, then SpiderMonkey. */
const exhausted = /^Maximum call stack size exceeded|^too much recursion/;

/** True for the error that the engine raises when calls are nested too deep. */
export function isStackExhausted(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  const { name, message } = error as Partial<Error>;
  return (name === "RangeError" || name === "InternalError") && typeof message === "string" && exhausted.test(message);
}

/** What to throw in place of `thrown`: `stack-exhausted` if the engine had no stack left, else `thrown` itself. */
export function stackError(thrown: unknown): unknown {
  if (!isStackExhausted(thrown)) return thrown;
  return new RuntimeError(
    "stack-exhausted",
    "the stack is exhausted: calls are nested deeper than the derivative has room for. Run with a larger stack " +
      "(`node --stack-size=…`, in kilobytes; the thread needs as much: `ulimit -s`), or write the recursion as a loop",
    { cause: thrown },
  );
}
