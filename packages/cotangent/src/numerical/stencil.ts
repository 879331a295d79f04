/**
 * Stencils: the weights w by which values of g beside 0 make its n-th derivative there,
 *
 *     g^(n)(0)  =  h^-n  sum_k  w_k g(k h)  +  O(h^p).
 *
 * They are found for any offsets by Fornberg's recurrence (Generation of finite difference formulas on arbitrarily spaced
 * grids, Math. Comp. 51, 1988), so that every order of derivative and of accuracy comes from the same lines.
 */

/** On which sides of the point a stencil reads. */
export type Side = "central" | "forward" | "backward";

/** A difference formula for a derivative on a grid of step h. */
export interface Stencil {
  /** The order n of the derivative. */
  readonly derivative: number;
  /** The order p of the leading error term, h^p; the next one is h^(p + gap). */
  readonly order: number;
  /** 2 where symmetry removes every other term of the error, else 1. */
  readonly gap: number;
  /** Where the function is read, in steps, without those of weight 0. */
  readonly offsets: readonly number[];
  readonly weights: readonly number[];
}

const known = new Map<string, Stencil>();

/**
 * The stencil of the smallest width for derivative `derivative` (1 to 10) with an error of order `order`, which is even
 * for a central one. Throws RangeError for what does not exist.
 */
export function stencil(side: Side, derivative: number, order: number): Stencil {
  if (!Number.isInteger(derivative) || derivative < 1 || derivative > 10)
    throw new RangeError(`the order of a derivative by differences must be 1 to 10, not ${derivative}`);
  if (!Number.isInteger(order) || order < 1 || order > 10 || (side === "central" && order % 2 === 1))
    throw new RangeError(`a ${side} difference has no accuracy of order ${order}`);
  const key = `${side} ${derivative} ${order}`;
  const made = known.get(key) ?? make(side, derivative, order);
  known.set(key, made);
  return made;
}

function make(side: Side, derivative: number, order: number): Stencil {
  const reach = side === "central" ? Math.floor((derivative + 1) / 2) - 1 + order / 2 : derivative + order - 1;
  const sign = side === "backward" ? -1 : 1;
  const all: number[] = [];
  for (let k = side === "central" ? -reach : 0; k <= reach; k++) all.push(sign * k);
  const weights = fornberg(all, derivative);
  // By symmetry the middle has no weight in an odd derivative, and pairs have the same up to sign.
  if (side === "central") {
    const parity = derivative % 2 === 0 ? 1 : -1;
    for (let k = 0; k <= reach; k++) {
      const [left, right] = [reach - k, reach + k];
      const mean = (weights[right]! + parity * weights[left]!) / 2;
      weights[right] = mean;
      weights[left] = parity * mean;
    }
  }
  const used = all.map((_, i) => i).filter((i) => weights[i] !== 0);
  return {
    derivative,
    order,
    gap: side === "central" ? 2 : 1,
    offsets: used.map((i) => all[i]!),
    weights: used.map((i) => weights[i]!),
  };
}

/** The weights of the `n`-th derivative at 0 on the grid `x`. */
function fornberg(x: readonly number[], n: number): number[] {
  // d[m][j]: the weight of x[j] in the m-th derivative on the points met so far.
  const d = Array.from({ length: n + 1 }, () => new Array<number>(x.length).fill(0));
  d[0]![0] = 1;
  let before = 1;
  for (let i = 1; i < x.length; i++) {
    let product = 1;
    for (let j = 0; j < i; j++) {
      const gap = x[i]! - x[j]!;
      product *= gap;
      if (j === i - 1) {
        for (let m = Math.min(i, n); m >= 0; m--)
          d[m]![i] = (before / product) * (m * (d[m - 1]?.[i - 1] ?? 0) - x[i - 1]! * d[m]![i - 1]!);
      }
      for (let m = Math.min(i, n); m >= 0; m--) d[m]![j] = (x[i]! * d[m]![j]! - m * (d[m - 1]?.[j] ?? 0)) / gap;
    }
    before = product;
  }
  return d[n]!;
}
