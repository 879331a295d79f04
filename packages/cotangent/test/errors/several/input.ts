export function f(x: number, name: string): number {
  const n = 2n;
  try {
    return x * Math.random();
  } finally {
    return name === "a" ? x : eval("x");
  }
}
