class Named extends Map<string, number> {
  label = "";
}
export function f(x: number): number {
  const m = new Named();
  m.set("x", x);
  return x;
}
