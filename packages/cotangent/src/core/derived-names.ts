/**
 * What a tangent and a cotangent are called: `dx` and `xBar` for a value `x`, as in the literature (Griewank and Walther,
 * 3.1 and 3.2). In generated code these are hints, which printers make unique.
 */

export function capitalize(text: string): string {
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
