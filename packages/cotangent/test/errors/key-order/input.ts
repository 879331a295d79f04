interface Pair {
  first: number;
  second: number;
}

export function f(x: number): number {
  const pair: Pair = { second: 2 * x, first: x };
  return Object.values(pair).reduce((sum, v) => 10 * sum + v, 0);
}
