/**
 * Zero tangents in a sweep that does not see the primal: the first sweep records the lengths of a structure and which of
 * its optional parts are present, and the second makes a shadow of zeros by them.
 */
import { report } from "../core/errors.ts";
import { freshValue, IrError } from "../ir/build.ts";
import { isScalar, number, typeKey } from "../ir/type.ts";
import type { Absent, RecordDecl, Type, Value } from "../ir/types.ts";
import { freshCursor, type SweepPair } from "./linearize-tape.ts";
import { tangentType } from "./tangent-types.ts";

/** Emits zero tangents for `value`, a value of the first sweep, in the second. Reports recursive structures. */
export function emitZeroPair(pair: SweepPair, value: Value): readonly Value[] {
  const { type } = value;
  const structure = tangentType(type, 1);
  // As in forward mode, nobody reads it: tapes of one class are active together.
  if (type.kind === "tape") return [pair.second.unset(structure)];
  if (type.kind === "snapshot") return [pair.second.snapshot([])];
  if (structure.kind === "undefined") return [];
  return [emitZeros(pair, value, [])];
}

function emitZeros(pair: SweepPair, value: Value, open: readonly RecordDecl[]): Value {
  const { first, second } = pair;
  const { type } = value;
  const structure = tangentType(type, 1);
  switch (type.kind) {
    case "number":
      return second.constant(0);
    case "boolean":
    case "string":
    case "undefined":
    case "function":
      return second.constant(null);
    case "array": {
      if (structure.kind === "undefined") return second.constant(null);
      const length = pair.record(first.length(value));
      if (isScalar(type.element)) return second.allocate(length, structure);
      if (tangentType(type.element, 1).kind === "undefined") {
        return second.allocate(length, structure, second.constant(null));
      }
      return emitRows(pair, value, type.element, structure, length, open);
    }
    case "record": {
      if (open.includes(type.decl))
        report("not-taken", undefined, `linearize with zero tangents of the recursive type ${type.decl.name}`);
      const inner = [...open, type.decl];
      return second.record(
        type.decl.fields.map((f) => emitZeros(pair, first.getField(value, f.name), inner)),
        structure,
      );
    }
    case "optional":
      if (structure.kind === "undefined") return second.constant(null);
      if (isScalar(type)) return second.constant(0);
      return emitOptional(pair, value, structure, type.absent, open);
    default:
      throw new IrError(`no zero tangent of type ${typeKey(type)}`);
  }
}

function emitRows(
  pair: SweepPair,
  value: Value,
  element: Type,
  structure: Type,
  length: Value,
  open: readonly RecordDecl[],
): Value {
  const { first, second } = pair;
  const [i, j] = [freshValue(number, "i"), freshValue(number, "i")];
  const cursor = freshCursor();
  const rows = second.array([], structure);
  const inner = pair.within({ first: [i], second: [j, cursor] }, cursor);
  const row = inner.first.load(value, i);
  if (row.type !== element) throw new IrError("an element of another type");
  inner.second.push(rows, emitZeros(inner, row, open));
  inner.flush();
  pair.flush();
  const zero = first.constant(0);
  first.forBlock(zero, first.length(value), 1, [], inner.first.finish([]));
  const [next] = second.forBlock(second.constant(0), length, 1, [pair.place()], inner.second.finish([inner.place()]));
  pair.continueAt(next as Value);
  return rows;
}

function emitOptional(
  pair: SweepPair,
  value: Value,
  structure: Type,
  absent: Absent,
  open: readonly RecordDecl[],
): Value {
  const { first, second } = pair;
  const isPresent = first.present(value);
  const flag = pair.recordFlag(isPresent);
  const begin = pair.place();
  const inner = pair.within({ first: [], second: [] }, begin);
  const zeros = inner.second.wrap(emitZeros(inner, inner.first.unwrap(value), open), absent);
  inner.flush();
  pair.flush();
  first.ifBlocks(isPresent, inner.first.finish([]), emptyBlock());
  const otherwise = pair.within({ first: [], second: [] }, begin);
  const none = otherwise.second.missing(structure);
  const [made, next] = second.ifBlocks(
    flag,
    inner.second.finish([zeros, inner.place()]),
    otherwise.second.finish([none, begin]),
  );
  pair.continueAt(next as Value);
  return made as Value;
}

function emptyBlock(): {
  params: readonly Value[];
  body: readonly [];
  end: { kind: "yield"; values: readonly Value[] };
} {
  return { params: [], body: [], end: { kind: "yield", values: [] } };
}
