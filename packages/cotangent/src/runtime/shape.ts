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
 * order; `tuple` says that it is a JavaScript array. A `recursive` record holds, at some depth, records of its own
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

export interface RecordShape {
  readonly kind: "record";
  readonly fields: readonly (readonly [name: string, shape: Shape])[];
  readonly tuple?: boolean;
  readonly recursive?: boolean;
}
