export function f(x: number): number {
  const curves: ((t: number) => number)[] = [Math.sin, (t) => t * x];
  const [first] = curves;
  return first === Math.sin ? x : first(x);
}
