/** Rounds to cents, through text. */
export function f(price: number): number {
  const written = `${price}`;
  const dot = written.indexOf(".");
  return Number(written.slice(0, dot + 3));
}
