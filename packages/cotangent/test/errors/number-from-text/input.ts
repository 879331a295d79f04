interface Price {
  cents: number;
}

/** Copies through text. */
export function f(price: Price): number {
  const copy = JSON.parse(JSON.stringify(price)) as Price;
  return copy.cents * 1.5;
}
