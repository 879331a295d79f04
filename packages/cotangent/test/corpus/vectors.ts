/** Functions from several numbers to several numbers, in every container. */

export function polar(r: number, angle: number): [number, number] {
  return [r * Math.cos(angle), r * Math.sin(angle)];
}

export function spherical(p: { r: number; theta: number; phi: number }): { x: number; y: number; z: number } {
  const s = p.r * Math.sin(p.theta);
  return { x: s * Math.cos(p.phi), y: s * Math.sin(p.phi), z: p.r * Math.cos(p.theta) };
}

export function softmax(logits: number[]): number[] {
  let biggest = -Infinity;
  for (const v of logits) biggest = Math.max(biggest, v);
  let sum = 0;
  const out: number[] = [];
  for (const v of logits) {
    const e = Math.exp(v - biggest);
    sum += e;
    out.push(e);
  }
  for (let i = 0; i < out.length; i++) out[i] /= sum;
  return out;
}

/** Gives back the array that it was given, changed. */
export function scaleInPlace(x: Float64Array, factor: number): Float64Array {
  for (let i = 0; i < x.length; i++) x[i] = factor * x[i] * x[i];
  return x;
}

/** Gives back one object under two names. */
export function sharedResult(x: number[]): { first: number[]; second: number[]; sum: number } {
  const squares: number[] = [];
  for (const v of x) squares.push(v * v);
  return { first: squares, second: squares, sum: squares[0] + x[0] };
}

export function outerProduct(a: Float64Array, b: Float64Array): Float64Array {
  const out = new Float64Array(a.length * b.length);
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j < b.length; j++) out[i * b.length + j] = a[i] * b[j];
  }
  return out;
}

export function mixedTuple(x: number, values: number[]): [string, number, number[], boolean] {
  const scaled: number[] = [];
  for (const v of values) scaled.push(v * x);
  return ["scaled", x * x, scaled, x > 0];
}

export function maybeRoots(a: number, b: number, c: number): number[] | undefined {
  const d = b * b - 4 * a * c;
  if (d < 0) return undefined;
  const s = Math.sqrt(d);
  return [(-b - s) / (2 * a), (-b + s) / (2 * a)];
}

export function rosenbrockResiduals(x: number[]): number[] {
  const residuals: number[] = [];
  for (let i = 0; i + 1 < x.length; i++) {
    residuals.push(10 * (x[i + 1] - x[i] ** 2), 1 - x[i]);
  }
  return residuals;
}

export function moments(values: Float64Array): { mean: number; central: Float64Array } {
  let mean = 0;
  for (let i = 0; i < values.length; i++) mean += values[i] / values.length;
  const central = new Float64Array(3);
  for (let k = 0; k < central.length; k++) {
    for (let i = 0; i < values.length; i++) central[k] += (values[i] - mean) ** (k + 2);
  }
  return { mean, central };
}

/** Part of the result comes from an argument that is not differentiated. */
export function partlyGiven(
  x: number[],
  model: { shift: number[]; scale: number },
): { scaled: number[]; shift: number[] } {
  return { scaled: x.map((v) => v * v * model.scale), shift: x[0] > 0 ? model.shift : x };
}
