function choose(x: number): { a: number } {
  const small = { a: x };
  const large = { a: x, b: 2 * x };
  return x > 0 ? small : large;
}

export function f(x: number): number {
  return choose(x).a;
}
