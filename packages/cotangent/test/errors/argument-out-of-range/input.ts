// @request { "operator": "grad", "argnums": 2 }
export function f(x: number, y: number): number {
  return x * y;
}
