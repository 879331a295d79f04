/**
 * Log-likelihood of a Gaussian mixture, without constants. Parameters: `alpha[k]`, `mu[k][d]`, then per component the
 * logarithms of a triangle's diagonal `[d]` and the numbers below the diagonal, row by row.
 */
function logSumExp(values: Float64Array): number {
  let biggest = values[0];
  for (let k = 1; k < values.length; k++) if (values[k] > biggest) biggest = values[k];
  let sum = 0;
  for (let k = 0; k < values.length; k++) sum += Math.exp(values[k] - biggest);
  return biggest + Math.log(sum);
}

export function mixture(parameters: Float64Array, data: Float64Array, dimensions: number, components: number): number {
  const count = data.length / dimensions;
  const size = dimensions + (dimensions * (dimensions - 1)) / 2;
  const means = components;
  const triangles = means + components * dimensions;

  const diagonals = new Float64Array(components * dimensions);
  const logDeterminants = new Float64Array(components);
  for (let k = 0; k < components; k++) {
    let sum = 0;
    for (let j = 0; j < dimensions; j++) {
      const q = parameters[triangles + k * size + j];
      sum += q;
      diagonals[k * dimensions + j] = Math.exp(q);
    }
    logDeterminants[k] = sum;
  }

  const z = new Float64Array(dimensions);
  const scores = new Float64Array(components);
  let total = 0;
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < components; k++) {
      for (let j = 0; j < dimensions; j++) z[j] = data[i * dimensions + j] - parameters[means + k * dimensions + j];
      let row = triangles + k * size + dimensions;
      let squared = 0;
      for (let j = 0; j < dimensions; j++) {
        let y = diagonals[k * dimensions + j] * z[j];
        for (let l = 0; l < j; l++) y += parameters[row + l] * z[l];
        row += j;
        squared += y * y;
      }
      scores[k] = parameters[k] + logDeterminants[k] - 0.5 * squared;
    }
    total += logSumExp(scores);
  }
  return total;
}
