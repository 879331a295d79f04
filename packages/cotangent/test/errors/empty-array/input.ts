export function f(x: number): number {
  const list = [];
  return x + list.length;
}
