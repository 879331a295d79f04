/**
 * Squared error of a layer of long short-term memory over a sequence. `weights` has 4 x hidden rows (input, forget and
 * output gates, candidates) of inputs + hidden + 1 numbers, the bias last; `xs` and `targets` have a row per step.
 */
function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

export function lstm(
  weights: Float64Array,
  xs: Float64Array,
  targets: Float64Array,
  inputs: number,
  hidden: number,
): number {
  const steps = targets.length / hidden;
  const width = inputs + hidden;
  const z = new Float64Array(width);
  const gates = new Float64Array(4 * hidden);
  const cell = new Float64Array(hidden);
  let loss = 0;
  for (let t = 0; t < steps; t++) {
    for (let j = 0; j < inputs; j++) z[j] = xs[t * inputs + j];
    for (let i = 0; i < 4 * hidden; i++) {
      const row = i * (width + 1);
      let sum = weights[row + width];
      for (let l = 0; l < width; l++) sum += weights[row + l] * z[l];
      gates[i] = i < 3 * hidden ? logistic(sum) : Math.tanh(sum);
    }
    for (let j = 0; j < hidden; j++) {
      cell[j] = gates[hidden + j] * cell[j] + gates[j] * gates[3 * hidden + j];
      const h = gates[2 * hidden + j] * Math.tanh(cell[j]);
      z[inputs + j] = h;
      const d = h - targets[t * hidden + j];
      loss += 0.5 * d * d;
    }
  }
  return loss;
}
