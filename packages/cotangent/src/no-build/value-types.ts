/**
 * The IR types of values, and whether a value is of a type. What is of one kind throughout is an array, whatever its
 * length; a list of several kinds is a tuple. An object's fields are its own, in their order: the derivative has the same.
 */
import { report } from "../core/errors.ts";
import { array, boolean, number, optional, record, sameType, string, tuple, unit } from "../ir/type.ts";
import type { Storage, Type } from "../ir/types.ts";
import { typedArrays } from "../runtime/typed-arrays.ts";

const storages: ReadonlyMap<unknown, Storage> = new Map(
  Object.entries(typedArrays).map(([name, { prototype }]) => [prototype, name as Storage]),
);

/** Of an array without elements: of whatever the arrays beside it are, else of numbers, of which it has none either. */
const nothing: Type = { kind: "number" };

/** The type of `value`, called `name` in messages; `undefined` and `null` for those. Reports values that have none. */
export function typeOfValue(value: unknown, name: string): Type | undefined | null {
  if (value === undefined || value === null) return value;
  return typeOf(value, name, []);
}

function typeOf(value: unknown, name: string, open: readonly unknown[]): Type {
  switch (typeof value) {
    case "number":
      return number;
    case "boolean":
      return boolean;
    case "string":
      return string;
    case "undefined":
      return unit;
    case "object":
      return value === null ? unit : typeOfObject(value, name, open);
    default:
      return report("value-not-taken", undefined, `${name} is a ${typeof value}`);
  }
}

function typeOfObject(value: object, name: string, open: readonly unknown[]): Type {
  if (open.includes(value)) report("value-not-taken", undefined, `${name} holds itself`);
  const prototype: unknown = Object.getPrototypeOf(value);
  const storage = storages.get(prototype);
  if (storage) return array(number, storage);
  if (Array.isArray(value) && prototype === Array.prototype) return typeOfArray(value, name, [...open, value]);
  if (prototype !== Object.prototype && prototype !== null) {
    const made = (prototype as { readonly constructor?: { readonly name?: string } }).constructor?.name;
    report("value-not-taken", undefined, `${name} is an instance of ${made || "a class"}`);
  }
  const fields = Object.entries(Object.getOwnPropertyDescriptors(value)).flatMap(([field, descriptor]) => {
    if (!descriptor.enumerable) return [];
    if (!("value" in descriptor)) report("value-not-taken", undefined, `${name}.${field} is a getter or setter`);
    return [{ name: field, type: typeOf(descriptor.value, `${name}.${field}`, [...open, value]) }];
  });
  return record({ name: "", isTuple: false, fields });
}

function typeOfArray(value: readonly unknown[], name: string, open: readonly unknown[]): Type {
  let joined: Type | undefined;
  const absent = new Set<undefined | null>();
  const several: Type[] = [];
  let isUniform = true;
  for (let i = 0; i < value.length; i++) {
    const element = value[i];
    if (element === undefined || element === null) {
      if (element === undefined && !(i in value)) report("value-not-taken", undefined, `${name}[${i}] is a hole`);
      absent.add(element);
      several.push(unit);
      continue;
    }
    // Numbers are what there is most of.
    const type = typeof element === "number" ? number : typeOf(element, `${name}[${i}]`, open);
    several.push(type);
    if (joined === undefined) joined = type;
    else if (joined !== type && isUniform) {
      const both = join(joined, type);
      if (both) joined = both;
      else isUniform = false;
    }
  }
  if (value.length === 0) return array(nothing);
  if (joined === undefined) return report("value-not-taken", undefined, `${name} holds nothing but missing values`);
  if (!isUniform) return tuple(...several);
  return array([...absent].reduce((type, missing) => optional(type, missing === null ? "null" : "undefined"), joined));
}

/** The type of both; undefined if they differ in more than what an empty array would hold. */
function join(a: Type, b: Type): Type | undefined {
  if (a === nothing) return b;
  if (b === nothing || sameType(a, b)) return holdsNothing(a) ? b : a;
  if (a.kind === "array" && b.kind === "array" && a.storage === b.storage) {
    const element = join(a.element, b.element);
    return element && array(element, a.storage);
  }
  if (a.kind !== "record" || b.kind !== "record" || a.decl.isTuple !== b.decl.isTuple) return undefined;
  if (a.decl.fields.length !== b.decl.fields.length) return undefined;
  const fields = a.decl.fields.map((f, i) => {
    const other = b.decl.fields[i];
    const type = other?.name === f.name ? join(f.type, other.type) : undefined;
    return type && { name: f.name, type };
  });
  return fields.every((f) => f !== undefined) ? record({ ...a.decl, fields }) : undefined;
}

function holdsNothing(type: Type): boolean {
  if (type === nothing) return true;
  if (type.kind === "array") return holdsNothing(type.element);
  return type.kind === "record" && type.decl.fields.some((f) => holdsNothing(f.type));
}

/** Says whether a value is of a type, as cheaply as that can be said for certain. */
export type Check = (value: unknown) => boolean;

/** The check for values whose type is `type`, as `typeOfValue` gives it. */
export function checkFor(type: Type | undefined | null): Check {
  if (type === undefined || type === null) return (value) => value === type;
  switch (type.kind) {
    case "number":
    case "boolean":
    case "string":
      return (value) => typeof value === type.kind;
    case "undefined":
      return (value) => value === undefined || value === null;
    case "optional": {
      const inner = checkFor(type.of);
      const { absent } = type;
      if (absent === "nullish") return (value) => value === null || value === undefined || inner(value);
      const missing = absent === "null" ? null : undefined;
      return (value) => value === missing || inner(value);
    }
    case "array":
      return type.storage === "Array" ? checkArray(type.element) : checkPrototype(type.storage);
    case "record":
      return type.decl.isTuple
        ? checkTuple(type.decl.fields.map((f) => checkFor(f.type)))
        : checkFields(
            type.decl.fields.map((f) => f.name),
            type.decl.fields.map((f) => checkFor(f.type)),
          );
    case "function":
    case "tape":
    case "snapshot":
      throw new Error(`a value of type ${type.kind}`);
    default:
      return type satisfies never;
  }
}

function checkPrototype(storage: Exclude<Storage, "Array">): Check {
  const { prototype } = typedArrays[storage];
  return (value) => typeof value === "object" && value !== null && Object.getPrototypeOf(value) === prototype;
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && Object.getPrototypeOf(value) === Array.prototype;
}

function checkArray(element: Type): Check {
  if (element.kind === "number") {
    return (value) => {
      if (!isList(value)) return false;
      for (let i = 0; i < value.length; i++) if (typeof value[i] !== "number") return false;
      return true;
    };
  }
  const check = checkFor(element);
  return (value) => {
    if (!isList(value)) return false;
    for (let i = 0; i < value.length; i++) if (!check(value[i]) || !(i in value)) return false;
    return true;
  };
}

function checkTuple(checks: readonly Check[]): Check {
  return (value) => isList(value) && value.length === checks.length && checks.every((check, i) => check(value[i]));
}

function checkFields(names: readonly string[], checks: readonly Check[]): Check {
  return (value) => {
    if (typeof value !== "object" || value === null) return false;
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) return false;
    const keys = Object.keys(value);
    if (keys.length !== names.length) return false;
    for (let i = 0; i < names.length; i++) {
      const name = names[i] as string;
      const descriptor = keys[i] === name ? Object.getOwnPropertyDescriptor(value, name) : undefined;
      if (!descriptor || !("value" in descriptor) || !checks[i]?.(descriptor.value)) return false;
    }
    return true;
  };
}

/** Every array and object that `value` holds, itself included: buffers for views of them. */
export function memoryOf(value: unknown, found = new Set<unknown>()): Set<unknown> {
  if (ArrayBuffer.isView(value)) found.add(value.buffer);
  else if (typeof value === "object" && value !== null && !found.has(value)) {
    found.add(value);
    for (const inner of Object.values(value)) if (typeof inner === "object") memoryOf(inner, found);
  }
  return found;
}

/** A copy of a value that a type was found for, with what it shares shared. */
export function copyOf(value: unknown, copies = new Map<unknown, unknown>()): unknown {
  if (typeof value !== "object" || value === null) return value;
  const known = copies.get(value);
  if (known !== undefined) return known;
  if (ArrayBuffer.isView(value)) {
    const copy = (value as Float64Array).slice();
    copies.set(value, copy);
    return copy;
  }
  const copy: unknown[] | Record<string, unknown> = Array.isArray(value) ? [] : {};
  copies.set(value, copy);
  for (const [key, inner] of Object.entries(value)) (copy as Record<string, unknown>)[key] = copyOf(inner, copies);
  return copy;
}
