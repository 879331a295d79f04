export function f(x: number): number {
  if (x < 0) throw "negative";
  return Math.sqrt(x);
}
