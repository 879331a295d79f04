export function f(x: number): number {
  using handle = { [Symbol.dispose]() {} };
  return handle ? x : 2 * x;
}
