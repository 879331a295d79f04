function twice(_method: unknown, _context: unknown): (this: { x: number }) => number {
  return function () {
    return 2 * this.x;
  };
}
class Point {
  constructor(readonly x: number) {}
  @twice value(): number {
    return this.x;
  }
}
export function f(x: number): number {
  return new Point(x).value();
}
