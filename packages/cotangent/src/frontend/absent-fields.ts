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
import ts from "typescript";
import { typeKey } from "../ir/type.ts";
import type { RecordDecl, RecordField, Type, Value } from "../ir/types.ts";
import { type Context, refuse, type Session } from "./context.ts";
import { typesWithin } from "./outside.ts";
import { showType } from "./show.ts";

/** A field of a type. */
interface FieldOf {
  readonly type: Type;
  readonly name: string;
}

/** A field that was taken to be missing. */
interface Absence extends FieldOf {
  readonly node: ts.Node;
}

/** A field that was taken to be missing where it holds nothing; what is said where that may be wrong. */
interface Presumption extends FieldOf {
  readonly refuse: () => never;
}

/** What one attempt at lowering takes for granted about fields that objects do not have. */
export class Absences {
  readonly found: Absence[] = [];
  /** Records of what patterns leave over. */
  readonly rests = new Set<RecordDecl>();
  /** Records that hold what was spread from another, or left over from it. */
  readonly spread: { readonly from: Type; readonly to: Type }[] = [];
  /** Where a field that holds nothing was taken for missing; what gave one a value that may be undefined. */
  readonly missing: Presumption[] = [];
  readonly given: FieldOf[] = [];
  /** Where a field that may hold nothing was taken to be there; what left one out. */
  readonly there: Presumption[] = [];
  readonly omitted: FieldOf[] = [];
}

/**
 * True if an object has the property `field` where something is in it: it was made without, then. Undefined if it has the
 * property in any case. An object that holds undefined looks alike, so that what stores undefined in such a field is
 * refused at the end, and so is an object from outside.
 */
export function holdsOwn(cx: Context, object: Value, field: RecordField, otherwise: () => never): Value | undefined {
  const { type } = object;
  const { absences, alternatives, classes } = cx.session;
  if (field.type.kind !== "optional") return undefined;
  const kinds = alternatives.layout(type)?.members;
  const properties = kinds?.map((kind) => cx.checker.getPropertyOfType(kind, field.name));
  const mayLack = properties?.some((p) => !p || (p.flags & ts.SymbolFlags.Optional) !== 0) ?? true;
  if (!mayLack) {
    absences.there.push({ type, name: field.name, refuse: otherwise });
    return undefined;
  }
  // What `new` makes has all fields of its class.
  if (classes.of(type)) return otherwise();
  if (!field.variant || alternatives.mayHoldUndefined(cx.checker, type, field.name)) {
    if (field.type.absent === "null") return otherwise();
    absences.missing.push({ type, name: field.name, refuse: otherwise });
  }
  return cx.b.present(cx.b.getField(object, field.name));
}

/** Remembers that a field of an object of this type was given `value`, which may be undefined. */
export function noteGiven(cx: Context, type: Type, name: string, value: Value): void {
  if (value.type.kind === "optional" || value.type.kind === "undefined") cx.session.absences.given.push({ type, name });
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

/** Refuses fields that were taken to be missing and may be there: in an object from outside, or holding undefined. */
export function refuseHidden(session: Session, outside: readonly Type[]): void {
  const { found, spread, missing, given, there, omitted } = session.absences;
  if (found.length + missing.length + there.length === 0) return;
  const open = new Set(outside.flatMap((t) => [...typesWithin(t)]).map(typeKey));
  spreadTo(open, spread);
  for (const { type, name, node } of found) {
    if (open.has(typeKey(type))) refuse(node, "unknown-field", `\`${name}\``, `\`${showType(type)}\``);
  }
  const hold = (presumed: readonly Presumption[], otherwise: readonly FieldOf[]): void => {
    for (const { type, name, refuse } of presumed) {
      const others = new Set(otherwise.filter((o) => o.name === name).map((o) => typeKey(o.type)));
      spreadTo(others, spread);
      if (open.has(typeKey(type)) || others.has(typeKey(type))) refuse();
    }
  };
  hold(missing, given);
  hold(there, omitted);
}

/** Adds to types those of objects that their objects are spread to. */
function spreadTo(types: Set<string>, spread: Absences["spread"]): void {
  for (let before = -1; before < types.size; ) {
    before = types.size;
    for (const { from, to } of spread) if (types.has(typeKey(from))) types.add(typeKey(to));
  }
}
