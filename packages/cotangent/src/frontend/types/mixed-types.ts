/** Unions as the checker has them: those of several kinds of values, and parts of others. */
import ts from "typescript";
import type { Type } from "../../ir/types.ts";
import type { Kind } from "../../runtime/shape.ts";
import { refuse } from "../context.ts";
import { kindOf } from "../values/kinds.ts";
import { type Conversion, convertMembers, nameOf } from "./types.ts";

/** True for a union by a name that leaves some of it out: `Result<T, never>`. */
export function saysPartOfUnion(type: ts.Type): boolean {
  return type.isUnion() && (type.aliasTypeArguments ?? []).some((t) => (t.flags & ts.TypeFlags.Never) !== 0);
}

/** The type of values of several kinds; undefined if these types do not say that they are of several. */
export function convertMixed(c: Conversion, types: readonly ts.Type[], union: ts.Type | undefined): Type | undefined {
  const ofKind = new Map<Kind, ts.Type[]>();
  for (const type of types) {
    const kind = kindOf(c.cx, type);
    if (!kind) return undefined;
    ofKind.set(kind, [...(ofKind.get(kind) ?? []), type]);
  }
  if (ofKind.size < 2) return undefined;
  const known = union && c.open.get(union);
  if (known) return known;
  const { unions } = c.cx.session;
  const made = unions.open(union?.aliasSymbol?.name);
  if (union) c.open.set(union, made.type);
  c.filling.add(made.type);
  const parts = new Map<Kind, Type>();
  for (const [kind, members] of ofKind) {
    const shown = members.map((t) => nameOf(c, t)).join(" | ");
    parts.set(
      kind,
      convertMembers(c, members, undefined, () => refuse(c.node, "union-type", shown)),
    );
  }
  c.filling.delete(made.type);
  const { type } = unions.close(made, parts);
  if (union) c.open.set(union, type);
  return type;
}
