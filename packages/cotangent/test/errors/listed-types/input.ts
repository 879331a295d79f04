export function f(p: { a: number; name: string }): number {
  let sum = 0;
  for (const [, v] of Object.entries(p)) if (typeof v === "number") sum += v;
  return sum;
}
