interface Tools {
  twice: <T>(f: (v: T) => T, v: T) => T;
}

export function f(x: number): number {
  const tools: Tools = { twice: (g, v) => g(g(v)) };
  return tools.twice(Math.sin, x);
}
