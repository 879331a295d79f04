/** Values of unions of several kinds (`types/unions.ts`): made, asked for their kind, and taken apart. */
import ts from "typescript";
import { sameType } from "../../ir/type.ts";
import type { Type, Value } from "../../ir/types.ts";
import type { Kind } from "../../runtime/shape.ts";
import { type Context, isValue, NothingFollows, type Operand, quote, refuse, type Variable } from "../context.ts";
import { either } from "../control/condition.ts";
import { raise } from "../control/thrown.ts";
import { branch } from "../flow.ts";
import { isReassigned } from "../syntax/scan.ts";
import { typeArgument } from "../types/types.ts";
import { kindOfType, type Union } from "../types/unions.ts";
import { tryCoerce } from "./coerce.ts";
import { asValue } from "./expression.ts";
import { typedStorage } from "./views.ts";

/** The union that a value is of; undefined for any other value, and for one that may be missing. */
export function unionOf(cx: Context, operand: Operand): Union | undefined {
  return isValue(operand) ? cx.session.unions.of(operand.type) : undefined;
}

/** Refuses a value of several kinds where what is done depends on which it is, and nobody asks. */
export function refuseUnion(cx: Context, operand: Operand, node: ts.Node): void {
  const type =
    isValue(operand) && operand.type.kind === "optional" ? operand.type.of : isValue(operand) && operand.type;
  if (type && cx.session.unions.of(type)) refuse(node, "union-type", `of ${quote(node)}`);
}

/** True if a value can be put into a place of this type by saying of which kind it is. */
export function admits(cx: Context, value: Value, to: Type): boolean {
  return admitsType(cx, value.type, to);
}

/** As `admits`, of all values of a type. */
export function admitsType({ session: { unions, closures } }: Context, type: Type, to: Type): boolean {
  const union = unions.of(to);
  if (!union) return false;
  const parts = [...unions.partsOf(closures, type)];
  return (
    parts.length > 0 &&
    parts.every(([kind, part]) => {
      const there = union.parts.get(kind);
      return there !== undefined && sameType(there, part);
    })
  );
}

/** The value as one of a union, which admits it. */
export function asUnion(cx: Context, value: Value, { type, parts }: Union): Value {
  const from = cx.session.unions.of(value.type);
  const kind = from ? undefined : kindOfType(cx.session.closures, value.type);
  const fields = [...parts].map(([name, part]) => {
    if (from?.parts.has(name)) return cx.b.getField(value, name);
    const wanted = { kind: "optional", of: part, absent: "undefined" } as const;
    return name === kind ? cx.b.wrap(value, "undefined") : cx.b.missing(wanted);
  });
  return cx.b.record(fields, type, value.hint);
}

/** Whether a value of a union is of this kind. */
export function isOfKind(cx: Context, value: Value, kind: Kind): Value {
  return cx.session.unions.of(value.type)?.parts.has(kind)
    ? cx.b.present(cx.b.getField(value, kind))
    : cx.constant(false);
}

/** What `use` makes of a value of a union, for each kind that it may be of. */
export function byKind(
  cx: Context,
  value: Value,
  { parts }: Union,
  use: (part: Value, kind: Kind) => Value,
  node: ts.Node,
): Value {
  const kinds = [...parts.keys()];
  const from = (k: number): Operand => {
    const kind = kinds[k] as Kind;
    const part = (): Value => use(cx.b.unwrap(cx.b.getField(value, kind)), kind);
    if (k === kinds.length - 1) return part();
    return branch(cx, isOfKind(cx, value, kind), part, () => from(k + 1)) as Operand;
  };
  return asValue(cx, from(0), node);
}

/** As `byKind`, for those kinds that the checker admits at `from`, where the value stands. */
export function byAdmittedKind(
  cx: Context,
  value: Value,
  union: Union,
  from: ts.Expression,
  use: (part: Value) => Value,
  node: ts.Node,
): Value {
  const admitted = kindsOf(cx, cx.checker.getTypeAtLocation(from));
  // A type of objects may say what texts and lists have, too.
  const isSaid = admitted && [...admitted].every((kind) => union.parts.has(kind));
  if (!isSaid) return refuse(from, "union-type", `of ${quote(from)}`);
  return byKind(cx, value, union, (part, kind) => (admitted.has(kind) ? use(part) : isAnother(cx, from)), node);
}

/** Throws when the program runs: the checker believes assertions. */
function isAnother(cx: Context, node: ts.Expression): never {
  raise(cx, "TypeError", `${quote(node)} is of another kind than its type says`);
  throw new NothingFollows();
}

/** A value of a union as what the checker has found it to be at `node`, if that is one kind. */
export function narrowKind(cx: Context, operand: Operand, node: ts.Expression): Operand {
  const union = unionOf(cx, operand);
  if (!union || !isValue(operand)) return operand;
  const kinds = kindsOf(cx, cx.checker.getTypeAtLocation(node));
  const [kind, ...others] = kinds ?? [];
  if (!kind || others.length > 0) return operand;
  // All that the value may be has been dealt with; but a type of objects may say what texts and lists have, too.
  if (!union.parts.has(kind)) return kind === "asObject" ? operand : isAnother(cx, node);
  const part = (): Value => cx.b.unwrap(cx.b.getField(operand, kind));
  return branch(cx, isOfKind(cx, operand, kind), part, () => isAnother(cx, node), operand.hint) as Operand;
}

/** The kinds of the values of the checker's type; undefined where it does not say. */
function kindsOf(cx: Context, type: ts.Type): ReadonlySet<Kind> | undefined {
  const kinds = new Set<Kind>();
  const { TypeFlags: F } = ts;
  for (const t of type.isUnion() ? type.types : [type]) {
    if (t.flags & (F.Undefined | F.Null | F.Void | F.Never)) continue;
    const standsFor = typeArgument(cx.frame, t);
    const kind = standsFor ? kindOfType(cx.session.closures, standsFor) : kindOf(cx, t);
    if (!kind || (standsFor && cx.session.unions.of(standsFor))) return undefined;
    kinds.add(kind);
  }
  return kinds;
}

/** The kind of the values of a type that is no union; undefined where the checker does not say. */
export function kindOf({ checker }: Pick<Context, "checker">, type: ts.Type): Kind | undefined {
  const { TypeFlags: F } = ts;
  if (type.isIntersection()) {
    // Of `T & any[]` the type parameter says nothing.
    const kinds = type.types.map((t) => kindOf({ checker }, t)).filter((k) => k !== undefined);
    return kinds.find((k) => k !== "asObject") ?? kinds[0];
  }
  if (type.flags & F.NumberLike) return "asNumber";
  if (type.flags & F.StringLike) return "asText";
  if (type.flags & F.BooleanLike) return "asBoolean";
  if (!(type.flags & F.Object)) return undefined;
  const isList = checker.isArrayType(type) || checker.isTupleType(type);
  if (isList || typedStorage(type.getSymbol()?.name ?? "")) return "asList";
  return type.getCallSignatures().length > 0 ? "asFunction" : "asObject";
}

/** What `typeof` says of values of a kind. */
export const namesOfKinds: Readonly<Record<Kind, string>> = {
  asNumber: "number",
  asText: "string",
  asBoolean: "boolean",
  asFunction: "function",
  asList: "object",
  asObject: "object",
};

/** Whether `typeof` of a value of a union is `name`. */
export function hasTypeof(cx: Context, value: Value, union: Union, name: string): Value {
  const kinds = [...union.parts.keys()].filter((kind) => namesOfKinds[kind] === name);
  return kinds.reduce((told, kind) => either(cx, told, () => isOfKind(cx, value, kind)), cx.constant(false));
}

/** What a variable holds that is declared to be of a union, or to be missing in two ways, and is given now one and now another. */
export function asDeclared(
  cx: Context,
  operand: Operand | undefined,
  { declared, symbol }: Variable,
): Operand | undefined {
  const isNullish = declared?.kind === "optional" && declared.absent === "nullish";
  const wanted = declared?.kind === "optional" && !isNullish ? declared.of : declared;
  if (!wanted || !isValue(operand) || !(isNullish || cx.session.unions.of(wanted))) return operand;
  // What is never assigned again is of the kind that it was given.
  if (!symbol || !isReassigned(cx, symbol)) return operand;
  return tryCoerce(cx, operand, wanted) ?? operand;
}
