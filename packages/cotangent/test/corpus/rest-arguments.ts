/** Functions that are differentiated by their rest parameters: derivatives are by each argument. */

export function weighedSum(...xs: number[]): number {
  let s = 0;
  for (const [i, x] of xs.entries()) s += x * x * (i + 1);
  return s;
}

export function productFrom(a: number, ...rest: number[]): number {
  return rest.reduce((p, q) => p * q, a);
}

/** The arguments are the caller's own objects, the list of them is not. */
export function writtenRows(a: number, ...rows: number[][]): number {
  let s = a;
  for (const r of rows) {
    s += r[0] * r[1];
    r[0] = s * a;
  }
  rows.push([a, 2]);
  rows[0] = [a];
  return s * rows[rows.length - 1][0] * rows[0][0];
}

export function behindDefaults(label: string, k = 2, ...xs: number[]): number[] {
  return xs.map((x) => x ** k * (label === "a" ? 1 : 2));
}

export function objectsGathered(...ps: { x: number; y?: number }[]): number {
  return ps.reduce((s, p) => s + p.x * (p.y ?? 3), 0);
}

export function callsItself(...xs: number[]): number {
  return xs.length === 0 ? 1 : xs[0] * callsItself(...xs.slice(1)) + xs.length;
}

export function mapsGathered(a: number, ...ms: Map<string, number>[]): number {
  let s = 0;
  for (const m of ms) s += a * (m.get("u") ?? 1);
  return s;
}

export function listOverwritten(...xs: number[]): number {
  xs.push(xs[0]);
  xs[0] = 3;
  return xs.reduce((a, b) => a * b, 1);
}
