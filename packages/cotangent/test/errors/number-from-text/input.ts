interface Price {
  cents: number;
}

/** Rounds to cents and copies, through text. */
export function f(price: Price): number {
  const rounded = Number(`${price.cents}`);
  const copy = JSON.parse(JSON.stringify(price)) as Price;
  return rounded * copy.cents * parseFloat("1.5");
}
