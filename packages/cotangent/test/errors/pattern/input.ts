export function f(x: number): number {
  const t: [number, string, boolean] = [x, "label", true];
  const [a, ...others] = t;
  return others[1] ? a * 2 : a;
}
