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
