export function f(x: number): number {
  const scaledBy = (k: number) =>
    class {
      constructor(readonly by: number) {}
      scaled() {
        return this.by * k;
      }
    };
  const Scale = scaledBy(2);
  return new Scale(x).scaled();
}
