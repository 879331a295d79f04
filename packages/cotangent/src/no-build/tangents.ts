/**
 * Tangents that come without declared types. What compiled code does not look at, since TypeScript says it: that they are a
 * list with one for each argument that is selected, and numbers where the arguments are.
 */
import type { OperatorRequest } from "../api/compile.ts";
import { RuntimeError } from "../runtime/error.ts";

/** Throws `structure-mismatch` unless the second of `args` has the form that `request` takes; of `jvp` and `hvp` alone. */
export function checkTangents(request: OperatorRequest | undefined, args: readonly unknown[]): void {
  if (request?.operator !== "jvp" && request?.operator !== "hvp") return;
  const [primals, tangents] = args as [readonly unknown[], unknown];
  const argnums = request.argnums ?? (request.operator === "hvp" ? 0 : [...primals.keys()]);
  // Of `jvp` a number selects one argument, and its tangent is in a list all the same.
  const isBare = typeof argnums === "number" && request.operator === "hvp";
  const selected = typeof argnums === "number" ? [argnums] : argnums;
  const given: unknown = isBare ? [tangents] : tangents;
  if (!Array.isArray(given) || given.length !== selected.length) {
    const count = selected.length === 1 ? "one tangent" : `${selected.length} tangents`;
    refuse(`\`${request.operator}\` takes a list of ${count}, one for each argument that it is by.`);
  }
  selected.forEach((i, n) => {
    if (typeof primals[i] === "number" && typeof given[n] !== "number")
      refuse(`the tangent of argument ${i}, which is a number, is ${describe(given[n])}.`);
  });
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

function refuse(what: string): never {
  throw new RuntimeError("structure-mismatch", what);
}
