/** The function on which textbooks show how automatic differentiation works. */
export function f(x1: number, x2: number): number {
  return Math.log(x1) + x1 * x2 - Math.sin(x2);
}
