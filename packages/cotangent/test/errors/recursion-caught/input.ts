export function f(x: number, k: number): number {
  const steps = [
    (v: number) => {
      if (v > 100) throw new RangeError("too large");
      return v * v;
    },
    (v: number) => v + 1,
  ];
  try {
    return steps[k]!(x);
  } catch {
    return x;
  }
}
