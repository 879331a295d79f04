export function f(x: number): number {
  const rows = new Array<number[]>(2);
  rows[0] = [x];
  return rows[0][0];
}
