/**
 * The order of what the checker has in no order: members of unions, and properties that are made for the members of one,
 * `Record<"b" | "a", number>`, stand as it has come upon them, in whatever code it was asked about before. What is made of a
 * function must not depend on that. Kinds of object are put into the order of their declarations, numbers as JavaScript has
 * them; other names stand as a checker comes upon them that has been asked about nothing else.
 */
import ts from "typescript";
import { arrayIndexOf } from "../../runtime/keys.ts";
import type { Context } from "../context.ts";

/** Thrown where it matters what the checker was asked before: lowering starts over, with one that was asked nothing. */
export class NeedsFreshChecker extends Error {}

/** Types in the order of their declarations; those that have none stay where they are. */
export function inDeclaredOrder(types: readonly ts.Type[]): readonly ts.Type[] {
  return sortedAmong(types, (t) => t.symbol?.declarations?.[0], comparePlaces);
}

/** The properties of a kind of object, in an order that is always the same. */
export function orderedProperties(cx: Context, kind: ts.Type): readonly ts.Symbol[] {
  const properties = cx.checker.getPropertiesOfType(kind);
  const made = properties.filter((p) => !p.declarations?.length || isMapped(kind));
  if (made.length < 2) return properties;
  if (!made.every((p) => arrayIndexOf(p.name) >= 0)) {
    if (!cx.session.isFresh) throw new NeedsFreshChecker();
    return properties;
  }
  return sortedAmong(
    properties,
    (p) => (made.includes(p) ? Number(p.name) : undefined),
    (a, b) => a - b,
  );
}

function isMapped(type: ts.Type): boolean {
  if (type.isIntersection()) return type.types.some(isMapped);
  return (
    (type.flags & ts.TypeFlags.Object) !== 0 && ((type as ts.ObjectType).objectFlags & ts.ObjectFlags.Mapped) !== 0
  );
}

function comparePlaces(a: ts.Declaration, b: ts.Declaration): number {
  const [left, right] = [a.getSourceFile().fileName, b.getSourceFile().fileName];
  return left === right ? a.pos - b.pos : left < right ? -1 : 1;
}

/** The list with those that have a key in the order of their keys, at the places that they have together. */
function sortedAmong<T, K>(
  list: readonly T[],
  keyOf: (entry: T) => K | undefined,
  compare: (a: K, b: K) => number,
): readonly T[] {
  const keyed = list.flatMap((entry) => {
    const key = keyOf(entry);
    return key === undefined ? [] : [{ entry, key }];
  });
  const sorted = [...keyed].sort((a, b) => compare(a.key, b.key));
  const places = new Map(keyed.map(({ entry }, i) => [entry, (sorted[i] as (typeof sorted)[number]).entry]));
  return list.map((entry) => places.get(entry) ?? entry);
}
