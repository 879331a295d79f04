export function f(x: number): number {
  try {
    if (x > 1) throw new RangeError("too large");
    return x;
  } catch (e) {
    return e instanceof Error ? (e.stack ?? "").length * x : 0;
  }
}
