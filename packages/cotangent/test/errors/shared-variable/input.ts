export function f(x: number): number {
  let calls;
  const halve = (t: number): number => {
    calls = t;
    return t < 1 ? t : halve(t / 2);
  };
  return halve(x);
}
