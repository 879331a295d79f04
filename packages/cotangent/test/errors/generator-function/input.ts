function* powers(x: number): Generator<number> {
  yield x;
  yield x * x;
}

export function f(x: number): number {
  const makers: ((v: number) => Generator<number>)[] = [powers];
  let sum = 0;
  for (const make of makers) for (const v of make(x)) sum += v;
  return sum;
}
