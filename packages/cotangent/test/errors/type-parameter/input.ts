export function f<T>(x: number, other: T): number {
  return other === undefined ? x : 2 * x;
}
