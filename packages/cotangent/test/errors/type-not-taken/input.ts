export function f(pattern: RegExp, x: number): number {
  return pattern.global ? x * x : x;
}
