export function f(x: number): number {
  const p = {
    side: x,
    get area() {
      return this.side ** 2;
    },
  };
  const q = { ...p, side: 2 };
  return q.area;
}
