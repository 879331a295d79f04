/** What an operator gives: the answer to a request. */
import type { Border } from "../../ir/border.ts";
import type { Module } from "../../ir/types.ts";

export { modes, type Operator, type OperatorRequest, type Strategy, strategies } from "../../core/request.ts";

/** The operator applied: the function `name` of `module`, and the sweep that it uses (`null` if it takes no derivative). */
export interface Derived {
  readonly module: Module;
  readonly name: string;
  readonly mode: "forward" | "reverse" | null;
  /** Why that sweep, where the operator chose it. */
  readonly why?: string | undefined;
  /** What it is to code outside, where that is something else. */
  readonly border?: Border | undefined;
}

/** A sweep, and why it is that one, where nobody asked for it. */
export interface ChosenMode {
  readonly mode: "forward" | "reverse";
  readonly why?: string | undefined;
}
