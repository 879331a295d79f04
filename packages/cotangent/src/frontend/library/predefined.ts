/** Members of predefined objects, and functions of the library as values of the program: `Math.PI`, `Math.max`, `Number`. */
import { primitiveForCall } from "../../elementals/index.ts";
import type { Context, KnownFunction, Operand } from "../context.ts";
import { bytesPerElement } from "../values/views.ts";
import { preludeFunction } from "./methods.ts";

/** A number that a predefined object holds: `Math.PI`, `Number.EPSILON`. */
export function predefinedNumber(object: string, property: string): number | undefined {
  const holder: unknown = object === "Math" ? Math : object === "Number" ? Number : undefined;
  const found = holder && (holder as Record<string, unknown>)[property];
  return typeof found === "number" ? found : undefined;
}

/** A member of a predefined object: a number, or a function of the table. */
export function predefinedMember(cx: Context, object: string, name: string): Operand | undefined {
  const bytes = name === "BYTES_PER_ELEMENT" ? bytesPerElement(object) : undefined;
  if (bytes !== undefined) return cx.constant(bytes);
  const constant = predefinedNumber(object, name);
  if (constant !== undefined) return cx.constant(constant);
  return libraryFunction(cx, `${object}.${name}`);
}

/** Functions which the prelude has as values: of any number of arguments, which it folds, or of values of any type. */
const ofPrelude: ReadonlyMap<string, string> = new Map([
  ["Math.max", "maximumOf"],
  ["Math.min", "minimumOf"],
  ["Math.hypot", "lengthOf"],
  ["Number", "numberOf"],
  ["String", "textOf"],
  ["Boolean", "truthOf"],
  ["parseFloat", "floatOf"],
  ["Number.parseFloat", "floatOf"],
]);

/** A function of the library as a value of the program. */
export function libraryFunction(cx: Context, spelling: string): KnownFunction | undefined {
  const own = ofPrelude.get(spelling);
  if (own !== undefined) return preludeFunction(cx, own);
  const elemental = primitiveForCall(spelling);
  return elemental && { kind: "primitive", primitive: elemental };
}
