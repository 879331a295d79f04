function choose(x: number): { a: number | number[] } {
  const small = { a: x };
  const large = { a: [x, 2 * x] };
  return x > 0 ? small : large;
}

export function f(x: number): number {
  const { a } = choose(x);
  return typeof a === "number" ? a : a[0];
}
