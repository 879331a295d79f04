/** Views of typed arrays: rows, halves and windows that lie in the memory of another array, or in one buffer. */

function dotProduct(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** The commonest use: rows of a matrix handed to a helper. */
export function rowForms(matrix: Float64Array, x: Float64Array): number {
  const n = x.length;
  let total = 0;
  for (let i = 0; i < n; i++) {
    const row = matrix.subarray(i * n, (i + 1) * n);
    const y = dotProduct(row, x);
    total += y * y * (i + 1);
  }
  return total;
}

function normalise(row: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < row.length; i++) sum += row[i]! * row[i]!;
  const scale = 1 / Math.sqrt(1 + sum);
  for (let i = 0; i < row.length; i++) row[i]! *= scale;
  return scale;
}

/** Rows are changed in place through views of the caller's array, which is then read as a whole. */
export function normaliseRows(matrix: Float64Array, columns: number): number {
  let total = 0;
  for (let start = 0; start < matrix.length; start += columns)
    total += normalise(matrix.subarray(start, start + columns));
  for (let i = 0; i < matrix.length; i++) total += matrix[i]! ** 2 * (i + 1);
  return total;
}

/** A store through one name is read through another, at another index, and overwritten again. */
export function windowsOverlap(x: Float64Array): number {
  const work = new Float64Array(x.length + 2);
  work.set(x, 1);
  const left = work.subarray(0, x.length);
  const right = work.subarray(2);
  for (let i = 0; i < x.length; i++) right[i] = left[i]! * right[i]! + work[i + 1]!;
  let sum = 0;
  for (let i = 0; i < work.length; i++) sum += work[i]! * work[i]! * (i + 1);
  return sum;
}

/** Steps in time: each row is made from the one before. */
export function rowByRow(first: Float64Array, rate: number, steps: number): Float64Array {
  const n = first.length;
  const history = new Float64Array(n * (steps + 1));
  history.set(first);
  for (let t = 0; t < steps; t++) {
    const now = history.subarray(t * n, t * n + n);
    const next = history.subarray((t + 1) * n);
    for (let i = 0; i < n; i++) next[i] = now[i]! + rate * (now[(i + 1) % n]! - now[i]! ** 2);
  }
  return history.subarray(steps * n);
}

/** Two rows of one array change places, step after step. */
export function pingPong(x: Float64Array, steps: number): number {
  const n = x.length;
  const both = new Float64Array(2 * n);
  let from = both.subarray(0, n);
  let to = both.subarray(n, 2 * n);
  from.set(x);
  for (let s = 0; s < steps; s++) {
    for (let i = 0; i < n; i++) to[i] = Math.sin(from[i]!) + 0.3 * from[(i + 1) % n]!;
    [from, to] = [to, from];
  }
  return dotProduct(from, to);
}

function sumOfHalves(x: Float64Array): number {
  if (x.length === 1) return x[0]! * x[0]!;
  const middle = x.length >> 1;
  const left = sumOfHalves(x.subarray(0, middle));
  const right = sumOfHalves(x.subarray(middle));
  return left * 0.7 + Math.tanh(right);
}
export function divided(x: Float64Array): number {
  return sumOfHalves(x);
}

function mergeSort(x: Float64Array, spare: Float64Array): void {
  if (x.length < 2) return;
  const middle = x.length >> 1;
  mergeSort(x.subarray(0, middle), spare.subarray(0, middle));
  mergeSort(x.subarray(middle), spare.subarray(middle));
  let i = 0;
  let j = middle;
  for (let k = 0; k < x.length; k++) {
    spare[k] = j >= x.length || (i < middle && x[i]! <= x[j]!) ? x[i++]! : x[j++]!;
  }
  x.set(spare);
}
/** Merge sort in place on halves; the order statistics are weighted. */
export function weightedOrder(x: Float64Array): number {
  const sorted = x.slice();
  mergeSort(sorted, new Float64Array(x.length));
  let sum = 0;
  for (let i = 0; i < sorted.length; i++) sum += sorted[i]! ** 2 * (i + 1);
  return sum;
}

function transform(re: Float64Array, im: Float64Array): void {
  const n = re.length;
  if (n === 1) return;
  const half = n / 2;
  const a = new Float64Array(n);
  const b = new Float64Array(n);
  for (let i = 0; i < half; i++) {
    a[i] = re[2 * i]!;
    b[i] = im[2 * i]!;
    a[half + i] = re[2 * i + 1]!;
    b[half + i] = im[2 * i + 1]!;
  }
  const [evenRe, oddRe] = [a.subarray(0, half), a.subarray(half)];
  const [evenIm, oddIm] = [b.subarray(0, half), b.subarray(half)];
  transform(evenRe, evenIm);
  transform(oddRe, oddIm);
  for (let k = 0; k < half; k++) {
    const c = Math.cos((2 * Math.PI * k) / n);
    const s = -Math.sin((2 * Math.PI * k) / n);
    const tr = oddRe[k]! * c - oddIm[k]! * s;
    const ti = oddRe[k]! * s + oddIm[k]! * c;
    re[k] = evenRe[k]! + tr;
    im[k] = evenIm[k]! + ti;
    re[k + half] = evenRe[k]! - tr;
    im[k + half] = evenIm[k]! - ti;
  }
}
/** A Fourier transform that recurses into the halves of its scratch arrays and writes its arguments. */
export function recursiveFourier(re: Float64Array, im: Float64Array): number {
  transform(re, im);
  let sum = 0;
  for (let k = 0; k < re.length; k++) sum += (re[k]! ** 2 + im[k]! ** 2) * (k + 1) + re[k]! * im[k]!;
  return sum;
}

/** `slice` is a copy: what is stored into it later does not reach the original, nor the other way round. */
export function sliceCopies(x: Float64Array): number {
  const copy = x.slice(1, 3);
  const alias = x.subarray(1, 3);
  alias[0] = alias[0]! * 2;
  copy[1] = copy[1]! * copy[0]!;
  return copy[0]! * x[1]! + copy[1]! * x[2]!;
}

interface Layer {
  readonly weights: Float64Array;
  readonly bias: Float64Array;
}
/** Parameters in one vector, views of it in a structure: the usual form of a small network. */
export function flatNetwork(parameters: Float64Array, input: Float64Array): number {
  const sizes = [input.length, 3, 1];
  const layers: Layer[] = [];
  let at = 0;
  for (let l = 1; l < sizes.length; l++) {
    const [from, to] = [sizes[l - 1]!, sizes[l]!];
    layers.push({
      weights: parameters.subarray(at, at + from * to),
      bias: parameters.subarray(at + from * to, at + from * to + to),
    });
    at += from * to + to;
  }
  let values: Float64Array = input;
  for (const { weights, bias } of layers) {
    const next = new Float64Array(bias.length);
    for (let i = 0; i < next.length; i++) {
      next[i] = Math.tanh(dotProduct(weights.subarray(i * values.length, (i + 1) * values.length), values) + bias[i]!);
    }
    values = next;
  }
  return values[0]!;
}

/** A buffer with several arrays in it, one of which lies over two others. */
export function oneBuffer(x: Float64Array): number {
  const n = x.length;
  const buffer = new ArrayBuffer(3 * n * 8);
  const position = new Float64Array(buffer, 0, n);
  const speed = new Float64Array(buffer, n * Float64Array.BYTES_PER_ELEMENT, n);
  const state = new Float64Array(buffer, 0, 2 * n);
  const rest = new Float64Array(buffer, 2 * n * 8);
  position.set(x);
  for (let step = 0; step < 3; step++) {
    for (let i = 0; i < n; i++) speed[i]! += 0.2 * Math.sin(position[i]!) + rest[i]!;
    for (let i = 0; i < n; i++) state[i]! += 0.5 * state[n + i]!;
    rest[step % n] = position[0]! * 0.1;
  }
  return dotProduct(state, state) + state.byteLength / 16 + buffer.byteLength;
}

/** The buffer of an array that was made here, and a view moved by bytes. */
export function bufferOf(x: Float64Array): number {
  const all = new Float64Array(2 * x.length);
  const tail = new Float64Array(all.buffer, 8, x.length);
  tail.set(x);
  all[1]! *= 3;
  return tail[0]! * tail[0]! + all[2]! * all[1]! + tail.byteOffset + tail.BYTES_PER_ELEMENT;
}

/** Moves elements within one array, by views that overlap. */
export function shiftWithin(x: Float64Array): number {
  x.set(x.subarray(0, x.length - 1), 1);
  x[0]! *= 2;
  x.subarray(1).set(x.subarray(0, x.length - 1));
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]! ** 2 * (i + 1);
  return sum;
}

/** Single precision: views round as their array does. */
export function singleViews(x: Float32Array): number {
  const half = x.length >> 1;
  const lower = x.subarray(0, half);
  const upper = x.subarray(half);
  let sum = 0;
  for (let i = 0; i < half; i++) sum += lower[i]! * upper[i]! ** 2;
  return sum;
}

/** Starts and ends count from the end, or lie outside, as JavaScript has it. */
export function relativeEnds(x: Float64Array): number {
  const last = x.subarray(-2);
  const inner = x.subarray(1, -1);
  const none = x.subarray(5, 2);
  const all = x.subarray(-100, 100);
  let sum = none.length;
  for (const v of last) sum += v * v;
  for (const v of inner) sum += v ** 3;
  for (let i = 0; i < all.length; i++) sum += all[i]! * (i + 1);
  return sum + (inner[7] ?? 0);
}

/** A view of one array or of another, chosen by data, and written. */
export function chosenView(x: Float64Array, y: Float64Array): number {
  const target = x[0]! > y[0]! ? x.subarray(1) : y.subarray(0, 2);
  for (let i = 0; i < target.length; i++) target[i] = target[i]! * x[0]! + y[0]!;
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]! * x[i]! + y[i]! ** 3;
  return sum;
}

/** Cholesky, row by row, on views, leaving the loop at a pivot that is not positive. */
export function choleskyRows(a: Float64Array, n: number): number {
  let logDeterminant = 0;
  for (let i = 0; i < n; i++) {
    const row = a.subarray(i * n, i * n + n);
    for (let j = 0; j <= i; j++) {
      const other = a.subarray(j * n, j * n + j);
      let sum = row[j]!;
      for (let k = 0; k < j; k++) sum -= row[k]! * other[k]!;
      if (i === j) {
        if (sum <= 0) return Number.NEGATIVE_INFINITY;
        row[i] = Math.sqrt(sum);
        logDeterminant += 2 * Math.log(row[i]!);
      } else row[j] = sum / a[j * n + j]!;
    }
  }
  return logDeterminant;
}

interface Split {
  readonly head: Float64Array;
  readonly tail: Float64Array;
  readonly all: Float64Array;
}
/** The result holds views that overlap, of an array made here. */
export function overlappingResult(x: Float64Array): Split {
  const work = new Float64Array(x.length + 1);
  for (let i = 0; i < x.length; i++) work[i] = x[i]! * x[i]!;
  work[x.length] = x[0]! * x[x.length - 1]!;
  return { head: work.subarray(0, x.length), tail: work.subarray(1), all: work };
}

/** Views of the argument in a result, after stores through one of them. */
export function partsOfArgument(x: Float64Array): Float64Array[] {
  const parts: Float64Array[] = [];
  for (let i = 0; i + 1 < x.length; i++) {
    const pair = x.subarray(i, i + 2);
    pair[1] = pair[0]! * pair[1]!;
    parts.push(pair);
  }
  return parts;
}
