/**
 * L-BFGS: minimises a smooth function by steps `-H g`, where H approximates the inverse Hessian from the last few
 * changes of position s and gradient y (two-loop recursion: Nocedal and Wright, Numerical Optimization, algorithm 7.4).
 * The length of a step is bisected until it meets the weak Wolfe conditions (Lewis and Overton, Nonsmooth optimization
 * via quasi-Newton methods, algorithm 2.6), which keep `s . y` positive, so that H stays positive definite.
 */

/** Returns the value at `x` and writes the gradient into `gradient`. */
export type Objective = (gradient: Float64Array, x: Float64Array) => number;

export interface Step {
  readonly iteration: number;
  readonly value: number;
  /** The largest entry of the gradient. */
  readonly slope: number;
}

export interface Minimum extends Step {
  readonly x: Float64Array;
  readonly evaluations: number;
  readonly converged: boolean;
}

export interface MinimizeOptions {
  /** Stops when no entry of the gradient is larger. */
  readonly tolerance?: number;
  readonly maxIterations?: number;
  /** How many changes are remembered. */
  readonly memory?: number;
  readonly onStep?: (step: Step) => void;
}

interface Change {
  readonly s: Float64Array;
  readonly y: Float64Array;
  /** 1 / (s . y) */
  readonly rho: number;
}

const DECREASE = 1e-4;
const CURVATURE = 0.9;

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function addScaled(target: Float64Array, factor: number, source: Float64Array): void {
  for (let i = 0; i < target.length; i++) target[i] += factor * source[i];
}

/** The direction `-H gradient`. */
function descentDirection(gradient: Float64Array, changes: readonly Change[]): Float64Array {
  const direction = gradient.map((g) => -g);
  const weights: number[] = [];
  for (let i = changes.length - 1; i >= 0; i--) {
    const { s, y, rho } = changes[i];
    weights[i] = rho * dot(s, direction);
    addScaled(direction, -weights[i], y);
  }
  const last = changes.at(-1);
  // Before anything is known of the curvature, the first step has length 1 at most.
  const scale = last ? 1 / (last.rho * dot(last.y, last.y)) : 1 / Math.max(1, Math.sqrt(dot(gradient, gradient)));
  for (let i = 0; i < direction.length; i++) direction[i] *= scale;
  changes.forEach(({ s, y, rho }, i) => {
    addScaled(direction, weights[i] - rho * dot(y, direction), s);
  });
  return direction;
}

/** Minimises `objective` from `start`, which is left as it is. */
export function descend(objective: Objective, start: Float64Array, options: MinimizeOptions = {}): Minimum {
  const { tolerance = 1e-8, maxIterations = 1000, memory = 10, onStep } = options;
  let x = start.slice();
  let gradient = new Float64Array(x.length);
  let value = objective(gradient, x);
  let evaluations = 1;
  const changes: Change[] = [];
  for (let iteration = 0; ; iteration++) {
    const slope = gradient.reduce((biggest, g) => Math.max(biggest, Math.abs(g)), 0);
    onStep?.({ iteration, value, slope });
    const converged = slope <= tolerance;
    if (converged || iteration === maxIterations) return { x, iteration, value, slope, evaluations, converged };

    const direction = descentDirection(gradient, changes);
    const descent = dot(gradient, direction);
    let low = 0;
    let high = Number.POSITIVE_INFINITY;
    let length = 1;
    let nextX = x;
    let nextGradient = gradient;
    let nextValue = value;
    let accepted = false;
    for (let trial = 0; trial < 50 && !accepted; trial++) {
      nextX = x.slice();
      addScaled(nextX, length, direction);
      nextGradient = new Float64Array(x.length);
      nextValue = objective(nextGradient, nextX);
      evaluations++;
      // Written so that a value that is not a number counts as too far.
      if (!(nextValue <= value + DECREASE * length * descent)) high = length;
      else if (dot(nextGradient, direction) < CURVATURE * descent) low = length;
      else accepted = true;
      if (!accepted) length = high < Number.POSITIVE_INFINITY ? (low + high) / 2 : 2 * low;
    }
    // No step that helps: as good as the arithmetic allows.
    if (!accepted) return { x, iteration, value, slope, evaluations, converged };

    const s = nextX.map((xi, i) => xi - x[i]);
    const y = nextGradient.map((g, i) => g - gradient[i]);
    changes.push({ s, y, rho: 1 / dot(s, y) });
    if (changes.length > memory) changes.shift();
    x = nextX;
    gradient = nextGradient;
    value = nextValue;
  }
}
