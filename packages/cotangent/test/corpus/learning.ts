/** Small models of machine learning, on flat typed arrays and on nested ones. */

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** A perceptron of one hidden layer; all parameters in one flat array. */
export function perceptron(
  parameters: Float64Array,
  inputs: Float64Array,
  targets: Float64Array,
  hidden: number,
): number {
  const count = targets.length;
  const width = inputs.length / count;
  const output = hidden * (width + 1);
  const h = new Float64Array(hidden);
  let loss = 0;
  for (let n = 0; n < count; n++) {
    for (let i = 0; i < hidden; i++) {
      let sum = parameters[i * (width + 1) + width];
      for (let j = 0; j < width; j++) sum += parameters[i * (width + 1) + j] * inputs[n * width + j];
      h[i] = Math.tanh(sum);
    }
    let y = parameters[output + hidden];
    for (let i = 0; i < hidden; i++) y += parameters[output + i] * h[i];
    loss += (y - targets[n]) ** 2;
  }
  return loss / count;
}

export interface Gates {
  input: number[];
  forget: number[];
  output: number[];
  cell: number[];
}

function gate(weights: number[], x: number, h: number): number {
  return weights[0] * x + weights[1] * h + weights[2];
}

/** A memory cell over a sequence. */
export function lstm(gates: Gates, sequence: number[]): number {
  let h = 0;
  let c = 0;
  for (const x of sequence) {
    const i = sigmoid(gate(gates.input, x, h));
    const f = sigmoid(gate(gates.forget, x, h));
    const o = sigmoid(gate(gates.output, x, h));
    c = f * c + i * Math.tanh(gate(gates.cell, x, h));
    h = o * Math.tanh(c);
  }
  return h;
}

export function attention(queries: number[][], keys: number[][], values: number[][]): number[][] {
  const scale = 1 / Math.sqrt(keys[0].length);
  const out: number[][] = [];
  for (const query of queries) {
    const scores: number[] = [];
    let sum = 0;
    for (const key of keys) {
      let score = 0;
      for (let d = 0; d < query.length; d++) score += query[d] * key[d];
      const e = Math.exp(score * scale);
      scores.push(e);
      sum += e;
    }
    const row: number[] = new Array(values[0].length).fill(0);
    for (let k = 0; k < keys.length; k++) {
      const p = scores[k] / sum;
      for (let d = 0; d < row.length; d++) row[d] += p * values[k][d];
    }
    out.push(row);
  }
  return out;
}

/** Normalisation over a batch, in place. */
export function batchNormalize(x: Float64Array, gain: number, bias: number): Float64Array {
  let mean = 0;
  for (let i = 0; i < x.length; i++) mean += x[i];
  mean /= x.length;
  let variance = 0;
  for (let i = 0; i < x.length; i++) variance += (x[i] - mean) * (x[i] - mean);
  const scale = gain / Math.sqrt(variance / x.length + 1e-5);
  for (let i = 0; i < x.length; i++) x[i] = (x[i] - mean) * scale + bias;
  return x;
}

export function convolution2d(image: number[][], kernel: number[][]): number {
  let sum = 0;
  for (let r = 0; r + kernel.length <= image.length; r++) {
    for (let c = 0; c + kernel[0].length <= image[0].length; c++) {
      let v = 0;
      for (let i = 0; i < kernel.length; i++) {
        for (let j = 0; j < kernel[i].length; j++) v += kernel[i][j] * image[r + i][c + j];
      }
      if (v > 0) sum += v * v;
    }
  }
  return sum;
}

/** Descent inside the program: the result depends on the learning rate through every step. */
export function tunedDescent(rate: number, momentum: number, start: number[]): number {
  const x: number[] = [];
  const v: number[] = [];
  for (const s of start) {
    x.push(s);
    v.push(0);
  }
  for (let step = 0; step < 6; step++) {
    for (let i = 0; i < x.length; i++) {
      const slope = 2 * (i + 1) * x[i] + Math.cos(x[i]);
      v[i] = momentum * v[i] - rate * slope;
      x[i] += v[i];
    }
  }
  let loss = 0;
  for (let i = 0; i < x.length; i++) loss += (i + 1) * x[i] * x[i] + Math.sin(x[i]);
  return loss;
}
