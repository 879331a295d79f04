/**
 * What stands in the place of a number in a structure: a number, or an object that carries more than its value, as those of
 * `cotangent/overload` do. Whoever walks structures takes such an object for a leaf. The brand is registered, so that two
 * copies of the package know each other's.
 */
import type { CarriedRule } from "../runtime/rules.ts";

/** Own to objects that stand for numbers: a method that gives the plain number, through which no derivative flows. */
export const scalarBrand: unique symbol = Symbol.for("cotangent.scalar") as never;

/** Overloaded calls that are under way in this process or page, one inside the other. */
interface OverloadedCalls {
  count: number;
  /** What a function with a rule gives for overloaded arguments, once there has been such a call. */
  callRuled?: (carried: CarriedRule, name: string, args: readonly unknown[]) => unknown;
}

const callsKey = Symbol.for("cotangent.overloadedCalls");
const shared = globalThis as unknown as Record<symbol, OverloadedCalls | undefined>;
const calls: OverloadedCalls = shared[callsKey] ?? { count: 0 };
shared[callsKey] = calls;

/** How many there are, and what they make of functions with rules. */
export const overloadedCalls: OverloadedCalls = calls;

/** True for an object that stands for a number. */
export function isOverloaded(value: unknown): boolean {
  return typeof value === "object" && value !== null && scalarBrand in value;
}

/** True if an overloaded call is under way and a value is in `x`, or in what it holds. */
export function holdsOverloaded(x: unknown, met: Set<unknown> = new Set()): boolean {
  if (overloadedCalls.count === 0 || typeof x !== "object" || x === null || met.has(x)) return false;
  if (isOverloaded(x)) return true;
  met.add(x);
  return !ArrayBuffer.isView(x) && Object.values(x).some((part) => holdsOverloaded(part, met));
}

/** True for what stands in the place of a number. */
export function isScalar(value: unknown): boolean {
  return typeof value === "number" || isOverloaded(value);
}
