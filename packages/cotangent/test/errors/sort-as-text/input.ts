export function f(xs: number[]): number {
  const sorted = [...xs].sort();
  return (sorted[0] ?? 0) ** 2;
}
