class Point {
  x = 1;
  constructor(x: number, other: Point | undefined) {
    if (other) return other;
    this.x = x;
  }
}
export function f(x: number): number {
  const one = new Point(x, undefined);
  return new Point(2 * x, one).x;
}
