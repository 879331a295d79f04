class Box<T> {
  constructor(readonly value: T) {}
}
class Named extends Box<number> {
  label = "";
}
export function f(x: number): number {
  return new Named(x).value;
}
