/** Elements of arrays that may be missing. */
import { RuntimeError } from "./error.ts";

/** Throws `array-gap` for an element that is missing. */
export function checkElement(element: unknown): void {
  if (element !== undefined) return;
  throw new RuntimeError(
    "array-gap",
    "an element is missing in an array that the program goes through: something was stored past its end. Fill the array first: `new Array(n).fill(0)`.",
  );
}
