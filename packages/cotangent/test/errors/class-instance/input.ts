class Point {
  x: number;
  constructor(x: number) {
    this.x = x;
  }
}

export function f(x: number): number {
  return new Point(x).x;
}
