/**
 * What stands in the place of a number in a structure: a number, or an object that carries more than its value, as those of
 * `cotangent/overload` do. Whoever walks structures takes such an object for a leaf. The brand is registered, so that two
 * copies of the package know each other's.
 */

/** Own to objects that stand for numbers. */
export const scalarBrand: unique symbol = Symbol.for("cotangent.scalar") as never;

/** True for an object that stands for a number. */
export function isOverloaded(value: unknown): boolean {
  return typeof value === "object" && value !== null && scalarBrand in value;
}

/** True for what stands in the place of a number. */
export function isScalar(value: unknown): boolean {
  return typeof value === "number" || isOverloaded(value);
}
