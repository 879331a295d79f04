function* powers(x: number): Generator<number> {
  for (let v = x; ; v *= x) yield v;
}

export function f(x: number): number {
  const values = powers(x);
  const first = values.next();
  return first.done ? 0 : first.value;
}
