/**
 * The layout of a structure as plain data: what a walk over values must know and cannot see, such as that a missing
 * number counts as a number, or that an empty array holds rows. Made from an IR type by `ir/shape`, written as a literal
 * into generated code.
 */

/** The typed arrays whose elements carry derivatives. */
export type FloatLayout = "Float64Array" | "Float32Array";

export type IntegerLayout =
  | "Int8Array"
  | "Uint8Array"
  | "Uint8ClampedArray"
  | "Int16Array"
  | "Uint16Array"
  | "Int32Array"
  | "Uint32Array";

/**
 * `value` is what is immutable and holds no number: a boolean, a string, a function, nothing. A record's fields come in
 * order; `variant` marks those that some objects do
 * not have, whose shadows do not have them either; `tuple` says that it is a JavaScript array. A `recursive` record holds, at some depth, records of its own
 * layout, and then its shape is a cyclic object.
 */
export type Shape =
  | "number"
  | "value"
  | "snapshot"
  | FloatLayout
  | IntegerLayout
  | { readonly kind: "optional"; readonly of: Shape }
  | { readonly kind: "array"; readonly of: Shape }
  | { readonly kind: "tape"; readonly of: Shape }
  | RecordShape;

/** True if structures of both shapes hold numbers in the same places; a number that may be missing counts as one. */
export function sameShape(a: Shape, b: Shape, met: readonly (readonly [Shape, Shape])[] = []): boolean {
  if (a === b || met.some(([x, y]) => x === a && y === b)) return true;
  if (typeof a === "object" && a.kind === "optional") return sameShape(a.of, b, met);
  if (typeof b === "object" && b.kind === "optional") return sameShape(a, b.of, met);
  if (typeof a === "string" || typeof b === "string" || a.kind !== b.kind) return false;
  const within = [...met, [a, b] as const];
  if (a.kind !== "record" || b.kind !== "record")
    return sameShape((a as { readonly of: Shape }).of, (b as { readonly of: Shape }).of, within);
  const others = new Map(b.fields.map(([name, of]) => [name, of]));
  return (
    a.fields.length === b.fields.length &&
    a.fields.every(([name, of]) => {
      const other = others.get(name);
      return other !== undefined && sameShape(of, other, within);
    })
  );
}

/** What a record of keys and values is to code outside; a dictionary is an object that is indexed by strings. */
export type TableKind = "map" | "set" | "dictionary";

/** What a record is to code outside; one that says of which kind a value is (`union`), is the value itself. */
export type OutsideKind = TableKind | "union";

/** What `typeof`, and `Array.isArray`, can tell apart: the fields of a record that says of which kind a value is. */
export type Kind = "asNumber" | "asText" | "asBoolean" | "asList" | "asFunction" | "asObject";

/** The kind of a value that is there. */
export function kindOfValue(value: unknown): Kind | undefined {
  switch (typeof value) {
    case "number":
      return "asNumber";
    case "string":
      return "asText";
    case "boolean":
      return "asBoolean";
    case "function":
      return "asFunction";
    case "object":
      return Array.isArray(value) || ArrayBuffer.isView(value) ? "asList" : value === null ? undefined : "asObject";
    default:
      return undefined;
  }
}

export interface RecordShape {
  readonly kind: "record";
  readonly fields: readonly (readonly [name: string, shape: Shape, variant?: true])[];
  readonly tuple?: boolean;
  readonly recursive?: boolean;
  readonly outside?: OutsideKind;
}
