export function f(x: number): number {
  let g = (t: number): number => t * t;
  if (x > 1) g = (t) => 2 * t;
  return g(x);
}
