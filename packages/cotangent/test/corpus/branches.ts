/** Every way of choosing: `if`, `?:`, `&&`, `||`, `??`, `switch`, strings, enums and optional parameters that steer. */

export function huber(residual: number, threshold: number): number {
  const size = Math.abs(residual);
  if (size <= threshold) {
    return 0.5 * residual * residual;
  }
  return threshold * (size - 0.5 * threshold);
}

export function leakyRelu(x: number, slope = 0.01): number {
  return x > 0 ? x : slope * x;
}

/** Income tax by brackets, as a chain of conditions. */
export function incomeTax(income: number): number {
  let tax = 0;
  if (income <= 10) {
    tax = 0;
  } else if (income <= 30) {
    tax = (income - 10) * 0.2;
  } else if (income <= 80) {
    tax = 4 + (income - 30) * 0.35;
  } else {
    tax = 21.5 + (income - 80) * (0.4 + income / 1000);
  }
  return income - tax;
}

export function shortCircuits(x: number, y: number): number {
  const inside = (x > 0 && y > 0) || x + y > 3;
  const outside = !inside && (x < -1 || y < -1);
  let value = inside ? x * y : x - y;
  if (outside && x !== 0 && 1 / x < 0) value += y / x;
  return value;
}

/** `||` and `&&` on numbers give numbers. */
export function fallbackNumber(x: number, step: number): number {
  const width = step || 0.5;
  const scaled = x && x * width;
  return scaled * scaled + width;
}

export function optionalParameters(x: number, shift?: number, scale?: number): number {
  const moved = x - (shift ?? 1);
  if (scale === undefined) return moved * moved;
  return moved * scale;
}

export type Shape = "sphere" | "rastrigin" | "abs" | "cross" | "ackley";

/** `switch` over strings, with fallthrough and a default in the middle. */
export function testFunction(shape: Shape, x: number, y: number): number {
  let value = 0;
  switch (shape) {
    case "rastrigin":
      value += 10 * (1 - Math.cos(2 * Math.PI * x)) + 10 * (1 - Math.cos(2 * Math.PI * y));
    case "sphere":
      value += x * x + y * y;
      break;
    default:
      value = -20 * Math.exp(-0.2 * Math.sqrt((x * x + y * y) / 2));
      break;
    case "abs":
    case "cross": {
      const product = shape === "cross" ? x * y : 1;
      value = Math.abs(x) + Math.abs(y) + product;
    }
  }
  return value;
}

export enum Activation {
  Identity,
  Relu,
  Tanh,
  Softplus,
}

export enum Unit {
  Celsius = "C",
  Fahrenheit = "F",
}

export function activate(kind: Activation, x: number): number {
  switch (kind) {
    case Activation.Identity:
      return x;
    case Activation.Relu:
      return Math.max(0, x);
    case Activation.Tanh:
      return Math.tanh(x);
    case Activation.Softplus:
      return Math.log1p(Math.exp(x));
  }
}

export function activations(kinds: Activation[], x: number): number {
  let value = x;
  for (const kind of kinds) value = activate(kind, value) + 0.1 * x;
  return value;
}

export function heatIndex(temperature: number, unit: Unit, humidity: number): number {
  const t = unit === Unit.Fahrenheit ? temperature : temperature * 1.8 + 32;
  return t + 0.33 * humidity * Math.exp(t / 60) - (unit === Unit.Celsius ? 4 * humidity : 0);
}

/** A `switch` whose cases return, break and fall through, inside a loop with `continue`. */
export function piecewise(xs: number[]): number {
  let sum = 0;
  for (let i = 0; i < xs.length; i++) {
    switch (i % 4) {
      case 0:
        sum += xs[i];
        continue;
      case 1:
        sum *= 1 + xs[i];
        break;
      case 2:
        sum -= xs[i] * xs[i];
      case 3:
        if (sum > 50) return sum * 2;
        sum += Math.sin(xs[i]);
    }
    sum += 0.5;
  }
  return sum;
}

export function nestedTernaries(x: number, y: number): number {
  return x < 0 ? (y < 0 ? x * y : x * x) : y < 0 ? y * y * x : y > 2 ? Math.log(y) * x : x + y;
}

export function throwGuards(x: number, lower: number, upper: number): number {
  if (!(lower < upper)) throw new Error(`empty interval: ${lower} to ${upper}`);
  if (Number.isNaN(x)) {
    throw new TypeError("not a number");
  }
  const t = (x - lower) / (upper - lower);
  if (t < 0 || t > 1) throw new RangeError("outside");
  return t * t * (3 - 2 * t);
}
