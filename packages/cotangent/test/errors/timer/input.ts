export function f(x: number): number {
  setTimeout(() => console.log(x), 10);
  return x * x;
}
