/**
 * Tangents that are zero: of a value that does not depend on the inputs, where one that does may stand in its place
 * (`p ? a : [1, 2, 3]`). A number's are zeros; a structure's is a shadow of its own, made on the spot.
 */
import { add, eq, floor, max, min, mul, sub } from "../elementals/index.ts";
import { type BlockBuilder, buildFunc, IrError } from "../ir/build.ts";
import { isScalar, typeKey } from "../ir/type.ts";
import type { Func, Type, Value } from "../ir/types.ts";
import { tangentHint } from "./names.ts";
import { tangentFieldsOf, tangentType, tangentTypes } from "./tangent-types.ts";

/** Where functions that a transform needs besides the transformed ones are kept. */
export interface FunctionTable {
  /** The name of the function for `key`, built by `build` at the first request. */
  readonly request: (key: string, role: string, build: (name: string) => Func) => string;
}

/** Emits zero tangents for `value`, which may be of any type; none for a type without tangents. */
export function emitZeroTangents(
  b: BlockBuilder,
  value: Value,
  directions: number,
  functions: FunctionTable,
): readonly Value[] {
  const { type } = value;
  if (isScalar(type)) return Array.from({ length: directions }, () => b.constant(0));
  const [structure] = tangentTypes(type, directions);
  if (!structure) return [];
  // Tapes of one class are active together: where this one is kept in a record, nobody reads its tangent.
  if (type.kind === "tape") return [b.unset(structure)];
  if (type.kind === "snapshot") return [b.snapshot([])];
  const hint = tangentHint(value.hint);
  if (directions === 1) return b.shadow([value], false, [hint]);
  return [emitZeroStructure(b, value, directions, functions, hint)];
}

/** Shadows for several directions: the shadow instruction makes those for one, so these are built piece by piece. */
function emitZeroStructure(
  b: BlockBuilder,
  value: Value,
  directions: number,
  functions: FunctionTable,
  hint?: string,
): Value {
  const { type } = value;
  const structure = tangentType(type, directions);
  if (type.kind === "array" && isScalar(type.element)) {
    const length = b.apply(mul, [b.length(value), b.constant(directions)]);
    return b.allocate(length, structure, undefined, hint);
  }
  const name = functions.request(`zero|${directions}|${typeKey(type)}`, "zeros", (name) =>
    buildFunc(name, [{ type, hint: "value" }], (inner, v) => [emitZeroParts(inner, v, directions, functions)]),
  );
  return b.call(name, [value], [structure], [hint])[0] as Value;
}

function emitZeroParts(b: BlockBuilder, value: Value, directions: number, functions: FunctionTable): Value {
  const { type } = value;
  const structure = tangentType(type, directions);
  switch (type.kind) {
    case "array": {
      const result = b.array([], structure);
      const element = tangentType(type.element, directions);
      b.for({ start: b.constant(0), end: b.length(value), step: 1 }, [], (inner, i) => {
        const [zero] = partZeros(inner, inner.load(value, i), element, directions, functions);
        inner.push(result, zero as Value);
        return [];
      });
      return result;
    }
    case "record": {
      const fields = type.decl.fields.flatMap((f) => {
        const names = tangentFieldsOf(type, f.name, directions);
        if (isScalar(f.type)) return names.map(() => b.constant(0));
        return partZeros(b, b.getField(value, f.name), tangentType(f.type, directions), directions, functions);
      });
      return b.record(fields, structure);
    }
    case "optional":
      return b.if(
        b.present(value),
        (inner) => [inner.wrap(emitZeroStructure(inner, inner.unwrap(value), directions, functions), type.absent)],
        (inner) => [inner.missing(structure)],
      )[0] as Value;
    default:
      throw new IrError(`no zero tangent of type ${typeKey(type)}`);
  }
}

function partZeros(
  b: BlockBuilder,
  part: Value,
  expected: Type,
  directions: number,
  functions: FunctionTable,
): readonly Value[] {
  if (expected.kind === "undefined") return [b.constant(null)];
  return [emitZeroStructure(b, part, directions, functions)];
}

/** Beyond all elements that an array can have. */
const farthest = 2 ** 40;

/** A finite number in the place of an index that may be NaN or infinite, which name properties (`a[NaN] = v`). */
function emitFinite(b: BlockBuilder, index: Value): Value {
  const clamped = b.apply(min, [b.apply(max, [index, b.constant(-farthest)]), b.constant(farthest)]);
  const isNumber = b.apply(eq, [index, index]);
  const [finite] = b.if(
    isNumber,
    () => [clamped],
    (inner) => [inner.constant(-2 * farthest)],
  );
  return finite as Value;
}

/**
 * Emits `index · directions + d` for each direction d: where the tangents of an element are in an interleaved array. An index
 * that may be no whole number names a property (`a[0.5] = v`), whose tangents must not come to lie on those of elements, nor
 * on one another: `floor(index) · directions + d` and the fraction.
 */
export function emitInterleavedIndices(
  b: BlockBuilder,
  index: Value,
  directions: number,
  isWhole = true,
): readonly Value[] {
  if (directions === 1) return [index];
  const at = isWhole ? index : emitFinite(b, index);
  const whole = isWhole ? at : b.apply(floor, [at]);
  const scaled = b.apply(mul, [whole, b.constant(directions)]);
  const base = isWhole ? scaled : b.apply(add, [scaled, b.apply(sub, [at, whole])]);
  return Array.from({ length: directions }, (_, d) => (d === 0 ? base : b.apply(add, [base, b.constant(d)])));
}
