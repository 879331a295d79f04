class Base {}
class Left extends Base {
  value = 1;
}
class Right extends Base {
  value = [1];
}
export function f(x: number): number {
  const [first] = new Right().value;
  return new Left().value * x * (first ?? 0);
}
