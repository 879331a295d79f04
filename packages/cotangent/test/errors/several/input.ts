export function f(x: number, name: string): number {
  debugger;
  const n = 2n;
  return x * Math.random();
}
