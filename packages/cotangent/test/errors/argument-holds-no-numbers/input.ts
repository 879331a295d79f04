// @request { "operator": "grad", "argnums": 1 }
export function f(x: number, name: string): number {
  return name === "a" ? x : 2 * x;
}
