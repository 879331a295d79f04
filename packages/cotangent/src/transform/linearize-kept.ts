/**
 * Whole values for a sweep that does not see the primal: the first sweep records every number of a structure, its lengths
 * and which of its optional parts are present, and the second makes an equal structure of them. What a function with a
 * rule is called with is kept so, since nothing is known of what the rule reads.
 */
import { freshValue } from "../ir/build.ts";
import { number } from "../ir/type.ts";
import type { RecordDecl, Value } from "../ir/types.ts";
import { freshCursor, type SweepPair } from "./linearize-tape.ts";

/** Emits a value of the second sweep equal to `value` of the first; undefined for a type that no numbers can say. */
export function emitKept(pair: SweepPair, value: Value, open: readonly RecordDecl[] = []): Value | undefined {
  const { first, second } = pair;
  const { type } = value;
  switch (type.kind) {
    case "number":
      return pair.record(value);
    case "boolean":
      return pair.recordFlag(value);
    case "undefined":
      return second.constant(undefined);
    case "array":
      return emitElements(pair, value, type, open);
    case "record": {
      if (open.includes(type.decl)) return undefined;
      const fields: Value[] = [];
      for (const { name } of type.decl.fields) {
        const kept = emitKept(pair, first.getField(value, name), [...open, type.decl]);
        if (!kept) return undefined;
        fields.push(kept);
      }
      return second.record(fields, type);
    }
    case "optional":
      return emitOptional(pair, value, type, open);
    default:
      return undefined;
  }
}

function emitElements(
  pair: SweepPair,
  value: Value,
  type: Value["type"] & { kind: "array" },
  open: readonly RecordDecl[],
): Value | undefined {
  const { first, second } = pair;
  const length = pair.record(first.length(value));
  const made = type.storage === "Array" ? second.array([], type) : second.allocate(length, type);
  const [i, j] = [freshValue(number, "i"), freshValue(number, "i")];
  const cursor = freshCursor();
  const inner = pair.within({ first: [i], second: [j, cursor] }, cursor);
  const element = emitKept(inner, inner.first.load(value, i), open);
  if (!element) return undefined;
  if (type.storage === "Array") inner.second.push(made, element);
  else inner.second.store(made, j, element);
  inner.flush();
  pair.flush();
  first.forBlock(first.constant(0), first.length(value), 1, [], inner.first.finish([]));
  const [next] = second.forBlock(second.constant(0), length, 1, [pair.place()], inner.second.finish([inner.place()]));
  pair.continueAt(next as Value);
  return made;
}

function emitOptional(
  pair: SweepPair,
  value: Value,
  type: Value["type"] & { kind: "optional" },
  open: readonly RecordDecl[],
): Value | undefined {
  const { first, second } = pair;
  const isPresent = first.present(value);
  const flag = pair.recordFlag(isPresent);
  const begin = pair.place();
  const inner = pair.within({ first: [], second: [] }, begin);
  const kept = emitKept(inner, inner.first.unwrap(value), open);
  if (!kept) return undefined;
  const wrapped = inner.second.wrap(kept, type.absent);
  inner.flush();
  pair.flush();
  const otherwise = pair.within({ first: [], second: [] }, begin);
  first.ifBlocks(isPresent, inner.first.finish([]), otherwise.first.finish([]));
  const none = otherwise.second.missing(type);
  const [made, next] = second.ifBlocks(
    flag,
    inner.second.finish([wrapped, inner.place()]),
    otherwise.second.finish([none, begin]),
  );
  pair.continueAt(next as Value);
  return made;
}
