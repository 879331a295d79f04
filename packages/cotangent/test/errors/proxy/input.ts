export function f(x: number): number {
  const watched = new Proxy({ x }, {});
  return watched.x * x;
}
