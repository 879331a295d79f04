/**
 * Where the numbers of a structure stand in a list: what arguments and results of a recorded run are made of. Arguments are
 * read by it into the list, results and derivatives are built by it. What holds no number is the same at each replay.
 */
import { FloatList } from "./lists.ts";
import { floatsOf } from "./structure.ts";
import { type Real, Value } from "./value.ts";

type FloatKind = "Float64Array" | "Float32Array";
type Fields = Record<string, unknown>;

export type Shape =
  | { readonly kind: "number"; readonly place: number }
  | { readonly kind: "fixed"; readonly value: unknown }
  /** Numbers at places one after the other. */
  | { readonly kind: "numbers"; readonly in: "Array" | FloatKind; readonly from: number; readonly length: number }
  | { readonly kind: "floats"; readonly in: FloatKind; readonly places: readonly number[] }
  | { readonly kind: "list"; readonly parts: readonly Shape[] }
  | {
      readonly kind: "object";
      readonly prototype: object | null;
      readonly keys: readonly string[];
      readonly parts: readonly Shape[];
    };

/** The kind of a float array, or of the list that stands for one. */
function floatKindOf(x: unknown): FloatKind | undefined {
  if (x instanceof Float64Array) return "Float64Array";
  if (x instanceof Float32Array) return "Float32Array";
  if (x instanceof FloatList) return x.isSingle ? "Float32Array" : "Float64Array";
  return undefined;
}

function isConsecutive(places: readonly number[]): boolean {
  return places.every((place, i) => place === (places[0] as number) + i);
}

/** A list of numbers at these places. */
export function numbersAt(places: readonly number[], kind: "Array" | FloatKind): Shape {
  if (places.length > 0 && isConsecutive(places))
    return { kind: "numbers", in: kind, from: places[0] as number, length: places.length };
  if (kind === "Array") return { kind: "list", parts: places.map((place) => ({ kind: "number", place })) };
  return { kind: "floats", in: kind, places };
}

/** A list of these parts. */
export function listOf(parts: readonly Shape[]): Shape {
  const places = parts.flatMap((part) => (part.kind === "number" ? [part.place] : []));
  return places.length === parts.length ? numbersAt(places, "Array") : { kind: "list", parts };
}

/** Thrown where something has another shape; says what. */
export class OtherShape extends Error {}

/** Reads `x` into the list at its places; false if it has values, which only a list takes. Throws OtherShape. */
export function readInto(shape: Shape, x: unknown, list: Real[] | Float64Array): boolean {
  const differs = (what: string): never => {
    throw new OtherShape(what);
  };
  let arePlain = true;
  const put = (place: number, element: unknown): void => {
    if (typeof element === "number") list[place] = element;
    else if (element instanceof Value) {
      arePlain = false;
      if (Array.isArray(list)) list[place] = element;
    } else differs("a number is missing");
  };
  const checkLength = (found: number, recorded: number): void => {
    if (found !== recorded) differs(`a list of ${found} elements, where it was recorded with ${recorded}`);
  };
  const visit = (shape: Shape, x: unknown): void => {
    switch (shape.kind) {
      case "number":
        return put(shape.place, x);
      case "fixed":
        return isFixed(shape.value, x) ? undefined : differs("something other than a number has changed");
      case "numbers": {
        const { from, length } = shape;
        if ((shape.in === "Array" ? Array.isArray(x) : floatKindOf(x)) !== (shape.in === "Array" || shape.in))
          return differs("no list of that kind");
        checkLength((x as ArrayLike<unknown>).length, length);
        for (let i = 0; i < length; i++) {
          const element = (x as ArrayLike<unknown>)[i];
          if (typeof element === "number") list[from + i] = element;
          else put(from + i, element);
        }
        return;
      }
      case "floats":
        if (floatKindOf(x) !== shape.in) return differs("no list of that kind");
        checkLength((x as ArrayLike<unknown>).length, shape.places.length);
        return shape.places.forEach((place, i) => void put(place, (x as ArrayLike<unknown>)[i]));
      case "list":
        if (!Array.isArray(x)) return differs("no list");
        checkLength(x.length, shape.parts.length);
        return shape.parts.forEach((part, i) => void visit(part, x[i]));
      case "object":
        if (typeof x !== "object" || x === null || Object.getPrototypeOf(x) !== shape.prototype)
          return differs("no object of that kind");
        if (Object.keys(x).length !== shape.keys.length) return differs("an object with other fields");
        return shape.parts.forEach((part, i) => {
          const key = shape.keys[i] as string;
          return key in x ? visit(part, (x as Fields)[key]) : differs(`no field \`${key}\``);
        });
      default:
        return shape satisfies never;
    }
  };
  visit(shape, x);
  return arePlain;
}

/** The same at each replay: by contents for arrays of integers. */
function isFixed(recorded: unknown, x: unknown): boolean {
  if (Object.is(recorded, x)) return true;
  if (!ArrayBuffer.isView(recorded) || !ArrayBuffer.isView(x)) return false;
  const [a, b] = [recorded, x] as unknown as [Uint8Array, Uint8Array];
  return a.constructor === b.constructor && a.length === b.length && a.every((e, i) => Object.is(e, b[i]));
}

/** How numbers are read off a list. */
export interface Read<T> {
  readonly at: (place: number) => T;
  /** What stands where there is no number. */
  readonly fixed: (value: unknown) => unknown;
  /** Objects get their prototypes; else they are plain. */
  readonly isValue: boolean;
}

/** A structure of this shape, made anew. */
export function build<T>(shape: Shape, { at, fixed, isValue }: Read<T>): unknown {
  const visit = (shape: Shape): unknown => {
    switch (shape.kind) {
      case "number":
        return at(shape.place);
      case "fixed":
        return fixed(shape.value);
      case "numbers": {
        const { from, length } = shape;
        const list = new Array<T>(length);
        for (let i = 0; i < length; i++) list[i] = at(from + i);
        return shape.in === "Array" ? list : floatsOf(shape.in === "Float32Array", list);
      }
      case "floats":
        return floatsOf(shape.in === "Float32Array", shape.places.map(at));
      case "list":
        return shape.parts.map(visit);
      case "object": {
        const made = Object.create(isValue ? shape.prototype : Object.prototype) as Fields;
        shape.keys.forEach((key, i) => {
          const value = visit(shape.parts[i] as Shape);
          if (key === "__proto__") Object.defineProperty(made, key, { value, enumerable: true });
          else made[key] = value;
        });
        return made;
      }
      default:
        return shape satisfies never;
    }
  };
  return visit(shape);
}

/** Calls `visit` for each place with what stands there in `along`, undefined if nothing does. */
export function eachPlace(shape: Shape, along: unknown, visit: (place: number, x: unknown) => void): void {
  const beside = (along ?? {}) as Record<string | number, unknown>;
  switch (shape.kind) {
    case "number":
      return visit(shape.place, along);
    case "fixed":
      return;
    case "numbers":
      for (let i = 0; i < shape.length; i++) visit(shape.from + i, beside[i]);
      return;
    case "floats":
      return shape.places.forEach((place, i) => void visit(place, beside[i]));
    case "list":
      return shape.parts.forEach((part, i) => void eachPlace(part, beside[i], visit));
    case "object":
      return shape.parts.forEach((part, i) => void eachPlace(part, beside[shape.keys[i] as string], visit));
    default:
      return shape satisfies never;
  }
}
