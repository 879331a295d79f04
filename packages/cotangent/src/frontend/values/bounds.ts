/**
 * Which stores are certainly within an array: `a[i] = v` on a JavaScript array may append, when i equals the length, and
 * is a push then. Lengths are symbolic: `length >= n` is remembered for values n (the argument of an allocation, a length
 * read before), `i < n` for the counter of a loop whose condition says so; both are facts about immutable values, and
 * arrays only grow. If the program shortens an array anywhere, it is lowered again without these proofs.
 */
import type { Block, Instr, Value } from "../../ir/types.ts";
import type { Context } from "../context.ts";

const lengths = new WeakMap<Value, Value[]>();
const limits = new WeakMap<Value, { readonly below?: Value; readonly within?: Value }[]>();

/** Remembers that `array` has at least `length` elements. */
export function recordLength(_cx: Context, array: Value, length: Value): void {
  const known = lengths.get(array);
  if (known) known.push(length);
  else lengths.set(array, [length]);
}

const slots = new WeakSet<Value>();

/** Remembers that an array is a tape's memory, which is written only where it has grown before. */
export function recordSlots(array: Value): Value {
  slots.add(array);
  return array;
}

/** Learns from a loop's condition what holds of the carried values while its body runs. */
export function learnFromCondition(condition: Block, bodyParams: readonly Value[]): void {
  if (condition.end.kind !== "yield") return;
  const test = condition.end.values[0];
  const defining = (v: Value | undefined): Instr | undefined => condition.body.find((i) => v && i.results.includes(v));
  const comparison = defining(test);
  if (comparison?.op !== "apply" || comparison.primitive.id !== "lt") return;
  const [index, limit] = comparison.args as readonly [Value, Value];
  const position = condition.params.indexOf(index);
  const counter = bodyParams[position];
  if (!counter) return;
  const source = defining(limit);
  const outside = (v: Value): Value => bodyParams[condition.params.indexOf(v)] ?? v;
  const fact = source?.op === "length" ? { within: outside(source.array) } : { below: outside(limit) };
  const known = limits.get(counter);
  if (known) known.push(fact);
  else limits.set(counter, [fact]);
}

/** True if `index`, a counter that starts at 0 or a constant, is certainly less than the length of `array`. */
export function isWithin(cx: Context, array: Value, index: Value): boolean {
  if (slots.has(array)) return true;
  const { bounds } = cx.session;
  if (!bounds.trusted) return false;
  const same = (a: Value, b: Value): boolean => a === b || (cx.isKnown(a) && cx.known(a) === cx.known(b));
  const known = lengths.get(array) ?? [];
  const fixed = cx.known(index);
  const proved =
    typeof fixed === "number"
      ? known.some((n) => {
          const length = cx.known(n);
          return typeof length === "number" && fixed < length;
        })
      : (limits.get(index) ?? []).some((f) => f.within === array || known.some((n) => f.below && same(f.below, n)));
  if (proved) bounds.used = true;
  return proved;
}
