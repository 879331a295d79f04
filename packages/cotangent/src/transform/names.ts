/**
 * The only owner of derived names: what a field of a tangent structure and a derived function are called, and, from
 * `core/derived-names`, a tangent and a cotangent. Names are hints: printers make them unique.
 */
import { capitalize } from "../core/derived-names.ts";

export { cotangentHint, tangentHint } from "../core/derived-names.ts";

/** The names of the fields that hold the tangents of field `name`: itself, or one per direction. */
export function tangentFields(name: string, directions: number, taken: ReadonlySet<string>): readonly string[] {
  if (directions === 1) return [name];
  const numbered = (mark: string): string[] => Array.from({ length: directions }, (_, d) => `${name}${mark}${d}`);
  let mark = "";
  while (numbered(mark).some((n) => taken.has(n))) mark += "_";
  return numbered(mark);
}

/** A name for a function derived from `base` that `taken` does not have yet: `fTangent`, `fGrad`, …. */
export function derivedName(taken: { has(name: string): boolean }, base: string, role: string): string {
  const name = `${base}${capitalize(role)}`;
  if (!taken.has(name)) return name;
  let n = 2;
  while (taken.has(`${name}${n}`)) n++;
  return `${name}${n}`;
}
