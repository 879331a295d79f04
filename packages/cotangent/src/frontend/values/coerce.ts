/**
 * Values as values of other types: what may be missing of what is there or missing in one way, unions of their parts; and the
 * type that two values can both be given.
 */
import type ts from "typescript";
import { optional, sameType } from "../../ir/type.ts";
import type { Absent, Type, Value } from "../../ir/types.ts";
import { type Context, isValue, NothingFollows, type Operand, refuse } from "../context.ts";
import { either } from "../control/condition.ts";
import { raise } from "../control/thrown.ts";
import { branch } from "../flow.ts";
import { regroup } from "../types/alternatives.ts";
import { showType } from "../types/show.ts";
import { admits, admitsType, asUnion } from "./kinds.ts";
import { learnFrom } from "./learn.ts";

/** The type that values of both types can be given; undefined if there is none. */
export function joinTypes(a: Type, b: Type, absent: "undefined" | "null" = "undefined"): Type | undefined {
  if (sameType(a, b)) return a;
  if (a.kind === "undefined") return b.kind === "optional" ? b : optional(b, absent);
  if (b.kind === "undefined") return a.kind === "optional" ? a : optional(a, absent);
  if (a.kind === "optional" && b.kind === "optional") {
    const of = joinTypes(a.of, b.of);
    return of && optional(optional(of, a.absent), b.absent);
  }
  if (a.kind === "optional") return sameType(a.of, b) ? a : undefined;
  if (b.kind === "optional") return sameType(b.of, a) ? b : undefined;
  return undefined;
}

/** True if a known missing value may stand where values are missing as `absent`. */
export function isMissingAs(absent: Absent, missing: unknown): boolean {
  return absent === "nullish" || (absent === "null") === (missing === null);
}

/** The join of the types of two values, which knows `null` from `undefined`. */
export function joinValues(cx: Context, a: Value, b: Value): Type | undefined {
  const absentOf = (v: Value): "undefined" | "null" => (cx.known(v) === null ? "null" : "undefined");
  const joined = joinTypes(a.type, b.type, a.type.kind === "undefined" ? absentOf(a) : absentOf(b));
  // Missing in the other way.
  const clash = (missing: Value): boolean =>
    missing.type.kind === "undefined" && joined?.kind === "optional" && !isMissingAs(joined.absent, cx.known(missing));
  const stored = (v: Value): boolean => v.type.kind === "undefined" && joined?.kind === "optional" && !cx.isKnown(v);
  if (stored(a) || stored(b)) return undefined;
  return joined && (clash(a) || clash(b)) ? optional(joined, absentOf(clash(a) ? a : b)) : joined;
}

/** The union, possibly missing, of two types whose values are of different kinds. */
export function joinMixed({ session: { unions, closures } }: Context, a: Type, b: Type): Type | undefined {
  // What is missing in the other way is told from it where both ways are joined as they are.
  if (a.kind === "undefined" || b.kind === "undefined") return undefined;
  const [left, right] = [a, b].map((t) => (t.kind === "optional" ? t.of : t)) as [Type, Type];
  const [absent, ...others] = new Set([a, b].flatMap((t) => (t.kind === "optional" ? [t.absent] : [])));
  const made = others.length === 0 ? unions.join(closures, left, right) : undefined;
  return made && absent ? optional(made, absent) : made;
}

/** `value` as a value of type `to`; undefined if it cannot be one. */
export function tryCoerce(cx: Context, value: Value, to: Type): Value | undefined {
  if (sameType(value.type, to)) return value;
  if (to.kind === "optional") {
    if (value.type.kind === "undefined") {
      if (!cx.isKnown(value)) return undefined;
      const missing = cx.known(value);
      if (!isMissingAs(to.absent, missing)) return undefined;
      return cx.b.missing(to, value.hint, missing === null ? "null" : "undefined");
    }
    if (value.type.kind === "optional") return optionalAs(cx, value, value.type, to);
    const inner = tryCoerce(cx, value, to.of);
    return inner && cx.b.wrap(inner, to.absent, value.hint);
  }
  const union = cx.session.unions.of(to);
  return union && admits(cx, value, to) ? asUnion(cx, value, union) : undefined;
}

/** Of a value that is missing, whether it is null. */
export function isNullIfMissing(cx: Context, value: Value): Value {
  const absent = value.type.kind === "optional" ? value.type.absent : "undefined";
  return absent === "nullish" ? cx.b.isNull(value) : cx.constant(absent === "null");
}

/** Whether a value that may be missing is anything but undefined. */
export function isDefined(cx: Context, value: Value): Value {
  const absent = value.type.kind === "optional" ? value.type.absent : "null";
  if (absent === "null") return cx.constant(true);
  const isThere = cx.b.present(value);
  return absent === "nullish" ? either(cx, isThere, () => cx.b.isNull(value)) : isThere;
}

/** What such a value is where it is not undefined: there, or null. */
export function definedPart(cx: Context, value: Value): Value {
  const absent = value.type.kind === "optional" ? value.type.absent : "null";
  if (absent !== "nullish") return absent === "null" ? value : cx.b.unwrap(value);
  const nullable = optional((value.type as Optional).of, "null");
  return branch(
    cx,
    cx.b.present(value),
    () => cx.b.wrap(cx.b.unwrap(value), "null"),
    () => cx.b.missing(nullable),
    value.hint,
  ) as Value;
}

type Optional = Type & { readonly kind: "optional" };

/** A value that may be missing as one that may be missing in other ways, or as one of a union that may be. */
function optionalAs(cx: Context, value: Value, type: Optional, to: Optional): Value | undefined {
  const isSame = sameType(type.of, to.of);
  if (isSame && to.absent === "nullish") return cx.b.wrap(value, "nullish", value.hint);
  const union = cx.session.unions.of(to.of);
  if (!isSame && !(union && admitsType(cx, type.of, to.of))) return undefined;
  if (type.absent !== to.absent && type.absent !== "nullish" && to.absent !== "nullish") return undefined;
  const present = (): Value => {
    const part = cx.b.unwrap(value);
    return cx.b.wrap(union && !isSame ? asUnion(cx, part, union) : part, to.absent);
  };
  const missing = (which: Exclude<Absent, "nullish">) => (): Value => {
    if (to.absent === which || to.absent === "nullish") return cx.b.missing(to, value.hint, which);
    // The checker believes assertions.
    raise(cx, "TypeError", `a value is ${which} where its type says that it is missing as ${to.absent}`);
    throw new NothingFollows();
  };
  const absent = (): Operand =>
    branch(cx, isNullIfMissing(cx, value), missing("null"), missing("undefined")) as Operand;
  const made = branch(cx, cx.b.present(value), present, absent, value.hint);
  return isValue(made) ? made : undefined;
}

/** `value` as a value of type `to`. Throws `type-mismatch`. */
export function coerce(cx: Context, value: Value, to: Type, node: ts.Node): Value {
  const made = tryCoerce(cx, value, to);
  if (made) return made;
  if (value.type.kind === "optional" && sameType(value.type.of, to)) {
    return refuse(node, "possibly-missing", "the value");
  }
  learnFrom(cx.session, value.type, to);
  regroup(cx, value.type, to);
  return refuse(node, "type-mismatch", `${showType(value.type)} and ${showType(to)}`);
}
