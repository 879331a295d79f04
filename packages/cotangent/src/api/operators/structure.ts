/**
 * Structures of derivatives. A derivative has the structure of what it is with respect to, number by number; a Jacobian
 * has the output's structure with the argument's structure at each number. Here are their types, and the loops over
 * their numbers that operators are made of, unrolled over the type and emitted as IR.
 */
import { report } from "../../core/errors.ts";
import type { BlockBuilder } from "../../ir/build.ts";
import { array, isReference, optional, record, sameType, shadowType, tuple, typeKey, unit } from "../../ir/type.ts";
import type { RecordDecl, RecordField, Type, Value } from "../../ir/types.ts";
import { emitInterleavedIndices } from "../../transform/forward-zero.ts";
import { isScalar, tangentFieldsOf } from "../../transform/tangent-types.ts";

const derivativeDecls = new WeakMap<RecordDecl, Type>();

/** The type of a gradient with respect to a value of `type`: as the shadow's, but float arrays keep their storage. */
export function derivativeType(type: Type): Type {
  if (sameStorages(type)) return shadowType(type);
  switch (type.kind) {
    case "array":
      return type.storage === "Array" ? array(derivativeType(type.element)) : type;
    case "optional":
      return optional(derivativeType(type.of), type.absent);
    case "record": {
      const known = derivativeDecls.get(type.decl);
      if (known) return known;
      const fields: RecordField[] = [];
      const { name, isTuple } = type.decl;
      const made = record({ name: name && `${name}Gradient`, isTuple, fields });
      derivativeDecls.set(type.decl, made);
      for (const f of type.decl.fields) fields.push({ name: f.name, type: derivativeType(f.type) });
      return made;
    }
    default:
      return shadowType(type);
  }
}

/** True if no array in a structure of this type is of another float storage than its shadow. */
function sameStorages(type: Type): boolean {
  return !typeKey(type).includes("Float32Array");
}

/** `value`, or a copy of it where its arrays' storage is not that of `type`. */
export function emitConverted(b: BlockBuilder, value: Value, type: Type): Value {
  return sameType(value.type, type) ? value : b.copy(value, type);
}

/** The type of a Jacobian: `output` with `at` in the place of every number. Reports recursive outputs. */
export function jacobianType(output: Type, at: Type, open: readonly RecordDecl[] = []): Type {
  if (isScalar(output)) return at;
  switch (output.kind) {
    case "optional":
      return isReference(output.of) ? optional(jacobianType(output.of, at, open), output.absent) : unit;
    case "array":
      if (output.element.kind === "number" && shadowType(output).kind === "undefined") return unit;
      return array(jacobianType(output.element, at, open));
    case "record": {
      if (open.includes(output.decl)) reportRecursive(output.decl);
      const inner = [...open, output.decl];
      return record({
        name: "",
        isTuple: output.decl.isTuple,
        fields: output.decl.fields.map((f) => ({ name: f.name, type: jacobianType(f.type, at, inner) })),
      });
    }
    default:
      return unit;
  }
}

/** Reports that a structure of unbounded depth has no Jacobian. */
export function reportRecursive(decl: RecordDecl): never {
  return report("not-taken", undefined, `the Jacobian of the recursive type ${decl.name || "of this function"}`);
}

/** How many numbers a value of this type holds; infinite where only its length tells. */
export function countNumbers(type: Type, open: readonly RecordDecl[] = []): number {
  if (isScalar(type)) return 1;
  switch (type.kind) {
    case "optional":
      return countNumbers(type.of, open);
    case "array":
      return shadowType(type).kind === "undefined" || countNumbers(type.element, open) === 0
        ? 0
        : Number.POSITIVE_INFINITY;
    case "record":
      if (open.includes(type.decl)) return Number.POSITIVE_INFINITY;
      return type.decl.fields.reduce((n, f) => n + countNumbers(f.type, [...open, type.decl]), 0);
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

/** Tuple of types or values: bare where one is selected by number. */
export function packType(types: readonly Type[], isBare: boolean): Type {
  return isBare ? (types[0] as Type) : tuple(...types);
}
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
