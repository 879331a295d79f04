/**
 * The log-likelihood of a mixture of Gaussians with full covariances, written as anyone would write it.
 *
 * Component k has the density of the normal distribution with mean mu_k and precision Q_k^T Q_k, where Q_k is lower
 * triangular with a positive diagonal. All parameters are unconstrained and lie in one array:
 * the logits of the weights `[k]`, the means `[k][d]`, then per component the logarithms of Q_k's diagonal `[d]` and the
 * numbers below the diagonal, row by row. The data are rows of `dimensions` numbers.
 */

/** How many numbers describe one component's Q. */
export function triangleSize(dimensions: number): number {
  return (dimensions * (dimensions + 1)) / 2;
}

/** How many parameters a mixture has. */
export function parameterCount(dimensions: number, components: number): number {
  return components * (1 + dimensions + triangleSize(dimensions));
}

export function logSumExp(values: Float64Array): number {
  let biggest = -Infinity;
  for (let i = 0; i < values.length; i++) biggest = Math.max(biggest, values[i]);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += Math.exp(values[i] - biggest);
  return biggest + Math.log(sum);
}

/** The squared length of `Q z`, where `triangle` is where Q begins among the parameters. */
function squaredDistance(parameters: Float64Array, triangle: number, z: Float64Array): number {
  const dimensions = z.length;
  let row = triangle + dimensions;
  let sum = 0;
  for (let i = 0; i < dimensions; i++) {
    let y = Math.exp(parameters[triangle + i]) * z[i];
    for (let j = 0; j < i; j++) y += parameters[row + j] * z[j];
    row += i;
    sum += y * y;
  }
  return sum;
}

export function logLikelihood(
  parameters: Float64Array,
  data: Float64Array,
  dimensions: number,
  components: number,
): number {
  const count = data.length / dimensions;
  const means = components;
  const triangles = means + components * dimensions;
  const size = triangleSize(dimensions);

  const logits = new Float64Array(components);
  for (let k = 0; k < components; k++) logits[k] = parameters[k];
  const normalization = logSumExp(logits) + 0.5 * dimensions * Math.log(2 * Math.PI);

  const z = new Float64Array(dimensions);
  const scores = new Float64Array(components);
  let total = 0;
  for (let n = 0; n < count; n++) {
    for (let k = 0; k < components; k++) {
      const triangle = triangles + k * size;
      let logDeterminant = 0;
      for (let d = 0; d < dimensions; d++) {
        z[d] = data[n * dimensions + d] - parameters[means + k * dimensions + d];
        logDeterminant += parameters[triangle + d];
      }
      scores[k] = logits[k] + logDeterminant - 0.5 * squaredDistance(parameters, triangle, z);
    }
    total += logSumExp(scores) - normalization;
  }
  return total;
}

/** What a fit makes small: minus the mean log-likelihood of a row. */
export function loss(parameters: Float64Array, data: Float64Array, dimensions: number, components: number): number {
  return (-logLikelihood(parameters, data, dimensions, components) * dimensions) / data.length;
}
