/**
 * What a route that has the running function tells the front end: the types of the values that it is called with, and
 * what the names that it reads from outside stand for.
 */
import type { Type } from "../../ir/types.ts";
import type { RuleOutputs, RuleVerb } from "../../runtime/rules.ts";

/** A function of the running program, called with values. */
export interface Running {
  /** The types of the values that it is called with: those of parameters whose declaration says none. */
  readonly values: ValueTypes;
  readonly live: Live;
}

/** The types of arguments; `undefined` and `null` for those. Arguments that are not given have none. */
export type ValueTypes = readonly (Type | undefined | null)[];

/** A place where a name is used: `name` at the offset `start`, and the properties that are read off it there. */
export interface Use {
  readonly file: string;
  readonly start: number;
  readonly name: string;
  readonly members: readonly string[];
}

/** What a use of a name stands for in the running program. */
export type LiveBinding =
  /** `key` is what generated code imports from `liveModule`. */
  | { readonly kind: "value"; readonly type: Type; readonly key: string }
  | { readonly kind: "function"; readonly file: string; readonly position: number; readonly scope: LiveScope }
  /** A function with a rule, with what it was made of; `key` is what generated code imports to call it. */
  | {
      readonly kind: "rule";
      readonly verb: RuleVerb;
      readonly key: string;
      readonly f: LiveBinding | undefined;
      readonly rule: LiveBinding | undefined;
      readonly outputs: RuleOutputs | undefined;
    }
  /** A function of the language, as the table of elementals spells it. */
  | { readonly kind: "predefined"; readonly spelling: string };

/** What one function of the running program sees. The same object for the same function. */
export interface LiveScope {
  /** Undefined where nothing can be seen. Throws CotangentError for what cannot be taken. */
  readonly look: (use: Use) => LiveBinding | undefined;
}

export interface Live {
  /** What the function that is lowered sees. */
  readonly entry: LiveScope;
  /** What functions at the top level of a file see, once one of them was found. */
  readonly module: (file: string) => LiveScope | undefined;
  /** True for a script whose top-level names other scripts may declare again. */
  readonly isScript: (file: string) => boolean;
}

/** The module that generated code imports live values from. */
export const liveModule = "live:";
