/**
 * How the tangents of a value are laid out for a number of directions k. A number has k tangents, each a value of its
 * own. An array or record has one shadow, in which k numbers stand for each number: an array of numbers is interleaved
 * (tangent d of element i at i·k + d, so that the k directions of one element share a cache line), a record's number
 * field becomes k fields, and containers of references hold shadows one for one. For k = 1 this is `shadowType`.
 */
import {
  array,
  isFloatStorage,
  isReference,
  isScalar,
  number,
  optional,
  record,
  shadowNominal,
  shadowType,
  tape,
  unit,
} from "../ir/type.ts";
import type { RecordDecl, RecordField, Type } from "../ir/types.ts";
import { tangentFields } from "./names.ts";

const decls = new WeakMap<RecordDecl, Map<number, Type>>();

/** The type of the structure that holds the tangents of a reference; the unit type if it holds no numbers by itself. */
export function tangentType(type: Type, directions: number): Type {
  if (directions === 1) return shadowType(type);
  switch (type.kind) {
    case "number":
      return number;
    case "boolean":
    case "string":
    case "undefined":
    case "function":
      return unit;
    case "optional":
      return isReference(type.of)
        ? optional(tangentType(type.of, directions), type.absent)
        : tangentType(type.of, directions);
    case "array":
      if (isFloatStorage(type.storage)) return array(number, "Float64Array");
      return type.storage === "Array" ? array(tangentType(type.element, directions)) : unit;
    case "tape":
      return tape(tangentType(type.element, directions));
    case "snapshot":
      return type;
    case "record": {
      const known = decls.get(type.decl) ?? new Map<number, Type>();
      decls.set(type.decl, known);
      const done = known.get(directions);
      if (done) return done;
      const fields: RecordField[] = [];
      const { name, isTuple, nominal } = type.decl;
      const mark = shadowNominal(nominal, `Bar${directions}`);
      const made = record({ name: name && `${name}Bar${directions}`, isTuple, fields, ...mark });
      known.set(directions, made);
      fieldLayout(type.decl, directions).forEach((names, i) => {
        const of = tangentType((type.decl.fields[i] as RecordField).type, directions);
        for (const n of names) fields.push({ name: n, type: of });
      });
      return made;
    }
    default:
      return type satisfies never;
  }
}

/** For each field of `decl` the names of the fields that hold its tangents. */
function fieldLayout(decl: RecordDecl, directions: number): readonly (readonly string[])[] {
  if (decl.isTuple) {
    // A tuple's fields stay numbered without gaps.
    let next = 0;
    return decl.fields.map((f) => Array.from({ length: isScalar(f.type) ? directions : 1 }, () => String(next++)));
  }
  const taken = new Set(decl.fields.map((f) => f.name));
  return decl.fields.map((f) => (isScalar(f.type) ? tangentFields(f.name, directions, taken) : [f.name]));
}

/** The fields of the tangent record that hold the tangents of `field` of a record of type `type`, in order of direction. */
export function tangentFieldsOf(type: Type, field: string, directions: number): readonly string[] {
  if (type.kind !== "record") throw new TypeError(`${type.kind} has no field ${field}`);
  const index = type.decl.fields.findIndex((f) => f.name === field);
  const names = fieldLayout(type.decl, directions)[index];
  if (!names) throw new TypeError(`record ${type.decl.name} has no field ${field}`);
  return names;
}

/** The types of the tangents of a value: one number per direction, one structure, or none. */
export function tangentTypes(type: Type, directions: number): readonly Type[] {
  if (isScalar(type)) return Array.from({ length: directions }, () => number);
  const structure = tangentType(type, directions);
  return structure.kind === "undefined" ? [] : [structure];
}
