function halve<T>(x: number, none: T) {
  const g = (t: number): number | T => (t < 0 ? none : t < 1 ? t : g(t / 2));
  return g(x);
}

export function f(x: number): number {
  return halve(x, undefined) ?? 1;
}
