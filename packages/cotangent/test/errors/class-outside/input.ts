export class Vec {
  constructor(
    readonly x: number,
    readonly y: number,
  ) {}
  norm(): number {
    return Math.hypot(this.x, this.y);
  }
}
export function f(v: Vec): number {
  return v.norm() ** 2;
}
