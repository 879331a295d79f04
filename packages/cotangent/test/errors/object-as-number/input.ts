interface Money {
  readonly cents: number;
}

export function f(x: number): number {
  const price: Money = { cents: x * 100 };
  return +price;
}
