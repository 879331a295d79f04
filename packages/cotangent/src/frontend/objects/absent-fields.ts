/**
 * Fields that an object does not have. An object literal has the fields that it lists and no others, an instance those of
 * its class, so that what reads another finds nothing, as in JavaScript:
 *
 *     function smooth(y: number[], options: { window?: number; weights?: ArrayLike<number> } = {}) {
 *       const { window = 3, weights } = options;        // `{}` has neither
 *
 * An object that is put where another type is declared keeps its own (see `alternatives.ts`), so that the record of a
 * type is the record of all objects of that type that the program makes. An object from outside may have more than its
 * type says, and hold undefined where one of the program has nothing. Of which types such objects are, and to which they
 * are spread, is known at the end; they are then looked at where they come in (`outside.ts`).
 */
import ts from "typescript";
import { typeKey } from "../../ir/type.ts";
import type { RecordDecl, RecordField, Type, Value } from "../../ir/types.ts";
import { type Context, refuse, type Session } from "../context.ts";
import { showType } from "../types/show.ts";
import { isDefined } from "../values/coerce.ts";
import { typesWithin } from "./outside.ts";

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
  return isDefined(cx, cx.b.getField(object, field.name));
}

/** Remembers that a field of an object of this type was given `value`, which may be undefined. */
export function noteGiven(cx: Context, type: Type, name: string, value: Value): void {
  if (value.type.kind === "optional" || value.type.kind === "undefined") cx.session.absences.given.push({ type, name });
}

/** Remembers that objects of this type, of which `copied` go over `names`, were taken to have no others of these. */
export function noteUnnamed(
  cx: Context,
  type: Type,
  copied: readonly RecordField[],
  names: readonly string[],
  node: ts.Node,
): void {
  for (const name of names)
    if (!copied.some((f) => f.name === name)) cx.session.absences.found.push({ type, name, node });
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

/** What must hold of the fields of objects from outside: each is there, is not, or holds something if it is. */
export type Expected = "there" | "absent" | "told";

/** What is expected of objects from outside that have this type. */
export interface ExpectedFields {
  readonly type: Type;
  readonly fields: ReadonlyMap<string, Expected>;
}

/**
 * What was taken for granted of objects that may come from outside, by the key of their type: they are looked at when the
 * function begins. Refuses what the program itself makes otherwise, and what cannot be looked at: objects of `foreign`
 * types, which come while it runs.
 */
export function expectedFields(
  session: Session,
  outside: readonly Type[],
  foreign: readonly Type[],
): ReadonlyMap<string, ExpectedFields> {
  const { found, spread, missing, given, there, omitted } = session.absences;
  const expected = new Map<string, ExpectedFields & { readonly fields: Map<string, Expected> }>();
  if (found.length + missing.length + there.length === 0) return expected;
  const within = (types: readonly Type[]): Map<string, Type> =>
    new Map(types.flatMap((t) => [...typesWithin(t)]).map((t) => [typeKey(t), t]));
  const [looked, unseen] = [within(outside), within(foreign)];
  const expect = (type: Type, name: string, what: Expected, refuse: () => never): void => {
    for (const key of origins(type, spread)) {
      const from = unseen.get(key) ?? looked.get(key);
      // A field that a copy has beside is not taken from there.
      if (from?.kind !== "record" || from.decl.fields.some((f) => f.name === name) === (what === "absent")) continue;
      if (unseen.has(key)) refuse();
      const known = expected.get(key) ?? { type: from, fields: new Map<string, Expected>() };
      known.fields.set(name, what);
      expected.set(key, known);
    }
  };
  for (const { type, name, node } of found)
    expect(type, name, "absent", () => refuse(node, "unknown-field", `\`${name}\``, `\`${showType(type)}\``));
  const hold = (presumed: readonly Presumption[], what: Expected, otherwise: readonly FieldOf[]): void => {
    for (const { type, name, refuse } of presumed) {
      const others = new Set(otherwise.filter((o) => o.name === name).map((o) => typeKey(o.type)));
      if (origins(type, spread).some((key) => others.has(key))) refuse();
      expect(type, name, what, refuse);
    }
  };
  hold(missing, "told", given);
  hold(there, "there", omitted);
  return expected;
}

/** The keys of a type, and of those whose objects are spread to its objects. */
function origins(type: Type, spread: Absences["spread"]): readonly string[] {
  const keys = new Set([typeKey(type)]);
  for (let before = -1; before < keys.size; ) {
    before = keys.size;
    for (const { from, to } of spread) if (keys.has(typeKey(to))) keys.add(typeKey(from));
  }
  return [...keys];
}
