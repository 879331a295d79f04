export function f(x: any): number {
  return x * 2;
}
