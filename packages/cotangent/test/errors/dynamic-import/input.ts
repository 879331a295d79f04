export function f(x: number): number {
  void import("./input.ts");
  return x;
}
