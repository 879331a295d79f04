/**
 * Running a function several times where it writes into its arguments: each run gets copies of the contents at entry,
 * made together, so that two names for one object stay two names for one object.
 */
import type { BlockBuilder } from "../../ir/build.ts";
import { isReference, tuple } from "../../ir/type.ts";
import type { Value } from "../../ir/types.ts";
import type { Target } from "./target.ts";

export interface Reruns {
  /** Emits the arguments for one more run. */
  readonly emitFresh: (b: BlockBuilder) => readonly Value[];
  /** Arguments with the contents at entry, for reading. */
  readonly atEntry: readonly Value[];
}

/** Emits what keeps the contents of `args` at entry; nothing where the function writes none of them. */
export function emitReruns(b: BlockBuilder, target: Target, args: readonly Value[]): Reruns {
  const { written, meets } = target.memory;
  const indices = [...args.keys()].filter(
    (i) => isReference((args[i] as Value).type) && [...written].some((w) => w === i || meets(w, i)),
  );
  if (indices.length === 0 || !target.memory.writesGiven()) return { emitFresh: () => args, atEntry: args };
  const copied = (inner: BlockBuilder, from: readonly Value[]): readonly Value[] => {
    const of = indices.map((i) => from[i] as Value);
    const [only] = of;
    const parts = only && of.length === 1 ? [inner.copy(only)] : copyTogether(inner, of);
    return from.map((v, i) => (indices.includes(i) ? (parts[indices.indexOf(i)] as Value) : v));
  };
  const atEntry = copied(b, args);
  return { emitFresh: (inner) => copied(inner, atEntry), atEntry };
}

/** Copies structures together, so that what they share the copies share. */
export function copyTogether(b: BlockBuilder, values: readonly Value[]): readonly Value[] {
  const all = b.copy(b.record(values, tuple(...values.map((v) => v.type)), "args"));
  return values.map((v, n) => b.getField(all, String(n), v.hint));
}
