export function f(x: number): number {
  const p = {
    get double() {
      return 2 * x;
    },
  };
  return p.double;
}
