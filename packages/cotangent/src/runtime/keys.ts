/** Names of properties: which come first, which are inherited, and what compiled code takes for granted of them. */
import { RuntimeError } from "./error.ts";

const largestIndex = 2 ** 32 - 2;

/** The array index that a name is, or -1. */
export function arrayIndexOf(name: string): number {
  const index = Number(name);
  return Number.isInteger(index) && index >= 0 && index <= largestIndex && String(index) === name ? index : -1;
}

/** Whether plain objects inherit a property of this name. */
export function isInherited(name: string): boolean {
  return name in Object.prototype;
}

/** Throws `structure-mismatch` if the object has not just these properties, in this order; `name?` may be missing. */
export function checkKeys(object: object, ...names: readonly string[]): void {
  const own = Object.keys(object);
  const wanted = names.filter((name) => !name.endsWith("?") || own.includes(name.slice(0, -1)));
  const isSame = own.length === wanted.length && wanted.every((name, i) => name.replace(/\?$/, "") === own[i]);
  if (isSame) return;
  throw new RuntimeError(
    "structure-mismatch",
    `the program lists the properties of an object that by its type has ${names.join(", ")}, in this order, and has ${own.join(", ")}`,
  );
}

/**
 * Throws `unexpected-fields` unless the object has of its own each `name!`, has no `name-`, and holds something in each
 * `name?` that it has: what is spread over other fields, or asked after, would else be another field than compiled code
 * takes it for.
 */
export function expectFields(object: object, ...expected: readonly string[]): void {
  for (const text of expected) {
    const name = text.slice(0, -1);
    const isOwn = Object.prototype.propertyIsEnumerable.call(object, name);
    const isIn = name in object;
    const holds = (object as Record<string, unknown>)[name] !== undefined;
    if (text.endsWith("-") ? !isIn : text.endsWith("?") ? isOwn === holds && isOwn === isIn : isOwn) continue;
    const what = !isIn ? "lacks" : isOwn && !holds ? "holds undefined in" : isOwn ? "has" : "inherits";
    throw new RuntimeError("unexpected-fields", `an object that was passed ${what} the field ${JSON.stringify(name)}`);
  }
}
