class Scale {
  constructor(readonly by: number) {}
  apply(x: number): number {
    return x * this.by;
  }
}
export function f(x: number): number {
  const scale = new Scale(x);
  const g = scale.apply;
  return g(x);
}
