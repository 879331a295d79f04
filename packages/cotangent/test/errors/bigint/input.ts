export function f(x: number): number {
  const n = 2n;
  return x * Number(n);
}
