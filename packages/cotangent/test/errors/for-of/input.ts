export function f(x: number): number {
  const pair: [number, string] = [x, "m"];
  let sum = 0;
  for (const part of pair) sum += part === "m" ? x : 1;
  return sum;
}
