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

function registry<T>(name: string): WeakMap<object, T> {
  const key = Symbol.for(name);
  const holder = globalThis as unknown as Record<symbol, WeakMap<object, T> | undefined>;
  holder[key] ??= new WeakMap();
  return holder[key];
}

const carried = registry<CarriedRule>("cotangent.rules");
const inUse = registry<object>("cotangent.rulesInUse");

/** Remembers what `f` was made of. */
export function rememberRule(f: object, rule: CarriedRule): void {
  carried.set(f, rule);
}

/** What `f` was made of, if it carries a rule. */
export function ruleOf(f: object): CarriedRule | undefined {
  return carried.get(f);
}

/** Lets functions with rules stand for what they were made of. */
export function standFor(functions: readonly unknown[]): void {
  for (const f of functions) {
    let made = typeof f === "function" ? carried.get(f)?.f : undefined;
    while (made && carried.get(made)?.verb === "inactive") made = carried.get(made)?.f;
    if (made) inUse.set(made, f as object);
  }
}

/** The function with a rule that stands for `f`, if one does. */
export function standIn(f: object): object | undefined {
  return inUse.get(f);
}
