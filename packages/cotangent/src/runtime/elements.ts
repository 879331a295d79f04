/** Arrays from outside, and what may be missing in arrays. */
import { RuntimeError } from "./error.ts";

/** Throws `array-gap` for an element that is missing. */
export function checkElement(element: unknown): void {
  if (element !== undefined) return;
  throw new RuntimeError(
    "array-gap",
    "an element is missing in an array that the program goes through: something was stored past its end. Fill the array first: `new Array(n).fill(0)`.",
  );
}

/** Throws `missing-value` where what is read as being there (`where`: its text and place) is not. */
export function checkPresent(value: unknown, where: string): void {
  if (value !== undefined && value !== null) return;
  throw new RuntimeError(
    "missing-value",
    `${where}, is missing, and the program asks after it further on, or tells it from NaN, where by its type it is always there. Ask where it is read (\`?? 0\`), or give the place that it goes to a type with \`| undefined\`.`,
  );
}

/** Throws `structure-mismatch` where an array of a tangent, or of an `out`, has not the length of the argument's array. */
export function expectLength(given: number | undefined, length: number): void {
  if (given === length) return;
  throw new RuntimeError(
    "structure-mismatch",
    given === undefined
      ? "something else was given where the argument, in the same place, has an array: a tangent, and an `out`, has the structure of its argument."
      : `an array of ${given} was given where the argument, in the same place, has one of ${length}: a tangent, and an \`out\`, has the structure of its argument.`,
  );
}
