function* squares(x: number) {
  yield x * x;
}

export function f(x: number): number {
  let sum = 0;
  for (const s of squares(x)) sum += s;
  return sum;
}
