export function f(x: number): number {
  const read = () => scale * x;
  const early = read();
  const scale = 2;
  return early + scale;
}
