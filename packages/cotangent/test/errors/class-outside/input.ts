export abstract class Shape {
  abstract area(): number;
}
export class Square extends Shape {
  constructor(readonly side: number) {
    super();
  }
  area(): number {
    return this.side ** 2;
  }
}
export function f(shape: Shape): number {
  return shape.area();
}
