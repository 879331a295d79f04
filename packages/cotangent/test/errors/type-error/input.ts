function half(x: number): number {
  return x / "2";
}

export function f(x: number): number {
  return half(x);
}
