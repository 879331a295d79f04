/** Twenty elementary operations in a straight line. */
export function elementary(x: number): number {
  const a = Math.sin(x) * x;
  const b = Math.exp(a) + x;
  const c = b / (1 + a * a);
  const d = Math.sqrt(c * c + 2);
  const e = Math.log(d) - Math.cos(b);
  const g = Math.tanh(e) * d + Math.atan(a);
  return g * e - c / (d + 3);
}

/** A logistic map, iterated: a loop that carries one number. */
export function iterated(r: number): number {
  let x = 0.3;
  for (let i = 0; i < 50; i++) x = r * x * (1 - x);
  return x;
}

/** Rosenbrock's function, of any number of variables. */
export function rosenbrock(x: Float64Array): number {
  let sum = 0;
  for (let i = 0; i + 1 < x.length; i++) sum += 100 * (x[i + 1]! - x[i]! ** 2) ** 2 + (1 - x[i]!) ** 2;
  return sum;
}
