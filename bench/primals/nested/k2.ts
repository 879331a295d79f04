/** Log-likelihood of a Gaussian mixture, without constants, over components as objects. */
export interface Component {
  alpha: number;
  mean: number[];
  logDiagonal: number[];
  /** Row j holds the j numbers left of the diagonal. */
  lower: number[][];
}

function logSumExp(values: number[]): number {
  let biggest = values[0];
  for (const value of values) if (value > biggest) biggest = value;
  let sum = 0;
  for (const value of values) sum += Math.exp(value - biggest);
  return biggest + Math.log(sum);
}

function subtract(a: number[], b: number[]): number[] {
  const out: number[] = [];
  for (let j = 0; j < a.length; j++) out.push(a[j] - b[j]);
  return out;
}

export function mixture(components: Component[], data: number[][]): number {
  const diagonals: number[][] = [];
  const logDeterminants: number[] = [];
  for (const { logDiagonal } of components) {
    const diagonal: number[] = [];
    let sum = 0;
    for (const q of logDiagonal) {
      sum += q;
      diagonal.push(Math.exp(q));
    }
    diagonals.push(diagonal);
    logDeterminants.push(sum);
  }

  let total = 0;
  for (const x of data) {
    const scores: number[] = [];
    for (let k = 0; k < components.length; k++) {
      const { alpha, mean, lower } = components[k];
      const z = subtract(x, mean);
      let squared = 0;
      for (let j = 0; j < z.length; j++) {
        let y = diagonals[k][j] * z[j];
        for (let l = 0; l < j; l++) y += lower[j][l] * z[l];
        squared += y * y;
      }
      scores.push(alpha + logDeterminants[k] - 0.5 * squared);
    }
    total += logSumExp(scores);
  }
  return total;
}
