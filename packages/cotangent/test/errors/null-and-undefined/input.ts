export function f(x: number, isKnown: boolean): number {
  const scale = isKnown ? null : undefined;
  return scale === null ? x : 2 * x;
}
