export function f(width: number): number {
  const box = { width };
  const deep = Object.assign(box, { depth: 2 });
  return deep.width * 3;
}
