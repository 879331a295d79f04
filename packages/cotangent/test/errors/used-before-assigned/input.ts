export function f(x: number): number {
  const read = () => scale * x;
  const early = read();
  const scale = x + 1;
  return early + scale;
}
