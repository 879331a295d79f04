export const rates: Record<string, number> = { low: 0.5, high: 2 };
export function f(x: number): number {
  let sum = 0;
  for (const name in rates) sum += rates[name]! * x * x;
  return sum;
}
