export async function f(x: number): Promise<number> {
  return x * x;
}
