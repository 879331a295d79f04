/** What a derivative that looks for its first NaN calls after each number that it makes. */
import { RuntimeError } from "./error.ts";

/**
 * Throws `not-finite` if `value` is NaN or infinite. `what` it is, the `place` in the program, and what it was made of:
 * names and numbers in turn.
 */
export function checkFinite(value: number, what: string, place: string, ...made: readonly (string | number)[]): void {
  if (Number.isFinite(value)) return;
  const parts: string[] = [];
  for (let i = 0; i + 1 < made.length; i += 2) parts.push(`${made[i]} = ${made[i + 1]}`);
  const from = parts.length === 0 ? "" : `, made of ${parts.join(", ")}`;
  throw new RuntimeError("not-finite", `${what} is ${value} ${place}${from}`);
}
