// @request { "operator": "jvp", "mode": "reverse" }
export function f(x: number): number {
  return x * x;
}
