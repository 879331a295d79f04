export function f(x: number): number {
  debugger;
  return x;
}
