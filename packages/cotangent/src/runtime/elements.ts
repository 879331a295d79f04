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

/** Throws `missing-value` where what is read as being there (`where`: its text and place) is not. */
export function checkPresent(value: unknown, where: string): void {
  if (value !== undefined && value !== null) return;
  throw new RuntimeError(
    "missing-value",
    `${where}, is missing, and the program asks after it further on, where by its type it is always there. Ask where it is read (\`?? 0\`), or give the place that it goes to a type with \`| undefined\`.`,
  );
}
