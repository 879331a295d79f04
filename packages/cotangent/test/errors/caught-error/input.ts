export function f(x: number): { value: number; problem: Error | undefined } {
  let problem: Error | undefined;
  try {
    if (x < 0) throw new RangeError("negative");
  } catch (e) {
    problem = e as Error;
  }
  return { value: x * x, problem };
}
