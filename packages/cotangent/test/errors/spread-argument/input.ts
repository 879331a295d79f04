function area(width: number, height: number): number {
  return width * height;
}

export function f(x: number): number {
  const sides: [number, number] = [x, x + 1];
  return area(...sides);
}
