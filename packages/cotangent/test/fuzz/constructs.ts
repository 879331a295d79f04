/** What constructs are made of: numbers and statements, the variables that they declare, and the scopes inside of them. */
import { type Construct, inner, type Maker, type Scope, type Variable, type Written } from "./maker.ts";

/** An expression whose value is a number. */
export const number = (
  name: string,
  write: (make: Maker, scope: Scope, depth: number) => string | undefined,
  weight = 1,
): Construct => ({ name, kind: "number", write, weight });

export const statement = (
  name: string,
  write: (make: Maker, scope: Scope) => Written | undefined,
  weight = 1,
): Construct => ({ name, kind: "statement", write, weight });

/** A statement that is left out where control may not nest deeper. */
export const nested = (
  name: string,
  write: (make: Maker, scope: Scope) => Written | undefined,
  weight = 1,
): Construct => statement(name, (m, s) => (s.depth > 0 && m.mayGrow() ? write(m, s) : undefined), weight);

/** A local variable; of an array `least` is how many elements it has for sure. */
export function variable(
  name: string,
  type: string,
  { isAssignable = false, least = 0 }: { readonly isAssignable?: boolean; readonly least?: number } = {},
): Variable {
  return { name, type, isAssignable, least, isLocal: true };
}

/** The scope of a turn: of a loop, or of a callback, which runs again and again and is not left by a jump. */
export function turn(scope: Scope): Scope {
  return { ...inner(scope), loops: [], loopDepth: scope.loopDepth + 1, isInSwitch: false, result: "none" };
}
