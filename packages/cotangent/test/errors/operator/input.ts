export function f(x: number, name: string): number {
  return name < "m" ? x : 2 * x;
}
