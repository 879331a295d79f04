/**
 * Programs in which what was not taken has a derivative that is infinite, or NaN, at the points: what differences cannot
 * confirm, so that the derivatives are written here.
 */

export const flowText = `
export function beforeBranch(x: number): number { const s = Math.sqrt(x); return x > 0 ? s : 2 * x; }
export function clamped(x: number): number { return Math.max(1, Math.sqrt(x)) + Math.min(3, 1 / x); }
export function capped(x: number): number { return Math.min(1, Math.exp(1000 * x)); }
export function early(x: number, y: number): number {
  const r = Math.sqrt(x * x + y * y);
  if (r < 1e-9) return x + 2 * y;
  return 1 / r;
}
export function through(x: number): number {
  const s = Math.log(x) + 1;
  const t = 3 * s - x;
  return Math.max(2, Math.max(t, 1) * 2, t);
}
export function bothNot(x: number, y: number): number {
  const s = Math.sqrt(x);
  let sum = y;
  if (x > 0) sum += s;
  if (y > 10) sum += 2 * s;
  return sum + Math.min(y, s + 5);
}
export function oneOfTwo(x: number, y: number): number {
  const s = Math.sqrt(x + 1);
  let sum = y;
  if (x > 0) sum += s;
  if (y < 10) sum += 2 * s;
  return sum;
}
export function distances(p: number[][]): number {
  let sum = 0;
  for (let i = 0; i < p.length; i++)
    for (let j = 0; j < p.length; j++) {
      const d = Math.sqrt((p[i]![0]! - p[j]![0]!) ** 2 + (p[i]![1]! - p[j]![1]!) ** 2);
      if (i !== j) sum += (d - 1) ** 2 + 1 / d;
      sum += Math.log(Math.max(0.5, d));
    }
  return sum;
}
export function farthest(p: number[]): number {
  let far = -1;
  for (let i = 0; i < p.length; i++) {
    const d = Math.sqrt((p[i]! - p[0]!) ** 2);
    if (d > far) far = d;
  }
  return far;
}
export function greatest(p: number[]): number {
  let most = 0;
  for (const x of p) most = Math.max(Math.sqrt(x), most);
  return most;
}
export function masked(x: number, m: boolean[]): number {
  const s = Math.sqrt(x);
  let sum = x;
  for (const isTaken of m) if (isTaken) sum += s;
  return sum;
}
export function truncated(v: number, y: number): number { return Math.sqrt(Math.max(v, 0)) * y; }
export function variance(v: number, shocks: number[]): number {
  let path = 1;
  for (const z of shocks) {
    const level = Math.max(v, 0);
    path *= 1 + Math.sqrt(level) * z;
    v += 0.5 * (0.04 - level) + Math.sqrt(level) * z;
  }
  return path;
}
export function normOfSome(x: number[], wanted: number): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) if (i < wanted) sum += x[i]! ** 2;
  return Math.sqrt(sum);
}
export function highest(x: number[]): number {
  let most = 0;
  let i = 0;
  while (i < x.length) {
    most = Math.max(most, x[i]!);
    i++;
  }
  return Math.log(1 + Math.sqrt(most));
}
export function twoSided(x: number): number {
  let m = 0;
  if (x > 0) m = x;
  else if (x < -3) m = -x;
  return Math.sqrt(m) + m ** 0.25;
}
export function exponentOnStack(x: number): number {
  const stack: number[] = [];
  for (const v of [x, 2, 3, x]) stack.push(v);
  let sum = stack.pop()!;
  while (stack.length > 1) {
    const b = stack.pop()!;
    const a = stack.pop()!;
    stack.push(a ** b);
    sum *= 0.5;
  }
  return sum + stack.pop()!;
}
export function squared(x: number): number { const s = Math.sqrt(x); return s * s; }
export function byRadius(x: number): number { return Math.hypot(Math.sqrt(x), 0) ** 2; }
export function byAngle(x: number): number { return Math.atan2(Math.sqrt(x), Math.sqrt(x)) + Math.hypot(Math.sqrt(x), Math.sqrt(x)) ** 2; }
export function bothBranches(x: number, y: number): number {
  const s = Math.sqrt(x);
  let sum = y;
  if (y > 1) sum += s;
  else sum -= s;
  return sum * y;
}
export function takenZero(x: number): number { const s = Math.sqrt(x); return x >= 0 ? s * s : x; }
`;

export const flowCases: readonly (readonly [name: string, args: readonly unknown[], expected: readonly number[]])[] = [
  ["beforeBranch", [0], [2]],
  ["beforeBranch", [4], [0.25]],
  ["clamped", [0], [0]],
  ["capped", [1], [0]],
  ["early", [0, 0], [1, 2]],
  ["through", [0], [0]],
  ["bothNot", [0, 2], [0, 2]],
  ["oneOfTwo", [0, 2], [1, 1]],
  ["bothBranches", [1, 3], [1.5, 7]],
  ["bothBranches", [4, 0.5], [-0.125, -1]],
  ["farthest", [[1, 3, 2]], [-1, 1, 0]],
  ["greatest", [[0, 4, 1]], [0, 0.25, 0]],
  ["exponentOnStack", [-1], [-7.75]],
  ["truncated", [-1, 3], [0, 0]],
  ["truncated", [4, 3], [0.75, 2]],
  ["variance", [-1, [2]], [0, 0]],
  ["variance", [0.25, [-1]], [-1, 0.5]],
  ["variance", [0.25, [-1, 2]], [-1, 0.5, 0]],
  ["normOfSome", [[3, 4], 0], [0, 0, 0]],
  ["normOfSome", [[3, 0], 1], [1, 0, 0]],
  ["highest", [[-1, -2]], [0, 0]],
  ["highest", [[-1, 1]], [0, 0.25]],
  ["twoSided", [-1], [0]],
  ["twoSided", [1], [0.75]],
  ["twoSided", [-16], [-0.15625]],
  ["masked", [0, []], [1]],
  ["masked", [0, [false, false]], [1]],
  ["masked", [0, [false, true]], [Number.POSITIVE_INFINITY]],
];

/** Where a factor of 0 is met by an infinite one, reverse mode gives NaN. */
export const notANumber = ["squared", "takenZero", "byRadius", "byAngle"].map((name) => [name, [0]] as const);
export const distancesAt = [
  "distances",
  [
    [
      [0, 0],
      [1, 2],
      [0.25, 0],
    ],
  ],
] as const;
