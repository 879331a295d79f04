/** The functions of the runtime that a `host` instruction may call, by name. */
import { checkElement, checkPresent, expectLength } from "./elements.ts";
import { checkFinite } from "./finite.ts";
import { becomeInstance, expectInstance } from "./instances.ts";
import { checkKeys, expectFields } from "./keys.ts";
import { checkApart, checkLengths, checkOut, checkReturned } from "./written.ts";

export const hostFunctions = {
  becomeInstance,
  checkApart,
  checkElement,
  checkFinite,
  checkKeys,
  checkLengths,
  checkOut,
  checkPresent,
  checkReturned,
  expectFields,
  expectInstance,
  expectLength,
} as const;

export function isHostFunction(callee: string): callee is keyof typeof hostFunctions {
  return Object.hasOwn(hostFunctions, callee);
}
