const started = Date.now();

export function f(x: number): number {
  return x * started;
}
