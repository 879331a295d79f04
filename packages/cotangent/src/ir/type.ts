/**
 * Facts about types: constructors, equality, which types hold numbers, and the type of a shadow.
 *
 * The shadow of a type mirrors it number by number: the cotangent (or tangent) of an array or record lives in a
 * structure of this type. What holds no number has the unit type in its place, printed as `null`.
 */
import type { Absent, ArrayType, RecordDecl, Storage, Type } from "./types.ts";

export const number: Type = { kind: "number" };
export const boolean: Type = { kind: "boolean" };
export const string: Type = { kind: "string" };
export const unit: Type = { kind: "undefined" };
export const snapshot: Type = { kind: "snapshot" };

export function array(element: Type, storage: Storage = "Array"): ArrayType {
  return { kind: "array", element, storage };
}
/** `of`, or missing as `absent`; of what may be missing in another way already, missing in both. */
export function optional(of: Type, absent: Absent = "undefined"): Type {
  if (of.kind === "undefined") return of;
  if (of.kind !== "optional") return { kind: "optional", of, absent };
  return of.absent === absent ? of : { ...of, absent: "nullish" };
}
/** A missing value in TypeScript's words. */
export function absentText(absent: Absent): string {
  return absent === "nullish" ? "null | undefined" : absent;
}
export function tape(element: Type): Type {
  return { kind: "tape", element };
}
export function record(decl: RecordDecl): Type {
  return { kind: "record", decl };
}
/** A tuple as a record with fields "0", "1", …. */
export function tuple(...elements: readonly Type[]): Type {
  return record({ name: "", isTuple: true, fields: elements.map((type, i) => ({ name: String(i), type })) });
}

export function isFloatStorage(storage: Storage): boolean {
  return storage === "Float64Array" || storage === "Float32Array";
}

/** True for the types whose tangents are bare numbers: numbers, and numbers that may be missing (tangent 0 then). */
export function isScalar(type: Type): boolean {
  return type.kind === "number" || (type.kind === "optional" && type.of.kind === "number");
}

/** A reference to memory: values of these types may alias. */
export function isReference(type: Type): boolean {
  return (
    type.kind === "array" ||
    type.kind === "record" ||
    type.kind === "tape" ||
    (type.kind === "optional" && isReference(type.of))
  );
}

/** True for what is loaded of an array as an element that may not be there, and so is of another type than its elements. */
export function isPerhapsElement(type: Type, array: Type): boolean {
  return array.kind === "array" && type.kind === "optional" && !sameType(type, array.element);
}

/** The type of one field of a record type. */
export function fieldType(type: Type, field: string): Type {
  if (type.kind !== "record") throw new TypeError(`${type.kind} has no field ${field}`);
  const found = type.decl.fields.find((f) => f.name === field);
  if (!found) throw new TypeError(`record ${type.decl.name} has no field ${field}`);
  return found.type;
}

/** True for a number of a shadow that not all of its kind have, see `RecordField`. */
export function isVariantNumber(type: Type, field: string): boolean {
  if (type.kind !== "record") return false;
  return type.decl.fields.some((f) => f.name === field && f.variant === true && f.type.kind === "number");
}

/** Longer texts are said by number, so that what is long is not said again and again in what holds it. */
const LONGEST_KEY = 200;
const longKeys = new Map<string, string>();

function shortened(text: string): string {
  if (text.length <= LONGEST_KEY) return text;
  const known = longKeys.get(text);
  if (known !== undefined) return known;
  const made = `%${longKeys.size}`;
  longKeys.set(text, made);
  return made;
}

/** Equal for the same type, different otherwise. Recursive records are named by their decl. */
export function typeKey(type: Type): string {
  const open: RecordDecl[] = [];
  // A type is a graph: records that lead to none of those around them have one key, wherever they are met.
  const closed = new Map<RecordDecl, string>();
  // Those that do have one among the fields of one record.
  const beside: Map<RecordDecl, string>[] = [];
  /** The outermost record around that what was walked since leads back to. */
  let leadsTo = 0;
  const key = (t: Type): string => {
    switch (t.kind) {
      case "number":
      case "boolean":
      case "string":
      case "undefined":
      case "snapshot":
        return t.kind;
      case "optional":
        return `${key(t.of)}|${t.absent}`;
      case "array":
        return t.storage === "Array" ? `[${key(t.element)}]` : t.storage;
      case "tape":
        return `tape<${key(t.element)}>`;
      case "function":
        return `(${t.params.map(key).join(",")})=>(${t.results.map(key).join(",")})`;
      case "record": {
        if (t.decl.nominal !== undefined) return `&${t.decl.nominal}&`;
        const known = closed.get(t.decl) ?? beside.at(-1)?.get(t.decl);
        if (known !== undefined) return known;
        const depth = open.indexOf(t.decl);
        if (depth >= 0) {
          leadsTo = Math.min(leadsTo, depth);
          return `^${open.length - depth}`;
        }
        const around = leadsTo;
        leadsTo = open.length;
        open.push(t.decl);
        beside.push(new Map());
        const text = t.decl.fields.map((f) => `${f.name}${f.variant ? "?" : ""}:${key(f.type)}`).join(",");
        open.pop();
        beside.pop();
        const made = shortened(t.decl.isTuple ? `#(${text})` : `{${text}}`);
        if (leadsTo >= open.length) closed.set(t.decl, made);
        else beside.at(-1)?.set(t.decl, made);
        leadsTo = Math.min(leadsTo, around);
        return made;
      }
      default:
        return t satisfies never;
    }
  };
  return key(type);
}

export function sameType(a: Type, b: Type): boolean {
  return a === b || typeKey(a) === typeKey(b);
}

/**
 * Equal for types of which one object may be: code outside knows it under the one and gives it as the other. What may be
 * missing may be there, and types do not say what else an object has, nor in which order.
 */
export function placeKey(type: Type): string {
  switch (type.kind) {
    case "optional":
      return placeKey(type.of);
    case "array":
      return type.storage === "Array" ? `[${placeKey(type.element)}]` : type.storage;
    case "record":
      return type.decl.isTuple ? "#" : "{}";
    default:
      return typeKey(type);
  }
}

/** True if `is` holds of a type, or of the types of what values of it hold, at any depth. */
export function holds(type: Type, is: (type: Type) => boolean, met = new Set<RecordDecl>()): boolean {
  if (is(type)) return true;
  switch (type.kind) {
    case "optional":
      return holds(type.of, is, met);
    case "array":
    case "tape":
      return holds(type.element, is, met);
    case "record":
      return !met.has(type.decl) && !!met.add(type.decl) && type.decl.fields.some((f) => holds(f.type, is, met));
    default:
      return false;
  }
}

/** True if a value of this type carries numbers that a derivative can flow through. */
export function holdsNumbers(type: Type, met = new Set<RecordDecl>()): boolean {
  switch (type.kind) {
    case "number":
    case "snapshot":
      return true;
    case "boolean":
    case "string":
    case "undefined":
    case "function":
      return false;
    case "optional":
      return holdsNumbers(type.of, met);
    case "array":
      return type.storage === "Array" ? holdsNumbers(type.element, met) : isFloatStorage(type.storage);
    case "tape":
      return holdsNumbers(type.element, met);
    case "record":
      return !met.has(type.decl) && !!met.add(type.decl) && type.decl.fields.some((f) => holdsNumbers(f.type, met));
    default:
      return type satisfies never;
  }
}

/** The nominal identity of a shadow of a record with one; the shadow of a shadow is of the same type again. */
export function shadowNominal(nominal: string | undefined, mark: string): { readonly nominal?: string } {
  if (nominal === undefined) return {};
  return { nominal: nominal.endsWith(`#${mark}`) ? nominal : `${nominal}#${mark}` };
}

const shadowDecls = new WeakMap<RecordDecl, Type>();

/**
 * The type of the shadow of `type`: of an array an array (floats in doubles), of a record the record of the shadows of
 * its fields, of an optional number a number (0 where it is missing), of an optional reference an optional shadow, of
 * what holds no number the unit type.
 */
export function shadowType(type: Type): Type {
  switch (type.kind) {
    case "number":
      return number;
    case "boolean":
    case "string":
    case "undefined":
    case "function":
      return unit;
    case "optional":
      return isReference(type.of) ? optional(shadowType(type.of), type.absent) : shadowType(type.of);
    case "array":
      if (isFloatStorage(type.storage)) return array(number, "Float64Array");
      return type.storage === "Array" ? array(shadowType(type.element)) : unit;
    case "tape":
      return tape(shadowType(type.element));
    case "snapshot":
      return snapshot;
    case "record": {
      const known = shadowDecls.get(type.decl);
      if (known) return known;
      const fields: { name: string; type: Type }[] = [];
      const { name, isTuple, nominal } = type.decl;
      const made = record({ name: name && `${name}Bar`, isTuple, fields, ...shadowNominal(nominal, "Bar") });
      shadowDecls.set(type.decl, made);
      for (const f of type.decl.fields) fields.push({ ...f, type: shadowType(f.type) });
      return made;
    }
    default:
      return type satisfies never;
  }
}

/** True if the two types differ at most in how they store arrays of numbers that carry derivatives. */
export function sameUpToStorage(a: Type, b: Type, open: readonly (readonly [RecordDecl, RecordDecl])[] = []): boolean {
  if (a.kind === "array" && b.kind === "array") {
    return holdsBareNumbers(a) && holdsBareNumbers(b)
      ? true
      : a.storage === b.storage && sameUpToStorage(a.element, b.element, open);
  }
  if (a.kind === "optional" && b.kind === "optional") return a.absent === b.absent && sameUpToStorage(a.of, b.of, open);
  if (a.kind === "tape" && b.kind === "tape") return sameUpToStorage(a.element, b.element, open);
  if (a.kind !== "record" || b.kind !== "record") return sameType(a, b);
  const { decl: left } = a;
  const { decl: right } = b;
  if (left === right || open.some(([l, r]) => l === left && r === right)) return true;
  if (left.isTuple !== right.isTuple || left.fields.length !== right.fields.length) return false;
  return left.fields.every((field, i) => {
    const other = right.fields[i];
    return (
      other?.name === field.name &&
      other.variant === field.variant &&
      sameUpToStorage(field.type, other.type, [...open, [left, right]])
    );
  });
}

function holdsBareNumbers(type: Type & { readonly kind: "array" }): boolean {
  return isFloatStorage(type.storage) || (type.storage === "Array" && type.element.kind === "number");
}

/** True if a structure of this type may hold one array or object in two of its places. */
export function mayShare(type: Type, open: readonly Type[] = []): boolean {
  if (type.kind === "optional") return mayShare(type.of, open);
  if (type.kind === "array") return isReference(type.element);
  if (type.kind !== "record") return false;
  const inner = type.decl.fields.filter((f) => isReference(f.type));
  const isOpen = open.some((t) => t.kind === "record" && t.decl === type.decl);
  return isOpen || inner.length > 1 || inner.some((f) => mayShare(f.type, [...open, type]));
}
