function wrap(x: number, depth: number, g: (t: number) => number): number {
  return depth === 0 ? g(x) : wrap(x, depth - 1, (t) => g(t) + 1);
}

export function f(x: number): number {
  return wrap(x, 3, (t) => t * t);
}
