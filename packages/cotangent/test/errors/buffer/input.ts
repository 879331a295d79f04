export function f(x: Float64Array): number {
  const moved = new Float64Array(x.buffer, 8);
  return moved[0]! * x[0]!;
}
