/**
 * Regular expressions on text: what matches, where, and what a match leaves. They read text, as those in `text.ts` do, and
 * carry no derivative. An expression is passed by its source and its flags.
 */
import type { Primitive, ScalarKind } from "../core/primitive.ts";
import * as runtime from "../runtime/patterns.ts";
import { ofText } from "./define.ts";

/** The function of the runtime that is called `name`. */
function onPattern(
  name: string,
  primal: (...args: never[]) => number | boolean | string,
  gives: Primitive["gives"],
  ...more: readonly ScalarKind[]
): Primitive {
  const takes: readonly ScalarKind[] = ["string", "string", "string", ...more];
  return ofText(name, {
    arity: takes.length,
    takes,
    gives,
    primal,
    spelling: { kind: "runtime", name },
    readsText: true,
  });
}

export const matchesPattern = onPattern("matchesPattern", runtime.matchesPattern, "boolean");
export const replacePattern = onPattern("replacePattern", runtime.replacePattern, "string", "string");
export const matchStart = onPattern("matchStart", runtime.matchStart, "number", "number");
export const matchEnd = onPattern("matchEnd", runtime.matchEnd, "number", "number");
export const hasGroup = onPattern("hasGroup", runtime.hasGroup, "boolean", "number", "number");
export const groupOf = onPattern("groupOf", runtime.groupOf, "string", "number", "number");
