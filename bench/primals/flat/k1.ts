/** Rosenbrock's valley in many dimensions. */
export function rosenbrock(x: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length - 1; i++) {
    const t = x[i + 1] - x[i] * x[i];
    const u = 1 - x[i];
    sum += 100 * t * t + u * u;
  }
  return sum;
}
