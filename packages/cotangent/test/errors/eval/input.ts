export function f(x: number): number {
  const square = new Function("x", "return x * x") as (x: number) => number;
  return eval("2 * x") + square(x);
}
