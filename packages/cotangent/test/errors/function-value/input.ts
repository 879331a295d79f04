export function f(x: number): number {
  const kernels = [Math.sin, Math.cos];
  return kernels[0](x);
}
