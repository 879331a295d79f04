export function f(xs: number[]): number {
  let sum = 0;
  for (const x of xs) {
    class Scale {
      times(y: number): number {
        return x * y;
      }
    }
    sum += new Scale().times(2);
  }
  return sum;
}
