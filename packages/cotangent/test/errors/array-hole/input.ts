export function f(x: number): number {
  const list = [x, , 2];
  return list.length * x;
}
