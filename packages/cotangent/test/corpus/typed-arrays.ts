/** Typed arrays: parameters in doubles and singles, data that is only read, integers that index. */

export function weightedNorm(x: Float64Array, weights: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += weights[i] * x[i] * x[i];
  return Math.sqrt(sum);
}

/** Single precision storage, arithmetic in doubles. */
export function singlePrecision(x: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += Math.exp(-x[i] * x[i]) * (i + 1);
  return sum;
}

/** A sparse matrix in compressed rows: the structure is integers, the numbers flow. */
export function sparseProduct(
  values: Float64Array,
  columns: Int32Array,
  starts: Int32Array,
  x: Float64Array,
): Float64Array {
  const n = starts.length - 1;
  const y = new Float64Array(n);
  for (let row = 0; row < n; row++) {
    let sum = 0;
    for (let k = starts[row]; k < starts[row + 1]; k++) sum += values[k] * x[columns[k]];
    y[row] = sum;
  }
  return y;
}

/** Cross entropy of a softmax against labels in bytes. */
export function crossEntropy(logits: Float64Array, labels: Uint8Array, classes: number): number {
  let loss = 0;
  for (let i = 0; i < labels.length; i++) {
    const base = i * classes;
    let biggest = logits[base];
    for (let c = 1; c < classes; c++) if (logits[base + c] > biggest) biggest = logits[base + c];
    let sum = 0;
    for (let c = 0; c < classes; c++) sum += Math.exp(logits[base + c] - biggest);
    loss += biggest + Math.log(sum) - logits[base + labels[i]];
  }
  return loss / labels.length;
}

/** Adds into the places that an index array names, some of them twice. */
export function scatterAdd(source: Float64Array, index: Uint16Array, size: number): Float64Array {
  const bins = new Float64Array(size);
  for (let i = 0; i < index.length; i++) bins[index[i]] += source[i] * source[i];
  return bins;
}

/** Writes the caller's output array and returns nothing of it but a number. */
export function axpyInto(y: Float64Array, a: number, x: Float64Array): number {
  for (let i = 0; i < y.length; i++) y[i] = a * x[i] + y[i] * y[i];
  let sum = 0;
  for (let i = 0; i < y.length; i++) sum += y[i];
  return sum;
}

/** Heat flow with two buffers that trade places. */
export function heatFlow(initial: Float64Array, conductivity: number, steps: number): number {
  const n = initial.length;
  let now = new Float64Array(n);
  let next = new Float64Array(n);
  for (let i = 0; i < n; i++) now[i] = initial[i];
  for (let s = 0; s < steps; s++) {
    for (let i = 0; i < n; i++) {
      const left = i > 0 ? now[i - 1] : 0;
      const right = i < n - 1 ? now[i + 1] : 0;
      next[i] = now[i] + conductivity * (left - 2 * now[i] + right) * (1 + 0.1 * now[i]);
    }
    const t = now;
    now = next;
    next = t;
  }
  let sum = 0;
  for (let i = 0; i < n; i++) sum += now[i] * (i + 1);
  return sum;
}

export function fromLiteral(x: number): number {
  const table = new Float64Array([1, x, x * x, 4]);
  const copy = Float64Array.from([0.5, 2]);
  const ring = new Float64Array(3);
  ring.fill(x / 2);
  ring[1] = table[2] * copy[1];
  return ring[0] + ring[1] * table[1] + ring[2] * copy[0];
}

/** Interpolates in a table of data; where in the table is an integer. */
export function lookup(table: Float32Array, position: number): number {
  const i = Math.floor(position);
  const t = position - i;
  return table[i] * (1 - t) + table[i + 1] * t;
}

/** Out of range stores of a typed array do nothing. */
export function clippedWrite(x: Float64Array, shift: number): number {
  const out = new Float64Array(4);
  for (let i = 0; i < x.length; i++) out[i + shift] = x[i] * x[i];
  return out[0] + 2 * out[1] + 3 * out[2] + 4 * out[3];
}

/** Radix-2 Fourier transform in place, power in one bin: bit arithmetic steers the indexes. */
export function fourierPower(re: Float64Array, im: Float64Array, bin: number): number {
  const n = re.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [re[i], re[j]] = [re[j], re[i]];
      [im[i], im[j]] = [im[j], im[i]];
    }
  }
  for (let size = 2; size <= n; size <<= 1) {
    const angle = (-2 * Math.PI) / size;
    for (let start = 0; start < n; start += size) {
      for (let k = 0; k < size / 2; k++) {
        const c = Math.cos(angle * k);
        const s = Math.sin(angle * k);
        const a = start + k;
        const b = a + size / 2;
        const tr = re[b] * c - im[b] * s;
        const ti = re[b] * s + im[b] * c;
        re[b] = re[a] - tr;
        im[b] = im[a] - ti;
        re[a] += tr;
        im[a] += ti;
      }
    }
  }
  return re[bin] * re[bin] + im[bin] * im[bin];
}

/** A sort in every turn: the loops of the sort itself have no adjoint, and overwrite indices that are read again. */
export function sortedInTurns(xs: Float64Array, n: number): number {
  let s = 1;
  for (let i = 0; i < n; i++) {
    xs.sort((a, b) => Math.sin(i) * (a - b));
    s += xs[0]! * xs[xs.length - 1]! * Math.cos(i) * s;
  }
  return s;
}
