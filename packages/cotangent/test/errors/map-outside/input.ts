const rates = new Map([
  ["low", 0.5],
  ["high", 2],
]);
const all = [rates];

export function f(x: number): number {
  return x * rates.get("low")! * all.length;
}
