// Implicit functions: roots, fixed points, minimisers and linear systems, whose derivatives are those of the equations
// and not of the iterations; and beside each the iterations as they are, to be compared with.
import { fixedPoint, implicitMinimum, implicitRoot } from "cotangent";

/** x³ + a x = b by Newton's method. */
function cubicRoot(a: number, b: number): number {
  let x = 1;
  for (let i = 0; i < 60; i++) x -= (x ** 3 + a * x - b) / (3 * x * x + a);
  return x;
}
const solveCubic = implicitRoot(cubicRoot, (x, a, b) => x ** 3 + a * x - b);

export function cubic(a: number, b: number): number {
  return solveCubic(a, b) * b + solveCubic(b, a * a + 2);
}
export function cubicThrough(a: number, b: number): number {
  return cubicRoot(a, b) * b + cubicRoot(b, a * a + 2);
}

/** A solver that cannot be differentiated through: it bisects. */
const bisected = implicitRoot(
  (a: number): number => {
    let [low, high] = [-10, 10];
    while (high - low > 1e-15 * Math.max(1, Math.abs(low))) {
      const middle = (low + high) / 2;
      if (middle === low || middle === high) break;
      if (middle + Math.exp(middle) > a) high = middle;
      else low = middle;
    }
    return (low + high) / 2;
  },
  (x, a) => x + Math.exp(x) - a,
);

export function byBisection(a: number): number {
  let sum = 0;
  for (let i = 0; i < 3; i++) sum += bisected(a * (i + 1)) * a;
  return sum;
}

/** Two equations in two unknowns, of which only the derivative of the equations is known to the solver. */
const crossing = implicitRoot(
  (p: number[]): number[] => {
    let x = 1;
    let y = 1;
    for (let i = 0; i < 50; i++) {
      const f = x * x + y * y - p[0]!;
      const g = x * y - p[1]!;
      const det = 2 * x * x - 2 * y * y;
      if (Math.abs(det) < 1e-30) {
        x += 0.1;
        continue;
      }
      x -= (f * x - g * 2 * y) / det;
      y -= (g * 2 * x - f * y) / det;
    }
    return [x, y];
  },
  ([x, y], p) => [x! * x! + y! * y! - p[0]!, x! * y! - p[1]!],
);

export function crossed(p: number[], w: number): number {
  const [x, y] = crossing(p);
  return x! * w + y! * y! * x!;
}

/** A linear system by conjugate gradients, of a symmetric matrix that depends on the arguments. */
const conjugateGradients = implicitRoot(
  (a: number[][], b: Float64Array): Float64Array => {
    const x = new Float64Array(b.length);
    const r = b.slice();
    const d = r.slice();
    for (let k = 0; k < 20; k++) {
      let rr = 0;
      for (let i = 0; i < r.length; i++) rr += r[i]! * r[i]!;
      if (rr < 1e-28) break;
      const ad = d.map((_, i) => a[i]!.reduce((s, e, j) => s + e * d[j]!, 0));
      let dad = 0;
      for (let i = 0; i < d.length; i++) dad += d[i]! * ad[i]!;
      const alpha = rr / dad;
      let next = 0;
      for (let i = 0; i < x.length; i++) {
        x[i]! += alpha * d[i]!;
        r[i]! -= alpha * ad[i]!;
        next += r[i]! * r[i]!;
      }
      for (let i = 0; i < d.length; i++) d[i] = r[i]! + (next / rr) * d[i]!;
    }
    return x;
  },
  (x, a, b) => b.map((v, i) => a[i]!.reduce((s, e, j) => s + e * x[j]!, 0) - v),
);

export function linear(t: number[], b: Float64Array): number {
  const a = t.map((v, i) => t.map((w, j) => (i === j ? 3 + v * v : 0.3 * v * w)));
  const x = conjugateGradients(a, b);
  x[0] = x[0]! * 2;
  return x.reduce((s, v, i) => s + v * v * (i + 1), 0);
}

/** Kepler's equation E = M + e sin E, by iterating it. */
const anomaly = fixedPoint(
  (mean: number, e: number): number => {
    let at = mean;
    for (let i = 0; i < 200; i++) at = mean + e * Math.sin(at);
    return at;
  },
  (at, mean, e) => mean + e * Math.sin(at),
);

export function orbit(mean: number, e: number): number {
  const at = anomaly(mean, e);
  return (1 - e * Math.cos(at)) * Math.sin(at);
}

/** A layer that is its own input (a deep equilibrium model). */
const equilibrium = fixedPoint(
  (w: number[][], u: number[]): number[] => {
    let z = u.map(() => 0);
    for (let k = 0; k < 120; k++) z = u.map((v, i) => Math.tanh(w[i]!.reduce((s, e, j) => s + e * z[j]!, v)));
    return z;
  },
  (z, w, u) => u.map((v, i) => Math.tanh(w[i]!.reduce((s, e, j) => s + e * z[j]!, v))),
);

export function deepEquilibrium(w: number[][], u: number[]): number {
  return equilibrium(w, u).reduce((s, z, i) => s + z * (i + 1), 0);
}

/** The minimiser of a strictly convex function, by gradient steps. */
const settled = implicitMinimum(
  (k: number[], pull: number): number[] => {
    const x = [0, 0];
    for (let i = 0; i < 4000; i++) {
      const [u, v] = [x[0]!, x[1]!];
      x[0] = u - 0.05 * (2 * k[0]! * u + u ** 3 - pull + 0.5 * v);
      x[1] = v - 0.05 * (2 * k[1]! * v + Math.exp(v) * 0.1 + 0.5 * u);
    }
    return x;
  },
  (x, k, pull) => {
    const [u, v] = [x[0]!, x[1]!];
    return k[0]! * u * u + u ** 4 / 4 - pull * u + 0.5 * u * v + k[1]! * v * v + 0.1 * Math.exp(v);
  },
);

export function restingEnergy(k: number[], pull: number): number {
  const x = settled(k, pull);
  return x[0]! * x[0]! * pull + x[1]!;
}

/** Of one number, and inside of another one. */
const least = implicitMinimum(
  (a: number): number => {
    let x = 0;
    for (let i = 0; i < 60; i++) x -= (Math.sinh(x) + x - a) / (Math.cosh(x) + 1);
    return x;
  },
  (x, a) => Math.cosh(x) + (x * x) / 2 - a * x,
);

export function nestedLeast(a: number): number {
  return least(least(a) * a + 1) ** 2;
}
