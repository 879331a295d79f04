export function f(weights: number[]): number {
  let sum = 0;
  for (const i in weights) sum += weights[Number(i)]!;
  return sum;
}
