/**
 * Lengths of what the caller gives beside the arguments: tangents, and what a gradient is written into. Types say which
 * structure these have and not how long its arrays are; a tangent that is too long would be read in part, in silence. Each
 * array is looked at once, where the derivative is called, and none of its elements. Records that hold themselves, maps, and
 * fields that not all objects of a type have are left alone.
 */
import type { BlockBuilder } from "../../ir/build.ts";
import { isReference } from "../../ir/type.ts";
import type { RecordDecl, RecordField, Type, Value } from "../../ir/types.ts";
import { countNumbers, emitPath } from "./structure.ts";

/** Emits checks that every array of `given` has the length that it has in `argument`, else `structure-mismatch`. */
export function emitLengthChecks(
  b: BlockBuilder,
  given: Value,
  argument: Value,
  open: readonly RecordDecl[] = [],
): void {
  const { type } = argument;
  if (!isReference(type) && type.kind !== "optional") return;
  if (!holdsArrays(type, open)) return;
  switch (type.kind) {
    case "array": {
      emitCheck(b, given, b.length(argument));
      if (!holdsArrays(type.element, open)) return;
      b.for({ start: b.constant(0), end: b.length(argument), step: 1 }, [], (inner, i) => {
        const index = i as Value;
        emitLengthChecks(inner, inner.load(given, index), inner.load(argument, index), open);
        return [];
      });
      return;
    }
    case "record":
      for (const { name } of fieldsOf(type.decl, open)) {
        emitLengthChecks(b, b.getField(given, name), b.getField(argument, name), [...open, type.decl]);
      }
      return;
    case "optional":
      if (given.type.kind !== "optional") return;
      b.if(b.present(argument), (present) => {
        present.if(present.present(given), (both) => {
          emitLengthChecks(both, both.unwrap(given), both.unwrap(argument), open);
          return [];
        });
        return [];
      });
      return;
    default:
  }
}

/**
 * The lengths of the arrays of `argument` that fields alone lead to, for `emitKeptLengthChecks` at another time, when the
 * argument may have changed.
 */
export function emitLengths(b: BlockBuilder, argument: Value): readonly Value[] {
  return pathsToArrays(argument.type).map((path) => b.length(emitPath(b, argument, path)));
}

/** As `emitLengthChecks`, against the `lengths` of an argument of type `type`. */
export function emitKeptLengthChecks(b: BlockBuilder, given: Value, type: Type, lengths: readonly Value[]): void {
  pathsToArrays(type).forEach((path, i) => {
    emitCheck(b, emitPath(b, given, path), lengths[i] as Value);
  });
}

function emitCheck(b: BlockBuilder, given: Value, length: Value): void {
  b.host("expectLength", [b.length(given), length]);
}

function pathsToArrays(
  type: Type,
  open: readonly RecordDecl[] = [],
): readonly (readonly { readonly field: string }[])[] {
  if (type.kind === "array") return holdsArrays(type, open) ? [[]] : [];
  if (type.kind !== "record") return [];
  return fieldsOf(type.decl, open).flatMap((f) =>
    pathsToArrays(f.type, [...open, type.decl]).map((path) => [{ field: f.name }, ...path]),
  );
}

/** The fields that are looked into: not of what is inside of itself. */
function fieldsOf(decl: RecordDecl, open: readonly RecordDecl[]): readonly RecordField[] {
  if (decl.outside || open.includes(decl)) return [];
  return decl.fields.filter((f) => !f.variant && countNumbers(f.type) > 0);
}

/** True if a value has arrays that have numbers inside, where they are looked for. */
function holdsArrays(type: Type, open: readonly RecordDecl[]): boolean {
  switch (type.kind) {
    case "array":
      return countNumbers(type) > 0;
    case "optional":
      return holdsArrays(type.of, open);
    case "record":
      return fieldsOf(type.decl, open).some((f) => holdsArrays(f.type, [...open, type.decl]));
    default:
      return false;
  }
}
