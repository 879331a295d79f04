export function f(x: number): number {
  const sides: [number, number] = [x, x + 1];
  return Math.atan2(...sides);
}
