/** The kinds of memory for numbers that JavaScript has, where they are told apart by their names. */
import type { FloatLayout, IntegerLayout } from "./shape.ts";

/** The constructors of typed arrays that hold numbers. */
export const typedArrays = {
  Float64Array,
  Float32Array,
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
} satisfies Record<FloatLayout | IntegerLayout, unknown>;
