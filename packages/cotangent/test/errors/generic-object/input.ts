const box = <T>(value: T) => ({
  value,
  take() {
    return this.value;
  },
});

export function f(x: number): number {
  return box(x).take() ** 2;
}
