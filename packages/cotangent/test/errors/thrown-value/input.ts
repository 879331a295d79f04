export function f(x: number): number {
  if (x < 0) throw new Error("negative", { cause: x });
  return Math.sqrt(x);
}
