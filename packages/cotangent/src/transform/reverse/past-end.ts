/**
 * Stores past the end of an array, after which it has holes: `kept[n] = v` on an empty array. The shadow must have the same
 * elements, or the cotangent of what was stored there would have no place. The front end makes of a store that may
 * append a push and a store, so that one past the end is the store in the other branch of that test:
 *
 *     if (n === length xs) push xs, v  else store xs[n] = v      and then, in the forward sweep,
 *     if (present xsBar[n]) { }        else store xsBar[n] = 0
 */
import { eq, ne } from "../../elementals/index.ts";
import type { BlockBuilder } from "../../ir/build.ts";
import type { Block, Func, Instr, Value } from "../../ir/types.ts";
import { forEachInstr } from "../../ir/visit.ts";

/** The stores of numbers in `func` that may be past the end of their array. */
export function findPastEnd(func: Func): ReadonlySet<Instr> {
  const made = new Map<Value, Instr>();
  forEachInstr(func.body, (instr) => {
    for (const r of instr.results) made.set(r, instr);
  });
  const found = new Set<Instr>();
  const isLength = (v: Value | undefined): boolean => v !== undefined && made.get(v)?.op === "length";
  // Tangents of several directions stand side by side: that of direction d for the element n at n * count + d, and where n
  // may be no number, at what is chosen in its place.
  const comesFrom = (v: Value, index: Value): boolean => {
    if (v === index) return true;
    const by = made.get(v);
    if (by?.op === "apply") return by.args.some((a) => comesFrom(a, index));
    if (by?.op !== "if") return false;
    const place = by.results.indexOf(v);
    return [by.then, by.else].some(({ end }) => end.kind === "yield" && comesFrom(end.values[place] as Value, index));
  };
  const collect = (block: Block, index: Value): void => {
    for (const instr of block.body) if (instr.op === "store" && comesFrom(instr.index, index)) found.add(instr);
  };
  forEachInstr(func.body, (instr) => {
    if (instr.op === "store" && isBeyondKnown(instr, made)) found.add(instr);
    const test = instr.op === "if" ? made.get(instr.condition) : undefined;
    if (instr.op !== "if" || test?.op !== "apply" || (test.primitive !== eq && test.primitive !== ne)) return;
    const [left, right] = test.args;
    for (const index of [isLength(right) ? left : undefined, isLength(left) ? right : undefined])
      if (index) for (const block of [instr.then, instr.else]) collect(block, index);
  });
  return found;
}

/**
 * The test was decided when the program was made simpler, since the index is written out and the array is new, or the
 * index is that of no element (`a[-1] = v` sets a property).
 */
function isBeyondKnown({ array, index }: Instr & { op: "store" }, made: ReadonlyMap<Value, Instr>): boolean {
  const [at, of] = [made.get(index), made.get(array)];
  if (at?.op !== "constant" || typeof at.value !== "number") return false;
  if (at.value < 0 || !Number.isInteger(at.value)) return true;
  return of?.op === "array" ? at.value >= of.elements.length : of?.op === "allocate";
}

/** Makes a place in the shadow of an array for a store at `index`, which may be past the end or in a hole. */
export function emitReach(b: BlockBuilder, shadow: Value, index: Value): void {
  b.if(
    b.present(b.load(shadow, index, undefined, true)),
    () => [],
    (beyond) => {
      beyond.store(shadow, index, beyond.constant(0));
      return [];
    },
  );
}

/** What a typed array holds at `index`, or 0 past its end, where a store does nothing. */
export function emitLoadOrZero(b: BlockBuilder, array: Value, index: Value, hint: string | undefined): Value {
  const found = b.load(array, index, hint, true);
  const [value] = b.if(
    b.present(found),
    (then) => [then.unwrap(found)],
    (otherwise) => [otherwise.constant(0)],
    [hint],
  );
  return value as Value;
}
