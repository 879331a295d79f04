/**
 * The types of derivatives, as users see them. A derivative has the structure of what it is with respect to, number by
 * number; a Jacobian has the output's structure with the argument's structure at each number. Of the shadow's type
 * (`type.ts`) this differs where arrays keep their storage.
 */
import { report } from "../core/errors.ts";
import { array, holds, isReference, isScalar, optional, record, shadowType, tuple, unit } from "./type.ts";
import type { RecordDecl, RecordField, Type } from "./types.ts";

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
      for (const f of type.decl.fields) fields.push({ ...f, type: derivativeType(f.type) });
      return made;
    }
    default:
      return shadowType(type);
  }
}

/** True if no array in a structure of this type is of another float storage than its shadow. */
function sameStorages(type: Type): boolean {
  // Not by the key, in which a type that has a name of its own is that name.
  return !holds(type, (t) => t.kind === "array" && t.storage === "Float32Array");
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

/** Tuple of types: bare where one is selected by number. */
export function packType(types: readonly Type[], isBare: boolean): Type {
  return isBare ? (types[0] as Type) : tuple(...types);
}
