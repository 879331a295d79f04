/** Likelihoods, filters, prices. */

export function logSumExp(values: number[]): number {
  let biggest = values[0];
  for (const v of values) if (v > biggest) biggest = v;
  let sum = 0;
  for (const v of values) sum += Math.exp(v - biggest);
  return biggest + Math.log(sum);
}

/** Rational approximation of the error function (Abramowitz and Stegun 7.1.26). */
function erf(x: number): number {
  const sign = x < 0 ? -1 : 1;
  const a = Math.abs(x);
  const t = 1 / (1 + 0.3275911 * a);
  const poly = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  return sign * (1 - poly * Math.exp(-a * a));
}

function normalCdf(x: number): number {
  return 0.5 * (1 + erf(x / Math.SQRT2));
}

export interface Market {
  spot: number;
  rate: number;
  volatility: number;
}

export function blackScholes(market: Market, strike: number, years: number, kind: "call" | "put" = "call"): number {
  const { spot, rate, volatility } = market;
  const spread = volatility * Math.sqrt(years);
  const d1 = (Math.log(spot / strike) + (rate + volatility ** 2 / 2) * years) / spread;
  const d2 = d1 - spread;
  const discounted = strike * Math.exp(-rate * years);
  if (kind === "put") return discounted * normalCdf(-d2) - spot * normalCdf(-d1);
  return spot * normalCdf(d1) - discounted * normalCdf(d2);
}

/** An American put on a binomial tree, values rolled back in one array. */
export function americanPut(spot: number, strike: number, rate: number, volatility: number, steps: number): number {
  const dt = 1 / steps;
  const up = Math.exp(volatility * Math.sqrt(dt));
  const down = 1 / up;
  const p = (Math.exp(rate * dt) - down) / (up - down);
  const discount = Math.exp(-rate * dt);
  const values = new Float64Array(steps + 1);
  for (let i = 0; i <= steps; i++) values[i] = Math.max(0, strike - spot * up ** (2 * i - steps));
  for (let n = steps - 1; n >= 0; n--) {
    for (let i = 0; i <= n; i++) {
      const held = discount * (p * values[i + 1] + (1 - p) * values[i]);
      const exercised = strike - spot * Math.pow(up, 2 * i - n);
      values[i] = Math.max(held, exercised);
    }
  }
  return values[0];
}

/** The logarithm of the gamma function by Lanczos's series. */
function logGamma(x: number): number {
  const coefficients = [
    76.18009172947146, -86.50532032941677, 24.01409824083091, -1.231739572450155, 0.1208650973866179e-2,
  ];
  let series = 1.000000000190015;
  let y = x;
  for (const c of coefficients) series += c / ++y;
  const t = x + 5.5;
  return (x + 0.5) * Math.log(t) - t + Math.log((2.5066282746310005 * series) / x);
}

export function gammaLogLikelihood(shape: number, scale: number, data: readonly number[]): number {
  let sum = 0;
  for (const x of data) sum += (shape - 1) * Math.log(x) - x / scale - logGamma(shape) - shape * Math.log(scale);
  return sum;
}

export function logisticRegression(
  weights: number[],
  rows: readonly (readonly number[])[],
  labels: readonly boolean[],
): number {
  let loss = 0;
  for (let i = 0; i < rows.length; i++) {
    let score = weights[0];
    for (let j = 0; j < rows[i].length; j++) score += weights[j + 1] * rows[i][j];
    loss += labels[i] ? Math.log1p(Math.exp(-score)) : Math.log1p(Math.exp(score));
  }
  for (const w of weights) loss += 0.05 * w * w;
  return loss;
}

/** A Kalman filter in one dimension: likelihood of the observations. */
export function kalmanFilter(observations: number[], processNoise: number, sensorNoise: number): number {
  let mean = 0;
  let variance = 1;
  let logLikelihood = 0;
  for (const z of observations) {
    variance += processNoise;
    const innovation = z - mean;
    const total = variance + sensorNoise;
    logLikelihood -= 0.5 * (Math.log(2 * Math.PI * total) + (innovation * innovation) / total);
    const gain = variance / total;
    mean += gain * innovation;
    variance *= 1 - gain;
  }
  return logLikelihood;
}

/** Viterbi's best path: `max` and `+`, with two rows that trade places. */
export function viterbi(scores: number[][], transitions: number[][]): number {
  const n = transitions.length;
  let best: number[] = [];
  for (let s = 0; s < n; s++) best.push(scores[0][s]);
  for (let t = 1; t < scores.length; t++) {
    const next: number[] = [];
    for (let s = 0; s < n; s++) {
      let top = -Infinity;
      for (let r = 0; r < n; r++) top = Math.max(top, best[r] + transitions[r][s]);
      next[s] = top + scores[t][s];
    }
    best = next;
  }
  let top = best[0];
  for (let s = 1; s < n; s++) if (best[s] > top) top = best[s];
  return top;
}

/** The forward algorithm of a hidden Markov chain, scaled at each step. */
export function hiddenMarkov(start: number[], move: number[][], emit: number[][], seen: readonly number[]): number {
  let alpha: number[] = [];
  let logLikelihood = 0;
  for (let t = 0; t < seen.length; t++) {
    const next: number[] = new Array(start.length).fill(0);
    let total = 0;
    for (let s = 0; s < start.length; s++) {
      let p = t === 0 ? start[s] : 0;
      if (t > 0) for (let r = 0; r < start.length; r++) p += alpha[r] * move[r][s];
      next[s] = p * emit[s][seen[t]];
      total += next[s];
    }
    for (let s = 0; s < start.length; s++) next[s] /= total;
    logLikelihood += Math.log(total);
    alpha = next;
  }
  return logLikelihood;
}

export interface Component {
  weight: number;
  mean: number;
  logSigma: number;
}

export function mixtureLogLikelihood(components: Component[], data: Float64Array): number {
  let total = 0;
  const terms = new Float64Array(components.length);
  for (const x of data) {
    let biggest = -Infinity;
    for (let k = 0; k < components.length; k++) {
      const { weight, mean, logSigma } = components[k];
      const z = (x - mean) / Math.exp(logSigma);
      terms[k] = weight - logSigma - 0.5 * z * z;
      biggest = Math.max(biggest, terms[k]);
    }
    let sum = 0;
    for (const term of terms) sum += Math.exp(term - biggest);
    total += biggest + Math.log(sum);
  }
  return total;
}

/** Weighted least squares with an outlier rule that drops points. */
export function robustLine(
  slope: number,
  intercept: number,
  points: { x: number; y: number; weight?: number }[],
): number {
  let cost = 0;
  let used = 0;
  for (const point of points) {
    const error = point.y - (slope * point.x + intercept);
    if (Math.abs(error) > 5) continue;
    cost += (point.weight ?? 1) * error * error;
    used++;
  }
  return used === 0 ? 0 : cost / used;
}
