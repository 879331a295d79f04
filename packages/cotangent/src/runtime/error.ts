/** The errors that generated code raises on its own account: data that it was compiled not to meet. */

export type RuntimeErrorCode =
  | "inactive-writes"
  | "instance-class"
  | "not-finite"
  | "overlapping-views"
  | "structure-mismatch";

/** Thrown by the functions of `cotangent/runtime`; `code` is stable, the message is for people. */
export class RuntimeError extends Error {
  override readonly name = "CotangentError";
  readonly code: RuntimeErrorCode;

  constructor(code: RuntimeErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
