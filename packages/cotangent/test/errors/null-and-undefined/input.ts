export function f(x: number, scale?: number | null): number {
  return x * (scale ?? 1);
}
