let scale = 2;

export function setScale(next: number): void {
  scale = next;
}

export function f(x: number): number {
  return scale * x;
}
