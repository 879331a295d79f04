export function f(x: number): string {
  const names = new Array<string>(2);
  names[0] = x > 0 ? "up" : "down";
  return names[0];
}
