/**
 * `stopGradient`: the value without its derivative. A number is a value already; an array or object is copied, because
 * the same memory cannot both carry derivatives and not. Compiled code contains the IR's detached copy instead of a
 * call to this function; it runs where the program itself runs.
 */
import { copyOf } from "../runtime/inactive.ts";

/** A value equal to `x` through which no derivative flows: a number as it is, a structure as a deep copy. */
export function stopGradient<T>(x: T): T {
  return copyOf(x, new Map()) as T;
}
