/**
 * A run as a list of elementary steps: vᵢ = φᵢ(vⱼ), j before i, the evaluation trace (Griewank and Walther, 2.2). A step is
 * an input, an elemental, or a number put in its place in an array or object. Steps stand in scopes: the calls, loops, turns
 * and branches that the run went through.
 */
import type { Primitive } from "../core/primitive.ts";
import type { Span } from "../ir/types.ts";

/** What a step works on: another step, or what does not vary with the inputs. */
export type Operand = Step | { readonly known: unknown };

export interface Step {
  /** Steps are numbered as they run, inputs first. */
  readonly number: number;
  /** Undefined for an input, `"store"` for a number that is put into memory. */
  readonly operation: Primitive | "store" | undefined;
  readonly operands: readonly Operand[];
  readonly value: unknown;
  /** The user's name: of a variable, or of a place (`a[2]`, `p.x`). */
  hint: string | undefined;
  span: Span | undefined;
  readonly scope: Scope;
}

export type Scope =
  | { readonly kind: "function"; readonly name: string; readonly span: Span | undefined; readonly items: Item[] }
  | {
      readonly kind: "call";
      readonly callee: string;
      readonly span: Span | undefined;
      /** Where the function is written. */
      readonly origin: Span | undefined;
      readonly items: Item[];
    }
  /** Its items are turns. */
  | { readonly kind: "loop"; readonly span: Span | undefined; turns: number; readonly items: Item[] }
  /** From 0. The last turn of a loop with a condition may be no more than that the condition was false. */
  | { readonly kind: "turn"; readonly turn: number; readonly items: Item[] }
  | { readonly kind: "branch"; readonly span: Span | undefined; readonly taken: boolean; readonly items: Item[] };

export type Item = Step | Scope;

export function isStep(thing: Operand | Item): thing is Step {
  return "number" in thing;
}

/** A run of a function on arguments. */
export interface Run {
  readonly root: Scope;
  /** In the order in which they ran; an operand has a lower number than what uses it. */
  readonly steps: readonly Step[];
  /** The numbers of the arguments. */
  readonly inputs: readonly Step[];
  /** The numbers of the result: how they are reached from it, and where they come from. */
  readonly outputs: readonly { readonly place: string; readonly value: number; readonly source: Operand }[];
}
