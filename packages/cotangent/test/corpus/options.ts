/** What people ask of values before they compute: options that may be missing, and which kind of value was given. */

type Samples = number[] | Float64Array;

interface SmoothOptions<Output extends Samples = Float64Array> {
  window?: number;
  kind?: "mean" | "peak";
  weights?: Samples | ((distance: number) => number);
  output?: Output;
  onStep?: (value: number) => void;
}

const toString = Object.prototype.toString;

function isSamples(value: unknown): value is Samples {
  const tag = toString.call(value);
  return tag.endsWith("Array]") && !tag.includes("Big");
}

function smooth<Output extends Samples = Float64Array>(y: Samples, options: SmoothOptions<Output> = {}): number[] {
  const { window = 3, kind = "mean", weights } = options;
  if (options.output !== undefined) throw new Error("no output is written");
  const smoothed: number[] = [];
  for (let i = 0; i + window <= y.length; i++) {
    let value = kind === "mean" ? 0 : y[i]!;
    for (let k = 0; k < window; k++) {
      const weight = weights === undefined ? 1 / window : isSamples(weights) ? weights[k]! : weights(k);
      if (kind === "mean") value += weight * y[i + k]!;
      else value = Math.max(value, weight * y[i + k]!);
    }
    options.onStep?.(value);
    smoothed.push(value);
  }
  return smoothed;
}

/** Options of a type of which no object has all fields, given in four ways. */
export function smoothed(y: number[]): number {
  let total = 0;
  for (const list of [
    smooth(y),
    smooth(y, { window: 2, weights: [y[0]!, 2] }),
    smooth(y, { weights: (k) => y[1]! / (k + 1) }),
    smooth(y, { kind: "peak", onStep: (v) => (total += v * v) }),
  ])
    for (const v of list) total += Math.sin(v);
  return total;
}

const isVector = (v: number | number[]): v is number[] => typeof v !== "number";

function scaled(a: number[], by: number | number[]): number[] {
  let factor = 1;
  if (isVector(by)) {
    if (by.length !== a.length) throw new RangeError("lengths differ");
  } else factor = by;
  return a.map((x, i) => x * (isVector(by) ? by[i]! : factor));
}

/** A guard of the program's own decides, before anything runs, which of two types a parameter has. */
export function guarded(a: number[]): number {
  return scaled(a, a[0]!).reduce((s, x) => s + x * x, 0) + scaled(a, a).reduce((s, x) => s + x * x * x, 0);
}

interface Limits {
  from?: number;
  to?: number;
  without?: { from: number; to: number }[];
  report?: (total: number) => void;
}

function between(x: number[], { from = -1, ...limits }: Limits): number {
  const { to = 1, without = [] } = limits;
  let total = 0;
  for (const v of x) {
    if (without.some((zone) => v > zone.from && v < zone.to)) continue;
    total += (v - from) * (to - v);
  }
  limits.report?.(total);
  return total;
}

/** What a pattern leaves over has no more fields than what it took from. */
export function limited(x: number[]): number {
  const limits = { from: -x[0]! };
  return (
    between(x, {}) +
    between(x, limits) * 2 +
    between(x, { ...limits, to: x[1]! }) * 3 +
    between(x, { without: [{ from: 0.6, to: 0.8 }] })
  );
}

const hasOwn = Object.prototype.hasOwnProperty;

/** Predicates of any value: of what may be missing, of what is no number. */
export function predicates(x: number[]): number {
  const given = { scale: x[0]! };
  const last = Number.isNaN(x.at(-1)) ? 0 : x.at(-1)!;
  const far = Number.isFinite(x[99]) ? 100 : x[1]!;
  const whole = Number.isInteger("3") ? 100 : 1;
  const own = hasOwn.call(given, "scale") ? given.scale : 100;
  return last * far * whole * own + (ArrayBuffer.isView(x) ? 100 : x[0]!);
}

class Peak {
  constructor(
    readonly at: number,
    readonly width: number,
  ) {}
}

function gaussian(x: number, { at, width = 1, height = 2 }: { at: number; width?: number; height?: number }): number {
  return height * Math.exp(-(((x - at) / width) ** 2));
}

/** An instance has the fields of its class where a literal may have others. */
export function peaks(p: number[]): number {
  return (
    gaussian(0.3, new Peak(p[0]!, p[1]!)) + gaussian(0.4, { at: p[0]!, height: p[1]! }) + gaussian(p[1]!, { at: p[0]! })
  );
}

interface Body {
  x: number;
  v: number;
  mass: number;
}

const update = (body: Body, part: Partial<Body>): Body => ({ ...body, ...part });

/** What an object lacks leaves what is there: a new state from the old one and what changes. */
export function updated(x: number, v: number): number {
  let body: Body = { x, v, mass: 1 + x * x };
  for (let i = 0; i < 3; i++) {
    body = update(body, { v: body.v - 0.1 * body.x });
    body = update(body, i === 1 ? { x: body.x + 0.1 * body.v, mass: body.mass * v } : { x: body.x * v });
  }
  return body.x * body.v * body.mass;
}

const defaults = { rate: 0.3, steps: 3 };

function decayed(x: number, options: { rate?: number; steps?: number } = {}): number {
  const { rate, steps } = { ...defaults, ...options };
  let y = x;
  for (let i = 0; i < steps; i++) y -= rate * y * y;
  return "rate" in options ? y * 2 : y;
}

/** Defaults and what is given in their place, by spreading and by `Object.assign`. */
export function merged(x: number, rate: number): number {
  const given = Object.assign({ scale: 2, shift: x }, { scale: rate }, x > 0 ? { shift: rate * x } : {});
  return decayed(x) + decayed(x, { rate }) * given.scale + decayed(x, { steps: 2 }) * given.shift;
}
