/**
 * How exact are the values of a function? Computed values scatter about a smooth function by rounding inside of it, or by
 * the tolerance of an iteration, and differences with steps that are too small see nothing else. Differences of order k
 * of values at equal, tiny distances remove the smooth part and leave the scatter, magnified by a known factor:
 *
 *     sigma_k^2 = gamma_k mean((Delta^k f)^2),   gamma_k = (k!)^2 / (2k)!
 *
 * and once the sigma_k of consecutive k agree, that is the noise (More and Wild, Estimating computational noise, SIAM J.
 * Sci. Comput. 33, 2011).
 */

/** The noise of a function of one number near x. */
export interface Noise {
  /** Standard deviation of the computed values. */
  readonly absolute: number;
  /** That, relative to the value: what `DifferenceOptions.noise` takes. */
  readonly relative: number;
}

const points = 8;

/** The noise of `f` near `x`; 0 for a function that is constant there. Throws RangeError where no level of noise shows. */
export function estimateNoise(f: (x: number) => number, x: number): Noise {
  const value = f(x);
  let isConstant = true;
  // The spacing must hide the function's own variation and still change its value.
  for (let h = 2 ** -40 * Math.max(Math.abs(x), 2 ** -10); h < Math.max(Math.abs(x), 1); h *= 100) {
    for (const spacing of [h, h / 10]) {
      const values = Array.from({ length: points }, (_, i) => f(x + (i - points / 2) * spacing));
      isConstant &&= values.every((v) => v === value);
      const found = fromTable(values);
      if (found !== undefined) return { absolute: found, relative: value === 0 ? found : found / Math.abs(value) };
    }
  }
  if (isConstant) return { absolute: 0, relative: 0 };
  throw new RangeError(`no level of noise shows in the values of the function near ${x}`);
}

/** The noise that a table of differences shows; undefined if it shows none. */
function fromTable(values: readonly number[]): number | undefined {
  const levels: number[] = [];
  let differences = values.slice();
  let gamma = 1;
  let alternates: boolean[] = [];
  for (let k = 1; k < values.length; k++) {
    differences = differences.slice(1).map((v, i) => v - differences[i]!);
    // Half of the values the same: the spacing is below their resolution.
    if (k === 1 && differences.filter((d) => d === 0).length >= values.length / 2) return undefined;
    gamma *= (0.5 * k) / (2 * k - 1);
    levels.push(Math.sqrt((gamma * differences.reduce((sum, d) => sum + d * d, 0)) / differences.length));
    // Scatter changes sign from one difference to the next; a smooth function's differences do not.
    alternates = [...alternates, differences.some((d) => d > 0) && differences.some((d) => d < 0)];
  }
  for (let k = 0; k + 2 < levels.length; k++) {
    const three = levels.slice(k, k + 3);
    if (Math.max(...three) <= 4 * Math.min(...three) && alternates[k]) return levels[k];
  }
  return undefined;
}
