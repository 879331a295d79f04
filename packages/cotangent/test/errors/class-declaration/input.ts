export function f(x: number): number {
  class Local {
    value = 1;
  }
  return x * new Local().value;
}
