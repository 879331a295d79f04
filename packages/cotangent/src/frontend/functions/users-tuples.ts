/**
 * Tuples of derivatives: operators make records of them, [value, gradient] or one gradient for each argument; programs
 * have an array where all parts are of one type.
 */
import type { BlockBuilder } from "../../ir/build.ts";
import { array, sameType, tuple, typeKey } from "../../ir/type.ts";
import type { Type, Value } from "../../ir/types.ts";

/** The type of a derivative as programs have it: a tuple of one type is an array. */
export function usersType(type: Type): Type {
  if (type.kind === "array") {
    const element = usersType(type.element);
    return element === type.element ? type : array(element, type.storage);
  }
  if (type.kind !== "record" || !type.decl.isTuple) return type;
  const elements = type.decl.fields.map((f) => usersType(f.type));
  const [first] = elements;
  if (first && elements.every((t) => typeKey(t) === typeKey(first))) return array(first);
  return elements.every((t, i) => t === type.decl.fields[i]?.type) ? type : tuple(...elements);
}

/** A derivative that has just been made, as programs have it. */
export function asUsersHave(b: BlockBuilder, value: Value): Value {
  const { type } = value;
  const wanted = usersType(type);
  if (sameType(wanted, type)) return value;
  if (type.kind === "array") {
    const made = b.array([], wanted);
    b.for({ start: b.constant(0), end: b.length(value), step: 1 }, [], (inner, i) => {
      inner.push(made, asUsersHave(inner, inner.load(value, i)));
      return [];
    });
    return made;
  }
  if (type.kind !== "record") throw new Error(`a derivative of type ${type.kind}`);
  const parts = type.decl.fields.map((f) => asUsersHave(b, b.getField(value, f.name)));
  return wanted.kind === "array" ? b.array(parts, wanted) : b.record(parts, wanted);
}
