export function f(x: number): number {
  let g = <T>(v: T): T => v;
  if (x > 1) g = <T>(v: T): T => [v, v][1];
  return g(x);
}
