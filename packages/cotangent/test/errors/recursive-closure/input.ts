export function f(x: number): number {
  let calls = 0;
  const halve = (t: number): number => {
    calls++;
    return t < 1 ? t : halve(t / 2);
  };
  return halve(x) * calls;
}
