export function f(this: { scale: number }, x: number): number {
  return this.scale * x;
}
