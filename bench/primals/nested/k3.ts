/** Squared error of a layer of long short-term memory over a sequence; each gate has its own matrix. */
export interface Gate {
  /** Per hidden unit, weights of the inputs. */
  fromInput: number[][];
  /** Per hidden unit, weights of the hidden units of the step before. */
  fromHidden: number[][];
  bias: number[];
}

export interface Layer {
  input: Gate;
  forget: Gate;
  output: Gate;
  candidate: Gate;
}

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

function weigh(gate: Gate, unit: number, x: number[], h: number[]): number {
  const fromInput = gate.fromInput[unit];
  const fromHidden = gate.fromHidden[unit];
  let sum = gate.bias[unit];
  for (let l = 0; l < x.length; l++) sum += fromInput[l] * x[l];
  for (let l = 0; l < h.length; l++) sum += fromHidden[l] * h[l];
  return sum;
}

export function lstm(layer: Layer, xs: number[][], targets: number[][]): number {
  let h: number[] = [];
  let cell: number[] = [];
  for (let j = 0; j < layer.input.bias.length; j++) {
    h.push(0);
    cell.push(0);
  }
  let loss = 0;
  for (let t = 0; t < xs.length; t++) {
    const nextH: number[] = [];
    const nextCell: number[] = [];
    for (let j = 0; j < h.length; j++) {
      const i = logistic(weigh(layer.input, j, xs[t], h));
      const f = logistic(weigh(layer.forget, j, xs[t], h));
      const o = logistic(weigh(layer.output, j, xs[t], h));
      const g = Math.tanh(weigh(layer.candidate, j, xs[t], h));
      const c = f * cell[j] + i * g;
      nextCell.push(c);
      nextH.push(o * Math.tanh(c));
      const d = nextH[j] - targets[t][j];
      loss += 0.5 * d * d;
    }
    h = nextH;
    cell = nextCell;
  }
  return loss;
}
