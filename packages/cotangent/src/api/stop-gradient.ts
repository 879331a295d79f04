/**
 * `stopGradient`: the value without its derivative. A number is a value already; an array or object is copied, because
 * the same memory cannot both carry derivatives and not. Compiled code contains the IR's detached copy instead of a
 * call to this function; it runs where the program itself runs.
 */

/** A value equal to `x` through which no derivative flows: a number as it is, a structure as a deep copy. */
export function stopGradient<T>(x: T): T {
  return copyValue(x, new Map()) as T;
}

function copyValue(value: unknown, copies: Map<object, object>): unknown {
  if (typeof value !== "object" || value === null) return value;
  const known = copies.get(value);
  if (known) return known;
  if (ArrayBuffer.isView(value)) {
    const copied = "slice" in value ? (value as Float64Array).slice() : structuredClone(value);
    copies.set(value, copied);
    return copied;
  }
  const copied: Record<string, unknown> = Array.isArray(value)
    ? (new Array(value.length) as unknown as Record<string, unknown>)
    : Object.create(Object.getPrototypeOf(value));
  copies.set(value, copied);
  for (const [key, element] of Object.entries(value)) copied[key] = copyValue(element, copies);
  return copied;
}
