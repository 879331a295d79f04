export function f(weights: { a: number; b: number }): number {
  let sum = 0;
  for (const name in weights) sum += weights[name as "a" | "b"];
  return sum;
}
