/**
 * Which rule a function carries that `inactive`, `customJvp` or `customVjp` has made. One registry serves every copy of
 * this module in a process, as for registered derivatives.
 */

export type RuleVerb = "inactive" | "customJvp" | "customVjp" | "implicitRoot" | "fixedPoint" | "implicitMinimum";

/** What a function with a rule gives: its result, and arguments by their position, which it writes. */
export type RuleOutputs = readonly ("result" | number)[];

/** What a function with a rule was made of. */
export interface CarriedRule {
  readonly verb: RuleVerb;
  readonly f: object;
  readonly rule: object | undefined;
  /** Named where it writes arguments; else it gives its result and writes nothing. */
  readonly outputs: RuleOutputs | undefined;
}

const key = Symbol.for("cotangent.rules");

function registry(): WeakMap<object, CarriedRule> {
  const holder = globalThis as unknown as Record<symbol, WeakMap<object, CarriedRule> | undefined>;
  holder[key] ??= new WeakMap();
  return holder[key];
}

/** Remembers what `f` was made of. */
export function rememberRule(f: object, carried: CarriedRule): void {
  registry().set(f, carried);
}

/** What `f` was made of, if it carries a rule. */
export function ruleOf(f: object): CarriedRule | undefined {
  return registry().get(f);
}
