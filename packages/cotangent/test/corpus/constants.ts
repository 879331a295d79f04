/** Constants and helpers that other programs import. */

export const GRAVITY = 9.81;
export const weights = [0.2, 0.3, 0.5];
export const gauss = { nodes: [-0.7745966692414834, 0, 0.7745966692414834], weights: [5 / 9, 8 / 9, 5 / 9] };

const scale = 2;

export function scaled(x: number): number {
  return x * scale;
}

export function clamp(x: number, low: number, high: number): number {
  return x < low ? low : x > high ? high : x;
}

/** Gauss and Legendre's rule with three points. */
export function integrate(f: (t: number) => number, a: number, b: number): number {
  const half = (b - a) / 2;
  let sum = 0;
  for (let i = 0; i < gauss.nodes.length; i++) sum += gauss.weights[i] * f(a + half * (1 + gauss.nodes[i]));
  return sum * half;
}

export default function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

enum Method {
  Left,
  Middle,
  Right,
}
const offset = "offset";
const shares = { [Method.Left]: 0.25, [Method.Middle]: 1.5, [Method.Right]: -1, [offset]: 2 };

/** A constant whose properties have computed names. */
export function namedByEnum(x: number, method: number): number {
  const chosen = method > 1 ? Method.Right : Method.Middle;
  return shares[chosen] * x * x + shares[Method.Left] * x + shares.offset;
}
