/**
 * Derivatives by central differences, extrapolated in h^2 with an error estimate (Ridders 1982; Press et al., Numerical
 * Recipes, 5.7): the oracle that corpus and laws compare with. It runs the program as Node does and nothing else.
 */

export interface Estimate {
  readonly value: number;
  /** What the extrapolations disagree by. */
  readonly error: number;
}

/** Extrapolates each entry of `formula(h)`, whose error is even in h, to h = 0. */
function extrapolate(formula: (h: number) => number[], first: number, steps: number): Estimate[] {
  const tables: number[][] = [];
  const best: Estimate[] = [];
  for (let i = 0, h = first; i < steps; i++, h /= 2) {
    formula(h).forEach((entry, k) => {
      const previous = tables[k] ?? [];
      const row = [entry];
      for (let j = 0, factor = 4; j < previous.length; j++, factor *= 4) {
        const [finer, coarser] = [row[j] as number, previous[j] as number];
        const value = finer + (finer - coarser) / (factor - 1);
        const error = Math.max(Math.abs(value - finer), Math.abs(value - coarser));
        row.push(value);
        if (!(error >= (best[k]?.error ?? Number.POSITIVE_INFINITY))) best[k] = { value, error };
      }
      tables[k] = row;
    });
  }
  return best;
}

/** A length of step that suits `x`: a power of two, so that `x + h` rounds little. */
function stepOf(x: number): number {
  return 2 ** Math.round(Math.log2(Math.max(Math.abs(x), 1 / 16)));
}

/** The Jacobian of `f` at `x`: a list of columns, one per input. */
export function differenceJacobian(f: (x: number[]) => number[], x: readonly number[], coarse = false): Estimate[][] {
  return x.map((xj, j) => {
    const scale = stepOf(xj);
    const at = (h: number) => f(x.map((v, i) => (i === j ? v + h * scale : v)));
    const formula = (h: number) => {
      const low = at(-h);
      return at(h).map((high, k) => (high - (low[k] as number)) / (2 * h * scale));
    };
    return extrapolate(formula, coarse ? 1 / 8 : 1 / 32, coarse ? 5 : 10);
  });
}

/** The Hessian of `f` at `x` times `v`, by mixed second differences. */
export function differenceHessianProduct(
  f: (x: number[]) => number,
  x: readonly number[],
  v: readonly number[],
): Estimate[] {
  // So long that no number moves by more than itself.
  const along = Math.min(
    ...x.map((xi, i) => (v[i] ? stepOf(xi) / Math.abs(v[i] as number) : Number.POSITIVE_INFINITY)),
  );
  return x.map((xj, j) => {
    const scale = stepOf(xj);
    const at = (s: number, t: number) =>
      f(x.map((xi, i) => xi + t * along * (v[i] as number) + (i === j ? s * scale : 0)));
    const formula = (h: number) => [(at(h, h) - at(h, -h) - at(-h, h) + at(-h, -h)) / (4 * h * h * scale * along)];
    return extrapolate(formula, 1 / 32, 7)[0] as Estimate;
  });
}
