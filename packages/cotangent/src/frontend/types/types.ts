/**
 * From the checker's types to the IR's. Types of values flow through the IR; the checker is asked where nothing flows
 * yet: parameters of the entry, empty literals, declared variables, results of recursive calls. A type parameter stands
 * for what the arguments of the current specialisation brought (the checker does not instantiate generic bodies).
 */
import ts from "typescript";
import { CotangentError } from "../../core/errors.ts";
import {
  array,
  boolean,
  number,
  optional,
  record,
  sameType,
  snapshot,
  string,
  tape,
  tuple,
  unit,
} from "../../ir/type.ts";
import type { RecordDecl, RecordField, Type } from "../../ir/types.ts";
import type { TableKind } from "../../runtime/shape.ts";
import { type Context, type Frame, quote, refuse } from "../context.ts";
import { iteratorResult } from "../control/iterators.ts";
import { iteratorName } from "../objects/classes.ts";
import { checkKeyType, refuseKeysByIdentity, tableKind } from "../objects/maps.ts";
import { kindOf, receivingFields, receivingName } from "../objects/receivers.ts";
import { isRuntimeFile } from "../program/own-package.ts";
import { typedStorage } from "../values/views.ts";
import type { Group } from "./alternatives.ts";
import { collectedType } from "./collected.ts";
import { convertFunction, plainSignature, signatureParts } from "./function-types.ts";
import { instanceTypeOf, isInstanceKind } from "./instance-types.ts";
import { convertMixed, saysPartOfUnion } from "./mixed-types.ts";
import { holdsFunction } from "./signatures.ts";
import { holdsUnion } from "./unions.ts";

export const missingFlags: ts.TypeFlags = ts.TypeFlags.Undefined | ts.TypeFlags.Void;

/** One question for a type, on its way through the types that it is made of. */
export interface Conversion {
  readonly cx: Context;
  readonly node: ts.Node;
  readonly open: Map<ts.Type, Type>;
  /** A type parameter was met, so that the result holds in this specialisation only. */
  generic: boolean;
  /** Records whose fields are not known yet. */
  readonly filling: Set<Type>;
  /** Types of functions whose parameters and results are not known yet. */
  readonly entered: Set<ts.Type>;
  /** Values of several kinds may stand in one place. */
  readonly mixes: boolean;
}

export function beginConversion(cx: Context, node: ts.Node, mixes = true): Conversion {
  return { cx, node, open: new Map(), generic: false, filling: new Set(), entered: new Set(), mixes };
}

/**
 * The IR type of values of the checker's type, seen at `node`, which are the same to code outside. Throws a diagnostic for
 * types that are not taken.
 */
export function toType(cx: Context, type: ts.Type, node: ts.Node): Type {
  const made = crossingType(cx, type, node);
  const mixed = holdsUnion(cx.session.unions, made);
  // By itself, what is wrong with it is said where it stands.
  if (mixed) convert(beginConversion(cx, node, false), type);
  return mixed ? refuse(node, "union-type", `\`${cx.checker.typeToString(type)}\``) : made;
}

/** As `toType`, for values that are made into others at the border, if there is need: those of several kinds are taken, too. */
export function crossingType(cx: Context, type: ts.Type, node: ts.Node): Type {
  const made = localType(cx, type, node);
  refuseKeysByIdentity(cx.session, made, "in arguments, results or constants", node);
  return holdsFunction(cx.session.closures, made) ? refuse(node, "function-value") : made;
}

/** As `toType`, for values that do not come from outside: functions may be among them. */
export function localType(cx: Context, type: ts.Type, node: ts.Node): Type {
  const known = cx.session.typeCache.get(type);
  if (known) return known;
  const conversion = beginConversion(cx, node);
  const made = convert(conversion, type);
  if (!conversion.generic) cx.session.typeCache.set(type, made);
  return made;
}

/** True if the type is said only by what type parameters stand for. Throws for types that are not taken. */
export function dependsOnTypeParameter(cx: Context, type: ts.Type, node: ts.Node): boolean {
  const conversion = beginConversion(cx, node);
  convert(conversion, type);
  return conversion.generic;
}

/** True if values of the checker's type are taken, by what is known of it now, each of one kind. */
export function isTaken(cx: Context, type: ts.Type, node: ts.Node): boolean {
  const conversion = beginConversion(cx, node, false);
  const { typeCache } = cx.session;
  const before = new Map(typeCache);
  try {
    // What is known was found for what belonged together before.
    typeCache.clear();
    convert(conversion, type);
    return true;
  } catch (error) {
    if (error instanceof CotangentError) return false;
    throw error;
  } finally {
    typeCache.clear();
    for (const [known, made] of before) typeCache.set(known, made);
  }
}

/** As `localType`, but undefined for a type that is not taken or not known. */
export function tryType(cx: Context, type: ts.Type | undefined, node: ts.Node): Type | undefined {
  if (!type) return undefined;
  try {
    return localType(cx, type, node);
  } catch (error) {
    if (error instanceof CotangentError) return undefined;
    throw error;
  }
}

/** What a type parameter stands for in a version of a function; undefined for other types. */
export function typeArgument(frame: Frame | undefined, parameter: ts.Type): Type | undefined {
  return frame && (frame.typeArguments.get(parameter) ?? typeArgument(frame.parent, parameter));
}

export function nameOf(c: Conversion, type: ts.Type): string {
  return `\`${c.cx.checker.typeToString(type)}\``;
}

export function convert(c: Conversion, type: ts.Type): Type {
  const { flags } = type;
  const { TypeFlags: F } = ts;
  if (flags & (F.Any | F.Unknown)) return refuse(c.node, "any-type", quote(c.node));
  if (flags & F.TypeParameter) {
    c.generic = true;
    const known = typeArgument(c.cx.frame, type);
    if (known) return known;
    const constraint = c.cx.checker.getBaseConstraintOfType(type);
    if (!constraint || constraint.flags & F.Unknown) return refuse(c.node, "type-parameter", nameOf(c, type));
    return convert(c, constraint);
  }
  if (flags & F.NumberLike) return number;
  if (flags & F.BooleanLike) return boolean;
  if (flags & F.StringLike) return string;
  if (flags & (missingFlags | F.Null | F.Never)) return unit;
  if (flags & F.BigIntLike) return refuse(c.node, "bigint");
  if (type.isUnion()) return convertUnion(c, type);
  if (type.isIntersection()) {
    const scalar = type.types.find((t) => t.flags & (F.NumberLike | F.StringLike | F.BooleanLike | F.TypeParameter));
    return scalar ? convert(c, scalar) : convertObject(c, type);
  }
  if (flags & F.Object) return convertObject(c, kindOf(c.cx, type));
  if (flags & (F.IndexedAccess | F.Conditional | F.Substitution | F.Index)) {
    c.generic = true;
    const constraint = c.cx.checker.getBaseConstraintOfType(type);
    if (constraint && constraint !== type) return convert(c, constraint);
  }
  return refuse(c.node, "type-not-taken", nameOf(c, type));
}

const scalarFlags = ts.TypeFlags.NumberLike | ts.TypeFlags.StringLike | ts.TypeFlags.BooleanLike;

function convertUnion(c: Conversion, type: ts.UnionType): Type {
  const [given] = type.aliasTypeArguments ?? [];
  const [declaration] = type.aliasSymbol?.declarations ?? [];
  if (given && declaration && type.aliasSymbol?.name === "IteratorResult" && fromLibrary(c, declaration))
    return iteratorResult(convert(c, given));
  const whole = saysPartOfUnion(type) ? typeArgument(c.cx.frame, type) : undefined;
  c.generic ||= whole !== undefined;
  if (whole) return whole;
  return convertMembers(c, type.types, type, () => refuse(c.node, "union-type", nameOf(c, type)));
}

/** The type of values that are of one of these types; `refuseKinds` for values of different kinds. */
export function convertMembers(
  c: Conversion,
  types: readonly ts.Type[],
  union: ts.Type | undefined,
  refuseKinds: () => never,
): Type {
  const there = types.filter((t) => !(t.flags & (missingFlags | ts.TypeFlags.Null | ts.TypeFlags.Never)));
  const present = [...new Set(there.map((t) => kindOf(c.cx, t)))];
  const hasNull = types.some((t) => t.flags & ts.TypeFlags.Null);
  const hasUndefined = types.some((t) => t.flags & missingFlags);
  // Nothing else: a unit, whichever it is.
  if (present.length === 0) return unit;
  const absent = hasNull && hasUndefined ? "nullish" : hasNull ? "null" : "undefined";
  const missable = (type: Type): Type => (hasNull || hasUndefined ? optional(type, absent) : type);
  const { closures, unions } = c.cx.session;
  const ofKinds = c.mixes ? convertMixed(c, present, union) : undefined;
  if (ofKinds) return missable(ofKinds);
  const kinds = present.filter((t) => isRecordKind(c, t) || isInstanceKind(t));
  // Said before they are converted: in `type Deep = number | Deep[]` that would never end.
  const isScalar = ({ flags }: ts.Type): boolean => (flags & scalarFlags) !== 0;
  const isArray = (t: ts.Type): boolean => c.cx.checker.isArrayType(t);
  if (present.some(isArray) && (present.some(isScalar) || kinds.length > 0)) return refuseKinds();
  let joined: Type | undefined = kinds.length > 1 ? convertKinds(c, kinds, union, refuseKinds) : undefined;
  for (const member of present) {
    if (joined && kinds.includes(member)) continue;
    const made = convert(c, member);
    const both = joined && (sameType(joined, made) ? joined : closures.widest(joined, made));
    // What type parameters stand for may be of another kind.
    const mixed = joined && !both && c.mixes ? unions.join(closures, joined, made) : undefined;
    if (joined && !both && !mixed) return refuseKinds();
    joined = both ?? mixed ?? made;
  }
  return joined ? missable(joined) : unit;
}

/**
 * The record of several kinds of object, the members of a union. They share it with all that they are in a union with,
 * unless those do not go together: the empty alternative of `Option<number>` is also that of `Option<string>`.
 */
function convertKinds(
  c: Conversion,
  kinds: readonly ts.Type[],
  union: ts.Type | undefined,
  refuseKinds: () => never,
): Type {
  const { alternatives } = c.cx.session;
  const name = union?.aliasSymbol?.name ?? "";
  const known = union && c.open.get(union);
  if (known) return known;
  if (kinds.some(isInstanceKind)) {
    const admits = (): boolean => isTaken(c.cx, kinds[0] as ts.Type, c.node);
    if (!alternatives.areJoined(kinds) && !alternatives.tryJoin(kinds, name, admits)) return refuseKinds();
    return convert(c, kinds[0] as ts.Type);
  }
  let apart = union && alternatives.apart(union);
  if (union && !apart && isOpen(c, union, kinds)) apart = alternatives.setApart(union, kinds, name);
  if (!apart && !alternatives.areJoined(kinds)) {
    const isFree = kinds.every((k) => alternatives.of(k).members.length === 1);
    const admits = (): boolean => isFree || isTaken(c.cx, kinds[0] as ts.Type, c.node);
    if (!alternatives.tryJoin(kinds, name, admits) && union) apart = alternatives.setApart(union, kinds, name);
  }
  return apart && union ? layOut(c, apart, union) : convert(c, kinds[0] as ts.Type);
}

/** True if what a union holds depends on type parameters. */
function isOpen(c: Conversion, union: ts.Type, kinds: readonly ts.Type[]): boolean {
  const { checker } = c.cx;
  const depends = (t: ts.Type): boolean => {
    if (t.flags & ts.TypeFlags.TypeParameter) return true;
    const args = t.aliasTypeArguments ?? (isReferenceType(t) ? checker.getTypeArguments(t) : []);
    return args.some(depends);
  };
  return depends(union) || kinds.some(depends);
}

function isReferenceType(type: ts.Type): type is ts.TypeReference {
  return (
    (type.flags & ts.TypeFlags.Object) !== 0 && ((type as ts.ObjectType).objectFlags & ts.ObjectFlags.Reference) !== 0
  );
}

/** True for a type of objects with named fields, such as may be alternatives of one record. */
function isRecordKind(c: Conversion, type: ts.Type): boolean {
  const { checker } = c.cx;
  const { TypeFlags: F } = ts;
  if (type.isIntersection()) return type.types.every((t) => (t.flags & F.Object) !== 0);
  if (!(type.flags & F.Object) || checker.isTupleType(type) || checker.isArrayType(type)) return false;
  if (type.getCallSignatures().length > 0 || type.getStringIndexType() || type.getNumberIndexType()) return false;
  const symbol = type.getSymbol();
  const declaration = symbol?.declarations?.[0];
  if (symbol && (symbol.flags & ts.SymbolFlags.Class) !== 0) return false;
  return !declaration || !(fromLibrary(c, declaration) || isRuntimeFile(declaration.getSourceFile().fileName));
}

function convertObject(c: Conversion, type: ts.Type): Type {
  const known = c.open.get(type);
  if (known) return known;
  const { checker } = c.cx;
  if (checker.isTupleType(type)) return convertTuple(c, type as ts.TupleTypeReference);
  if (checker.isArrayType(type)) {
    const [element] = checker.getTypeArguments(type as ts.TypeReference);
    // `[]` by itself: of what it will hold the checker knows nothing.
    if (element && element.flags & ts.TypeFlags.Never) return refuse(c.node, "empty-array");
    return array(convert(c, element as ts.Type));
  }
  const symbol = type.getSymbol();
  const declaration = symbol?.declarations?.[0];
  if (symbol && declaration && fromLibrary(c, declaration)) {
    const storage = typedStorage(symbol.name);
    if (storage) return array(number, storage);
    const kind = tableKind(symbol.name);
    if (kind) {
      const [key, value] = checker.getTypeArguments(type as ts.TypeReference);
      return convertTable(c, type, kind, key, kind === "map" ? value : undefined);
    }
    // A match is its groups, of which some may be missing.
    if (symbol.name === "RegExpExecArray") return array(optional(string));
    const nominal =
      ts.isInterfaceDeclaration(declaration) ||
      ts.isClassDeclaration(declaration) ||
      ts.isVariableDeclaration(declaration);
    if (nominal) return refuse(c.node, "type-not-taken", nameOf(c, type));
  }
  if (symbol && declaration && isRuntimeFile(declaration.getSourceFile().fileName)) {
    const made = runtimeType(c, type, symbol.name);
    if (made) return made;
  }
  if (type.getCallSignatures().length > 0) return convertFunction(c, type);
  const instance = instanceTypeOf(c.cx, type, c.node, (t) => convert(c, t));
  if (instance) return instance.type;
  if (type.isClass() || (symbol && symbol.flags & ts.SymbolFlags.Class))
    return refuse(c.node, "type-not-taken", nameOf(c, type));
  const indexed = type.getStringIndexType() ?? type.getNumberIndexType();
  if (indexed) {
    if (checker.getPropertiesOfType(type).length > 0) return refuse(c.node, "type-not-taken", nameOf(c, type));
    return convertTable(c, type, "dictionary", undefined, indexed);
  }
  return convertRecord(c, type, symbol);
}

function convertTable(
  c: Conversion,
  type: ts.Type,
  kind: TableKind,
  key: ts.Type | undefined,
  value: ts.Type | undefined,
): Type {
  const { tables } = c.cx.session;
  const known = tables.known(type);
  if (known) return known.type;
  const { generic } = c;
  c.generic = false;
  const keys = key ? checkKeyType(c.cx.session, convert(c, key), c.node) : string;
  const values = value && convert(c, value);
  // A recursive type has met itself meanwhile.
  const made = tables.known(type) ?? tables.make(kind, keys, values, isUnfinished(c));
  if (!c.generic) tables.remember(type, made);
  c.generic ||= generic;
  return made.type;
}

function isUnfinished(c: Conversion): boolean {
  return c.filling.size > 0 || c.entered.size > 1;
}

/** The types that generated code names. */
function runtimeType(c: Conversion, type: ts.Type, name: string): Type | undefined {
  if (name === "Tape") return tape(number);
  if (name === "Snapshot") return snapshot;
  if (name !== "ReferenceTape") return undefined;
  const [element] = c.cx.checker.getTypeArguments(type as ts.TypeReference);
  return element && tape(convert(c, element));
}

function fromLibrary(c: Conversion, declaration: ts.Declaration): boolean {
  return c.cx.session.internals.program.isSourceFileDefaultLibrary(declaration.getSourceFile());
}

function convertTuple(c: Conversion, type: ts.TupleTypeReference): Type {
  const { elementFlags } = type.target;
  const elements = c.cx.checker.getTypeArguments(type).map((t) => convert(c, t));
  const [first] = elements;
  const alike = first !== undefined && elements.every((e) => sameType(e, first));
  if (alike && elementFlags.every((f) => f & (ts.ElementFlags.Required | ts.ElementFlags.Rest))) return array(first);
  if (first === undefined) return refuse(c.node, "empty-array");
  if (!elementFlags.every((f) => f & ts.ElementFlags.Required))
    return refuse(c.node, "type-not-taken", nameOf(c, type));
  return tuple(...elements);
}

/** The record of a kind of object, and of its alternatives: a field that some of them lack is a variant. */
function convertRecord(c: Conversion, type: ts.Type, symbol: ts.Symbol | undefined): Type {
  const group = c.cx.session.alternatives.of(type);
  const name = group.name || (type.aliasSymbol?.name ?? symbol?.name ?? "");
  return layOut(c, { ...group, name: name.startsWith("__") ? "" : name });
}

/** The record of a group; of one that is apart while `union` is converted. */
function layOut(c: Conversion, group: Group, union?: ts.Type): Type {
  const { members, name } = group;
  const fields: RecordField[] = [];
  const { objects } = c.cx.session;
  const nominal = receivingName(c.cx, members);
  const known = nominal === undefined ? undefined : objects.get(nominal);
  if (known) return known;
  const decl: RecordDecl = { name, isTuple: false, fields, ...(nominal !== undefined && { nominal }) };
  const made = record(decl) as Type & { kind: "record" };
  for (const type of union ? [union] : members) c.open.set(type, made);
  const { alternatives } = c.cx.session;
  alternatives.lay(group, decl);
  const { generic } = c;
  c.generic = false;
  c.filling.add(made);
  if (nominal !== undefined) objects.set(nominal, made);
  try {
    fields.push(...fieldsOf(c, members, made));
    if (c.generic && nominal !== undefined) refuse(c.node, "generic-object", quote(c.node));
  } catch (error) {
    if (nominal !== undefined) objects.delete(nominal);
    throw error;
  }
  c.filling.delete(made);
  if (c.generic) alternatives.lay({ ...group, isApart: true }, decl);
  c.generic ||= generic;
  return made;
}

/** The fields of the record `self` of several kinds of object. */
function fieldsOf(c: Conversion, members: readonly ts.Type[], self: Type & { kind: "record" }): readonly RecordField[] {
  const fields: RecordField[] = [];
  const conversion = {
    node: c.node,
    convert: (type: ts.Type) => convert(c, type),
    parts: (type: ts.Type) => signatureParts(c, plainSignature(c, type)),
  };
  for (const [property, symbols] of propertiesOf(c, members)) {
    const receiving = receivingFields(c.cx, self, property, symbols, symbols.length < members.length, conversion);
    if (receiving) {
      fields.push(...receiving);
      continue;
    }
    const inner = convertField(c, property, symbols);
    const isVariant = symbols.length < members.length;
    const isOptional = symbols.some((s) => s.flags & ts.SymbolFlags.Optional);
    const field = { name: property, type: isVariant || isOptional ? optional(inner) : inner };
    fields.push(isVariant ? { ...field, variant: true } : field);
  }
  return fields;
}

/** The properties of several kinds of object by their names, with those of each kind that has it. */
function propertiesOf(c: Conversion, kinds: readonly ts.Type[]): ReadonlyMap<string, readonly ts.Symbol[]> {
  const found = new Map<string, ts.Symbol[]>();
  for (const kind of kinds) {
    for (const property of c.cx.checker.getPropertiesOfType(kind)) {
      const name = property.name.startsWith("__@iterator@") ? iteratorName : property.name;
      found.set(name, [...(found.get(name) ?? []), property]);
    }
  }
  return found;
}

function convertField(c: Conversion, name: string, symbols: readonly ts.Symbol[]): Type {
  const declared = symbols.map((property) => {
    const at = property.valueDeclaration ?? property.declarations?.[0];
    if (at && (ts.isGetAccessor(at) || ts.isSetAccessor(at))) refuse(c.node, "accessor", `\`${name}\``);
    return c.cx.checker.getTypeOfSymbolAtLocation(property, c.node);
  });
  const [only, ...others] = new Set(declared);
  if (only && others.length === 0) return convert(c, only);
  const types = declared.flatMap((t) => (t.isUnion() ? t.types : [t]));
  return convertMembers(c, types, undefined, () => refuse(c.node, "union-field", `\`${name}\``));
}

/** True if the checker rules out that a value seen at `node` is missing. */
export function excludesMissing(type: ts.Type): boolean {
  const { TypeFlags: F } = ts;
  // Nothing is of type never; what has it is a callback's parameter, of which the context says nothing.
  if (type.flags & (F.Any | F.Unknown | F.Never | F.TypeParameter | F.IndexedAccess | F.Conditional)) return false;
  if (type.flags & (missingFlags | F.Null)) return false;
  if (type.isUnion()) return type.types.every(excludesMissing);
  return true;
}

function isResultDeclared(node: ts.Node): boolean {
  return ts.findAncestor(node, ts.isFunctionLike)?.type !== undefined;
}

/** The type that the place of a literal asks for, without its missing alternative. */
export function contextualType(cx: Context, node: ts.Expression): Type | undefined {
  const flows = cx.session.asked.get(node);
  if (flows) return flows;
  const context = cx.checker.getContextualType(node);
  // Of a `next` without a declared result the checker's type is that of its literals, and they are to be of that.
  const isOwn = context?.aliasSymbol?.name === "IteratorResult" && !isResultDeclared(node);
  const asked = isOwn ? undefined : (tryType(cx, context, node) ?? tryType(cx, collectedType(cx, node), node));
  return asked?.kind === "optional" ? asked.of : asked;
}
