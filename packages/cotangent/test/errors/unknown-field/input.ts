interface Box {
  width: number;
  depth?: number;
}

export function f(x: number): number {
  const flat = { width: x };
  const box: Box = flat;
  return box.width * (box.depth ?? 1);
}
