export function f(x: number): number {
  return x * arguments.length;
}
