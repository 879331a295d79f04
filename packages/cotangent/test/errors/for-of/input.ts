export function f(x: number): number {
  let sum = 0;
  for (const letter of "abc") sum += letter === "a" ? x : 1;
  return sum;
}
