export function g(x: number): number {
  return x;
}
