export function f(x: number): { at: (t: number) => number } {
  return { at: (t) => x * t };
}
