/**
 * The table of elementals: every primitive by its id and by its spelling. It is open: `registerPrimitive` adds to it, and
 * the front end, the parser and the printers look here when they are asked, not when they are loaded.
 */
import type { Primitive, Spelling } from "../core/primitive.ts";
import * as arithmetic from "./arithmetic.ts";
import * as comparison from "./comparison.ts";
import * as keys from "./keys.ts";
import * as patterns from "./patterns.ts";
import * as rounding from "./rounding.ts";
import * as text from "./text.ts";
import * as transcendental from "./transcendental.ts";

export * from "./arithmetic.ts";
export * from "./comparison.ts";
export { call, definePrimitive, unary } from "./define.ts";
export * from "./keys.ts";
export * from "./patterns.ts";
export * from "./rounding.ts";
export * from "./text.ts";
export * from "./transcendental.ts";

/** The primitives of scalars, by the names that they have here. */
export const ofScalars = { ...arithmetic, ...comparison, ...rounding, ...transcendental };

const byId = new Map<string, Primitive>();
const bySpelling = new Map<string, Primitive>();

/** Every primitive by its id. */
export const primitives: ReadonlyMap<string, Primitive> = byId;

/** Operators are told apart by their number of operands (`-x`, `x - y`), calls by their callee alone. */
function spellingKey(spelling: Spelling, arity: Primitive["arity"]): string | undefined {
  switch (spelling.kind) {
    case "infix":
    case "prefix":
      return `${spelling.operator} ${arity}`;
    case "call":
      return `${spelling.callee}()`;
    case "runtime":
      return `${spelling.name}()`;
    case "method":
      return methodKey(spelling.name);
    case "property":
    case "element":
    case "conditional":
      return undefined;
    default:
      return spelling satisfies never;
  }
}

function methodKey(name: string): string {
  return `.${name}()`;
}

/** Adds a primitive to the table. Throws if its id or one of its spellings means another one. */
export function registerPrimitive(primitive: Primitive): Primitive {
  const spellings = [primitive.spelling, ...primitive.aliases];
  const keys = spellings.flatMap((spelling) => spellingKey(spelling, primitive.arity) ?? []);
  const taken = byId.get(primitive.id) ?? keys.map((key) => bySpelling.get(key)).find((p) => p && p !== primitive);
  if (taken === primitive) return primitive;
  if (taken) throw new Error(`primitive ${primitive.id} has the id or a spelling of ${taken.id}`);
  byId.set(primitive.id, primitive);
  for (const key of keys) bySpelling.set(key, primitive);
  return primitive;
}

/** The primitive with this id. Throws if there is none. */
export function primitive(id: string): Primitive {
  const found = byId.get(id);
  if (!found) throw new Error(`no primitive ${id}`);
  return found;
}

/** The primitive that a call of `callee` means: `"Math.sin"`, `"Number.isNaN"`. */
export function primitiveForCall(callee: string): Primitive | undefined {
  return bySpelling.get(`${callee}()`);
}

/** The primitive that is the method `name` of strings. */
export function primitiveForMethod(name: string): Primitive | undefined {
  return bySpelling.get(methodKey(name));
}

/** The primitive that `operator` with this many operands means: `("-", 1)`, `("**", 2)`. */
export function primitiveForOperator(operator: string, arity: number): Primitive | undefined {
  return bySpelling.get(`${operator} ${arity}`);
}

for (const group of [arithmetic, comparison, keys, patterns, rounding, text, transcendental]) {
  for (const member of Object.values(group)) registerPrimitive(member);
}
