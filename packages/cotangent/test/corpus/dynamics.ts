/** Integrators of differential equations, and equations solved along the way. */

export type State = [angle: number, velocity: number];

function pendulum([angle, velocity]: State, length: number, damping: number): State {
  return [velocity, (-9.81 / length) * Math.sin(angle) - damping * velocity];
}

function shift(a: State, b: State, h: number): State {
  return [a[0] + h * b[0], a[1] + h * b[1]];
}

/** Runge and Kutta's fourth order, on tuples. */
export function pendulumRk4(angle: number, length: number, damping: number, steps: number): number {
  let state: State = [angle, 0];
  const h = 0.05;
  for (let i = 0; i < steps; i++) {
    const k1 = pendulum(state, length, damping);
    const k2 = pendulum(shift(state, k1, h / 2), length, damping);
    const k3 = pendulum(shift(state, k2, h / 2), length, damping);
    const k4 = pendulum(shift(state, k3, h), length, damping);
    state = [
      state[0] + (h / 6) * (k1[0] + 2 * k2[0] + 2 * k3[0] + k4[0]),
      state[1] + (h / 6) * (k1[1] + 2 * k2[1] + 2 * k3[1] + k4[1]),
    ];
  }
  return state[0] * state[0] + state[1];
}

function lotkaVolterra(y: Float64Array, rates: Float64Array, dy: Float64Array): void {
  dy[0] = rates[0] * y[0] - rates[1] * y[0] * y[1];
  dy[1] = rates[2] * y[0] * y[1] - rates[3] * y[1];
}

/** Heun's method with work arrays that every step overwrites. */
export function predatorPrey(rates: Float64Array, start: Float64Array, steps: number): Float64Array {
  const y = new Float64Array(2);
  const k1 = new Float64Array(2);
  const k2 = new Float64Array(2);
  const trial = new Float64Array(2);
  const h = 0.1;
  y[0] = start[0];
  y[1] = start[1];
  for (let s = 0; s < steps; s++) {
    lotkaVolterra(y, rates, k1);
    for (let i = 0; i < 2; i++) trial[i] = y[i] + h * k1[i];
    lotkaVolterra(trial, rates, k2);
    for (let i = 0; i < 2; i++) y[i] += 0.5 * h * (k1[i] + k2[i]);
  }
  return y;
}

/** A ball with drag, followed until it lands; the last step is cut at the ground. */
export function throwDistance(speed: number, angle: number, drag: number): number {
  let x = 0;
  let y = 1;
  let vx = speed * Math.cos(angle);
  let vy = speed * Math.sin(angle);
  const dt = 0.05;
  for (let step = 0; step < 1000; step++) {
    const v = Math.hypot(vx, vy);
    vx -= dt * drag * v * vx;
    vy -= dt * (9.81 + drag * v * vy);
    const nextX = x + dt * vx;
    const nextY = y + dt * vy;
    if (nextY < 0) {
      const t = y / (y - nextY);
      return x + t * (nextX - x);
    }
    x = nextX;
    y = nextY;
  }
  throw new Error("never landed");
}

/** Kepler's equation by Newton's method, then the position. */
export function kepler(meanAnomaly: number, eccentricity: number): [number, number] {
  let e = meanAnomaly;
  let change = 1;
  while (Math.abs(change) > 1e-14) {
    change = (e - eccentricity * Math.sin(e) - meanAnomaly) / (1 - eccentricity * Math.cos(e));
    e -= change;
  }
  return [Math.cos(e) - eccentricity, Math.sqrt(1 - eccentricity * eccentricity) * Math.sin(e)];
}

/** Steps of a size that the error chooses. */
export function adaptiveDecay(rate: number, start: number): number {
  let t = 0;
  let y = start;
  let h = 0.2;
  while (t < 1) {
    if (t + h > 1) h = 1 - t;
    const full = y * (1 - h * rate + (h * h * rate * rate) / 2);
    const half = y * (1 - (h / 2) * rate) * (1 - (h / 2) * rate);
    if (Math.abs(full - half) > 1e-2) {
      h *= 0.5;
      continue;
    }
    y = full;
    t += h;
    if (Math.abs(full - half) < 1e-3) h *= 1.5;
  }
  return y;
}

/** An epidemic as an object of compartments, replaced at every step. */
export function epidemicPeak(beta: number, gamma: number, days: number): number {
  let state = { s: 0.99, i: 0.01, r: 0 };
  let peak = 0;
  for (let day = 0; day < days; day++) {
    const infections = beta * state.s * state.i;
    const recoveries = gamma * state.i;
    state = { s: state.s - infections, i: state.i + infections - recoveries, r: state.r + recoveries };
    if (state.i > peak) peak = state.i;
  }
  return peak + 0.1 * state.r;
}

/** Lagged differences: each value looks back into the history that the loop pushes. */
export function delayed(rate: number, delay: number, steps: number): number {
  const history = [1];
  for (let t = 1; t < steps; t++) {
    const past = t >= delay ? history[t - delay] : 1;
    history.push(history[t - 1] + 0.1 * rate * past * (1 - history[t - 1] / 4));
  }
  return history[history.length - 1];
}
