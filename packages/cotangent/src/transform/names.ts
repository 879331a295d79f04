/**
 * The only owner of derived names: what a tangent, a cotangent, a field of a tangent structure and a derived function are
 * called. A tangent of `x` is `dx`, a cotangent `xBar`, as in the literature (Griewank and Walther, 3.1 and 3.2). Names
 * are hints: printers make them unique.
 */

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The hint of the tangent of a value with the given hint: `dx`, `dLoss`; with several directions `dx_0`, `dx_1`, …. */
export function tangentHint(hint: string | undefined, direction = 0, directions = 1): string | undefined {
  if (hint === undefined) return undefined;
  // Short names read as in a formula (`dx`, `dx1`), long ones as words (`dLoss`).
  const name = /^[a-z]{2}/i.test(hint) ? `d${capitalize(hint)}` : `d${hint}`;
  return directions > 1 ? `${name}_${direction}` : name;
}

/** The hint of the cotangent of a value with the given hint: `xBar`. */
export function cotangentHint(hint: string | undefined): string | undefined {
  return hint === undefined ? undefined : `${hint}Bar`;
}

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
