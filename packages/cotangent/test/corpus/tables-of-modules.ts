/** Maps, sets and objects indexed by strings that modules export: read when they are asked for, whoever has changed them. */

export const rates = new Map<string, number>([
  ["usd", 1.1],
  ["eur", 0.9],
]);
export const limits: Record<string, number> = { low: 0.4, high: 2.5 };
export const liquid: ReadonlySet<string> = new Set(["usd", "chf"]);
export const curves = new Map<string, number[]>([
  ["usd", [0.3, -0.2, 0.1]],
  ["eur", [1.2]],
]);
export const market = { rates: { usd: 1.5, eur: 0.5 } as Record<string, number>, base: "usd", spread: 0.2 };

function rateOf(currency: string): number {
  return (rates.get(currency) ?? 1) * (liquid.has(currency) ? 1 : 0.8);
}

/** In a loop, by way of a function. */
export function converted(amounts: number[], currencies: string[]): number {
  let sum = 0;
  for (let i = 0; i < amounts.length; i++) sum += amounts[i]! ** 2 * rateOf(currencies[i]!);
  return Math.min(sum, (limits["high"] ?? 1) * Math.exp(amounts[0]!));
}

/** Rows of a map, all of them and by name. */
export function discounted(x: number, currency: string): number {
  const curve = curves.get(currency) ?? [x];
  let value = curve.reduce((sum, c) => sum * x + c, 1);
  for (const [name, row] of curves) if (name !== currency) value += row[0]! * Math.sin(x * row.length);
  return value;
}

/** Inside of an object, in each order that a recursion asks. */
export function weighted(x: number, depth: number): number {
  const rate = market.rates[market.base] ?? 0;
  if (depth === 0) return rate * x;
  return weighted(x * rate, depth - 1) + market.spread * x ** Object.keys(market.rates).length;
}
