// @request { "operator": "grad", "captures": ["rate"] }
const rate = 3;

export function f(x: number): number {
  return rate * x;
}
