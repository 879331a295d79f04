/** Functions of `Math` that take any number of arguments, where a program has them as values. */
export const foldingText = `
export function maximumOf(...xs: number[]): number {
  const n = xs.length;
  if (n === 0) return Number.NEGATIVE_INFINITY;
  let most = xs[0]!;
  for (let i = 1; i < n; i++) most = Math.max(most, xs[i]!);
  return most;
}
export function minimumOf(...xs: number[]): number {
  const n = xs.length;
  if (n === 0) return Number.POSITIVE_INFINITY;
  let least = xs[0]!;
  for (let i = 1; i < n; i++) least = Math.min(least, xs[i]!);
  return least;
}
export function lengthOf(...xs: number[]): number {
  const n = xs.length;
  if (n === 0) return 0;
  let length = Math.hypot(xs[0]!);
  for (let i = 1; i < n; i++) length = Math.hypot(length, xs[i]!);
  return length;
}
`;
