/**
 * Structures of derivatives, number by number: the loops over their numbers that operators are made of, unrolled over
 * the type and emitted as IR. What their types are is said in `ir/derivative-type.ts`.
 */
import type { BlockBuilder } from "../../ir/build.ts";
import { jacobianType } from "../../ir/derivative-type.ts";
import { isScalar, sameType, shadowType, tuple, typeKey } from "../../ir/type.ts";
import type { RecordDecl, Type, Value } from "../../ir/types.ts";
import { emitInterleavedIndices } from "../../transform/forward-zero.ts";
import { tangentFieldsOf } from "../../transform/tangent-types.ts";

/** `value`, or a copy of it where its arrays' storage is not that of `type`. */
export function emitConverted(b: BlockBuilder, value: Value, type: Type): Value {
  return sameType(value.type, type) ? value : b.copy(value, type);
}

/** How many numbers a value of this type holds; infinite where only its length tells. */
export function countNumbers(type: Type, counts = new Map<RecordDecl, number>()): number {
  if (isScalar(type)) return 1;
  switch (type.kind) {
    case "optional":
      return countNumbers(type.of, counts);
    case "array":
      return shadowType(type).kind === "undefined" || countNumbers(type.element, counts) === 0
        ? 0
        : Number.POSITIVE_INFINITY;
    case "record": {
      const known = counts.get(type.decl);
      if (known !== undefined) return known;
      // What is met while it is being counted holds itself.
      counts.set(type.decl, Number.POSITIVE_INFINITY);
      const count = type.decl.fields.reduce((n, f) => n + countNumbers(f.type, counts), 0);
      counts.set(type.decl, count);
      return count;
    }
    default:
      return 0;
  }
}

/** Where a number is in a structure: through these fields and elements. */
export type Step = { readonly field: string } | { readonly index: Value };

/** Follows `path` into `structure`, through what is optional and there. */
export function emitPath(b: BlockBuilder, structure: Value, path: readonly Step[]): Value {
  const present = (value: Value): Value => (value.type.kind === "optional" ? b.unwrap(value) : value);
  return path.reduce(
    (at, step) => present("field" in step ? b.getField(at, step.field) : b.load(at, step.index)),
    present(structure),
  );
}

/** Adds `value` to the number at `path` in `structure`; does nothing past the end of an array. */
export function emitAddAt(b: BlockBuilder, structure: Value, path: readonly Step[], value: Value): void {
  const last = path.at(-1);
  if (!last) throw new TypeError("a number has no place in memory");
  const owner = emitPath(b, structure, path.slice(0, -1));
  if ("field" in last) b.accumulateField(owner, last.field, value);
  else b.accumulate(owner, last.index, value);
}

/** A tuple of values: bare where one is selected by number. */
export function emitPacked(b: BlockBuilder, values: readonly Value[], isBare: boolean, hint?: string): Value {
  return isBare ? (values[0] as Value) : b.record(values, tuple(...values.map((v) => v.type)), hint);
}

/** The numbers of a structure, given to a leaf one at a time with the place of each. */
export type Leaf = (b: BlockBuilder, path: readonly Step[], tangents: readonly Value[]) => Value;

/**
 * Emits the structure of `value` with what `leaf` makes, of type `at`, in the place of every number. `tangents` are
 * tangent structures of `value` with the given numbers of directions; the leaf receives those of its number, in order.
 */
export function emitMapped(
  b: BlockBuilder,
  value: Value,
  at: Type,
  leaf: Leaf,
  tangents: readonly TangentPart[] = [],
  path: readonly Step[] = [],
): Value {
  const { type } = value;
  if (isScalar(type))
    return leaf(
      b,
      path,
      tangents.flatMap((t) => t.values),
    );
  const result = jacobianType(type, at);
  if (result.kind === "undefined") return b.constant(null);
  switch (type.kind) {
    case "array": {
      const rows = b.array([], result);
      b.for({ start: b.constant(0), end: b.length(value), step: 1 }, [], (inner, i) => {
        const index = i as Value;
        const parts = tangents.map((t) => elementTangents(inner, type.element, t, index));
        inner.push(rows, emitMapped(inner, inner.load(value, index), at, leaf, parts, [...path, { index }]));
        return [];
      });
      return rows;
    }
    case "record": {
      const fields = type.decl.fields.map((f) => {
        if (jacobianType(f.type, at).kind === "undefined") return b.constant(null);
        const parts = tangents.map((t) => fieldTangents(b, type, f.name, t));
        return emitMapped(b, b.getField(value, f.name), at, leaf, parts, [...path, { field: f.name }]);
      });
      return b.record(fields, result);
    }
    case "optional":
      return b.if(
        b.present(value),
        (inner) => {
          const parts = tangents.map((t) => ({ ...t, values: t.values.map((v) => inner.unwrap(v)) }));
          return [inner.wrap(emitMapped(inner, inner.unwrap(value), at, leaf, parts, path), type.absent)];
        },
        (inner) => [inner.missing(result)],
      )[0] as Value;
    default:
      throw new TypeError(`no numbers in ${typeKey(type)}`);
  }
}

/** Calls `visit` for every number of `value` with what `jacobian` has in its place and with its tangents. */
export function emitEach(
  b: BlockBuilder,
  value: Value,
  jacobian: Value,
  tangents: TangentPart,
  visit: (b: BlockBuilder, at: Value, tangents: readonly Value[]) => void,
): void {
  const { type } = value;
  if (jacobian.type.kind === "undefined") return;
  if (isScalar(type)) {
    visit(b, jacobian, tangents.values);
    return;
  }
  switch (type.kind) {
    case "array":
      if (countNumbers(type) === 0) return;
      b.for({ start: b.constant(0), end: b.length(value), step: 1 }, [], (inner, i) => {
        const index = i as Value;
        const part = elementTangents(inner, type.element, tangents, index);
        emitEach(inner, inner.load(value, index), inner.load(jacobian, index), part, visit);
        return [];
      });
      return;
    case "record":
      for (const f of type.decl.fields) {
        if (countNumbers(f.type) === 0) continue;
        const part = fieldTangents(b, type, f.name, tangents);
        emitEach(b, b.getField(value, f.name), b.getField(jacobian, f.name), part, visit);
      }
      return;
    case "optional":
      b.if(b.present(value), (inner) => {
        const part = { ...tangents, values: tangents.values.map((v) => inner.unwrap(v)) };
        emitEach(inner, inner.unwrap(value), inner.unwrap(jacobian), part, visit);
        return [];
      });
      return;
    default:
      throw new TypeError(`no numbers in ${typeKey(type)}`);
  }
}

/** The tangents of a part of a structure: one number per direction, or one interleaved structure. */
export interface TangentPart {
  readonly directions: number;
  readonly values: readonly Value[];
}

function elementTangents(b: BlockBuilder, element: Type, part: TangentPart, index: Value): TangentPart {
  const structure = part.values[0] as Value;
  if (!isScalar(element)) return { ...part, values: [b.load(structure, index)] };
  return { ...part, values: emitInterleavedIndices(b, index, part.directions).map((at) => b.load(structure, at)) };
}

function fieldTangents(b: BlockBuilder, type: Type, field: string, part: TangentPart): TangentPart {
  const names = tangentFieldsOf(type, field, part.directions);
  return { ...part, values: names.map((n) => b.getField(part.values[0] as Value, n)) };
}
