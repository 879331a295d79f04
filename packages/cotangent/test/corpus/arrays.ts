/** Arrays read, written, grown, shared and overwritten. */

export function dot(a: number[], b: number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

export function prefixSums(x: number[]): number {
  for (let i = 1; i < x.length; i++) x[i] += x[i - 1] * x[i];
  return x[x.length - 1] * x[0];
}

export function reverseInPlace(x: number[]): number {
  for (let i = 0, j = x.length - 1; i < j; i++, j--) {
    const t = x[i];
    x[i] = x[j];
    x[j] = t;
  }
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] ** (i + 1);
  return sum;
}

/** Reads one past the end on purpose. */
export function differencesWithBorder(x: number[]): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    const d = (x[i + 1] ?? 0) - x[i];
    sum += d * d * d;
  }
  return sum;
}

export function convolve(signal: number[], kernel: number[]): number[] {
  const out: number[] = new Array(signal.length - kernel.length + 1).fill(0);
  for (let i = 0; i < out.length; i++) {
    for (let k = 0; k < kernel.length; k++) out[i] += signal[i + k] * kernel[k];
  }
  return out;
}

export function pushBuilt(x: number, n: number): number {
  const powers = [1];
  for (let i = 1; i < n; i++) powers.push(powers[i - 1] * x);
  let sum = 0;
  for (const p of powers) sum += p / (1 + p * p);
  return sum;
}

export function appendByIndex(x: number): number {
  const seen: number[] = [];
  let v = x;
  while (v < 20) {
    seen[seen.length] = v;
    v *= 1.7 + x / 10;
  }
  let product = 1;
  for (let i = 0; i < seen.length; i++) product *= 1 + seen[i] / 10;
  return product;
}

/** Two names for one array: what is written through one is read through the other. */
export function twoNames(x: number[]): number {
  const alias = x;
  alias[0] = x[1] * x[1];
  x[1] = alias[0] * x[0];
  return alias[1] + x[0];
}

function addScaled(target: number[], source: number[], factor: number): void {
  for (let i = 0; i < target.length; i++) target[i] += factor * source[i] * source[i];
}

/** A helper is given the same array twice. */
export function sameArrayTwice(x: number[]): number {
  addScaled(x, x, 0.5);
  const work = [x[0], x[1] * 2];
  addScaled(work, work, x[0]);
  return work[0] * work[1];
}

export function chooseArray(x: number, p: number[]): number {
  const weights = x > 0 ? p : [1, 2, 3];
  weights[1] = weights[1] * x;
  return weights[0] * weights[1] + weights[2] * x;
}

/** Scratch that is written anew in every iteration. */
export function reusedScratch(x: number[], rounds: number): number {
  const scratch = new Array<number>(x.length).fill(0);
  let energy = 0;
  for (let r = 0; r < rounds; r++) {
    for (let i = 0; i < x.length; i++) scratch[i] = Math.sin(x[i] * (r + 1)) + 0.1 * energy;
    for (let i = 1; i < x.length; i++) energy += scratch[i] * scratch[i - 1];
  }
  return energy;
}

/** Insertion sort: the order steers, the sorted numbers flow. */
export function trimmedMean(values: number[], cut: number): number {
  const sorted: number[] = [];
  for (const v of values) sorted.push(v);
  for (let i = 1; i < sorted.length; i++) {
    const v = sorted[i];
    let j = i - 1;
    while (j >= 0 && sorted[j] > v) {
      sorted[j + 1] = sorted[j];
      j--;
    }
    sorted[j + 1] = v;
  }
  let sum = 0;
  for (let i = cut; i < sorted.length - cut; i++) sum += sorted[i] * sorted[i];
  return sum / (sorted.length - 2 * cut);
}

/** Overwritten after use: the old value is needed again on the way back. */
export function overwritten(x: number[]): number {
  let product = 1;
  for (let sweep = 0; sweep < 3; sweep++) {
    for (let i = 0; i < x.length; i++) {
      product += x[i] * x[i];
      x[i] = Math.sin(x[i]) * product * 0.1;
    }
  }
  return product + x[0];
}

export function swapRows(rows: number[][], steps: number): number {
  let value = 0;
  for (let s = 0; s < steps; s++) {
    const i = s % rows.length;
    const j = (s + 1) % rows.length;
    [rows[i], rows[j]] = [rows[j], rows[i]];
    rows[i][0] = rows[i][0] * rows[j][1] + 0.5;
    value += rows[0][0] * (s + 1);
  }
  return value;
}

/** A list of rows in which one row occurs twice. */
export function sharedRows(a: number[], b: number[]): number {
  const table = [a, b, a];
  let sum = 0;
  for (let i = 0; i < table.length; i++) {
    table[i][0] *= table[(i + 1) % 3][1];
    for (const v of table[i]) sum += v * v;
  }
  return sum;
}

export function stack(x: number): number {
  const stack: number[] = [x, x * x, 3];
  let result = 0;
  while (stack.length > 0) {
    const top = stack.pop()!;
    result = result * 0.5 + Math.cos(top);
    if (top > 2) {
      stack.push(top / 2, top / 3);
    }
  }
  return result;
}

export function runningMaximum(x: number[]): number {
  let best = -Infinity;
  let sum = 0;
  for (const v of x) {
    best = Math.max(best, v);
    if (v === best) sum += v * v;
    else sum += best - v;
  }
  return sum;
}

export function hornerInto(coefficients: number[], at: number[]): number[] {
  const values: number[] = [];
  for (let j = 0; j < at.length; j++) {
    let v = 0;
    for (let i = coefficients.length - 1; i >= 0; i--) v = v * at[j] + coefficients[i];
    values[j] = v;
  }
  return values;
}

/** Rows that outlive the turn that makes them, and are overwritten a turn later through the list that holds them. */
export function revisitedRows(x: number[]): number {
  const rows: number[][] = [];
  let s = 0;
  for (let i = 0; i < x.length; i++) {
    if (i > 0) for (let j = 0; j < 4; j++) rows[i - 1][j] = 5 * i + s;
    const row: number[] = [];
    for (let j = 0; j < 4; j++) row.push(x[i] * (j + 2));
    rows.push(row);
    for (let k = 0; k < 9; k++) for (let j = 0; j < row.length; j++) s += 0.01 * row[j] * row[j] * x[i];
  }
  return s + rows[0][1];
}

/** An array that is handed to the next turn, which overwrites it. */
export function handedOn(x: number[]): number {
  let last: Float64Array | undefined;
  let s = 0;
  for (let i = 0; i < x.length; i++) {
    if (last) for (let j = 0; j < 4; j++) last[j] = s;
    const row = new Float64Array(4);
    for (let j = 0; j < 4; j++) row[j] = x[i] * (j + 2);
    for (let k = 0; k < 9; k++) for (let j = 0; j < 4; j++) s += 0.01 * row[j] * row[j] * x[i];
    last = row;
  }
  return s + (last ? last[0] : 0);
}

/** A loop that never runs, because its bound is not a number, before one that keeps values. */
export function boundOfNaN(x: number[]): number {
  const n = x.length === 2 ? Number.NaN : 2.5;
  let s = 1;
  for (let i = 0; i < n; i++) s = s * Math.sin(x[0]) * s;
  for (let i = 0; i < 2; i++) s = s * x[1] * s;
  return s;
}

/** An argument that grows, by a push and by its index: the derivative has the elements that it had at entry. */
export function growingArgument(x: number[]): number {
  const n = x.length;
  for (let i = 0; i < n; i++) x.push(x[i] * x[i]);
  for (let i = 0; i < n; i++) x[2 * n + i] = 3 * x[i];
  let s = 0;
  for (const v of x) s += v * v;
  return s;
}

/** What is read past the end is false, is no number, and equals what else is missing there. */
export function falsePastEnd(x: number[], names: string[]): number {
  const past = { value: x[9]!, name: names[9]! };
  const twice = x.map((_, i) => x[i + 1]!);
  let s = past.value ? x[1] : (past.value || x[0]) * 2;
  for (let v = x[0]!, i = 1; v; v = x[i++]!) s += v * v;
  s += twice.filter((v) => v).length * x[0] + (isNaN(x[7]!) ? x[0] : x[1]);
  return s + (past.name || "abc").length * x[1] + (!past.name ? 2 : 3) * x[0];
}

/** Places of a new array that nothing was stored in, which are missing and not NaN. */
export function blankPlaces(x: number[]): number {
  const places = new Array<number>(4);
  places[0] = x[0];
  const bothMissing = places[1]! === places[2]!;
  const isText = `${places[3]!}` === "undefined";
  return (bothMissing ? x[0] : 1) * (Number.isNaN(places[1]!) ? 1 : x[1]) * (isText ? places[0] : 1);
}

/** What is pushed is evaluated before any of it is there: it may ask for the length, push by itself, or throw. */
export function pushedAtOnce(x: number): number {
  const a: number[] = [];
  a.push(x, a.length * x + 1, a.length);
  const grown = (by: number): number => {
    if (by > 1.5) throw by;
    a.push(by * x);
    return a.length * x;
  };
  for (const by of [1, 2]) {
    try {
      a.push(x * x, grown(by * x), by);
    } catch (e) {
      a.push((e as number) * a.length);
    }
  }
  return a.reduce((sum, v, i) => sum + v * (i + 1), 0);
}
