interface Box {
  width: number;
  depth?: number;
}

export function f(flat: { width: number }): number {
  const box: Box = flat;
  return box.width * (box.depth ?? 1);
}
