/**
 * Fields that an object does not have. An object literal has the fields that it lists and no others, an instance those of
 * its class, so that what reads another finds nothing, as in JavaScript:
 *
 *     function smooth(y: number[], options: { window?: number; weights?: ArrayLike<number> } = {}) {
 *       const { window = 3, weights } = options;        // `{}` has neither
 *
 * An object that is put where another type is declared keeps its own (see `alternatives.ts`), so that the record of a
 * type is the record of all objects of that type that the program makes. An object from outside may have more than its
 * type says. So a record of which a missing field was read must be of no
 * type that something from outside has, nor be spread from such an object; which those are is known at the end.
 */
import type ts from "typescript";
import { typeKey } from "../ir/type.ts";
import type { RecordDecl, Type, Value } from "../ir/types.ts";
import { type Context, refuse, type Session } from "./context.ts";
import { typesWithin } from "./outside.ts";
import { showType } from "./show.ts";

/** A field that was taken to be missing. */
interface Absence {
  readonly type: Type;
  readonly name: string;
  readonly node: ts.Node;
}

/** What one attempt at lowering takes for granted about fields that objects do not have. */
export class Absences {
  readonly found: Absence[] = [];
  /** Records of what patterns leave over. */
  readonly rests = new Set<RecordDecl>();
  /** Records that hold what was spread from another, or left over from it. */
  readonly spread: { readonly from: Type; readonly to: Type }[] = [];
}

/** Nothing, if `value` is of a kind that only the program makes, without the field; undefined otherwise. */
export function absentField(cx: Context, value: Value, name: string, node: ts.Node): Value | undefined {
  const { alternatives, absences, classes } = cx.session;
  const { type } = value;
  // What all objects inherit is there.
  if (type.kind !== "record" || type.decl.isTuple || name in {}) return undefined;
  if (type.decl.nominal !== undefined && !classes.of(type)) return undefined;
  const isClosed = (kind: ts.Type): boolean => !cx.checker.getPropertyOfType(kind, name);
  const group = alternatives.layout(type);
  const isMade = group ? !group.isApart && group.members.every(isClosed) : absences.rests.has(type.decl);
  if (!isMade) return undefined;
  absences.found.push({ type, name, node });
  return cx.constant(undefined);
}

/** Refuses fields that were taken to be missing where an object from outside might have them. */
export function refuseHidden(session: Session, outside: readonly Type[]): void {
  const { found, spread } = session.absences;
  if (found.length === 0) return;
  const open = new Set(outside.flatMap((t) => [...typesWithin(t)]).map(typeKey));
  for (let before = -1; before < open.size; ) {
    before = open.size;
    for (const { from, to } of spread) if (open.has(typeKey(from))) open.add(typeKey(to));
  }
  for (const { type, name, node } of found) {
    if (open.has(typeKey(type))) refuse(node, "unknown-field", `\`${name}\``, `\`${showType(type)}\``);
  }
}
