/** Stores past the end of an array leave holes, which shadows have as well. */
import { expect, test } from "vitest";
import { type AnyFunction, engines, lowerFunction, openFiles } from "./support/engines.ts";

const file = "/holes.ts";
const text = `
export function memo(p: number): number {
  const kept: number[] = [];
  const f = (n: number): number => {
    if (kept[n] !== undefined) return kept[n]!;
    const v = n < 2 ? p : f(n - 1) * p;
    kept[n] = v;
    return v;
  };
  return f(3);
}
export function beyond(p: number): number {
  const xs: number[] = [];
  xs[1] = p;
  xs[0] = p * p;
  return xs[0]! + xs[1]!;
}
export function filled(xs: number[], p: number): number {
  xs[3] = p * p;
  xs[1] = xs[0]! * p;
  return xs[1]! + xs[3]! * 2;
}
export function rows(p: number): number {
  const xs: number[][] = [];
  for (const i of [2, 0]) xs[i] = [p, i];
  return xs[2]![0]!;
}
export function appended(p: number): number {
  const xs: number[] = [];
  for (let i = 0; i < 3; i++) xs[i] = p ** i;
  xs[1] = xs[2]! * p;
  return xs.reduce((a, b) => a + b, 0);
}
`;
const source = openFiles([file], new Map([[file, text]]));

test.each(engines.map((engine) => [engine.name, engine] as const))("%s", async (_, engine) => {
  const derive = (name: string, mode: "forward" | "reverse"): Promise<AnyFunction> =>
    engine.derive(lowerFunction(source, file, name), { operator: "grad", mode });
  for (const mode of ["forward", "reverse"] as const) {
    expect((await derive("memo", mode))(2), mode).toBe(12);
    expect((await derive("beyond", mode))(2), mode).toBe(5);
    expect((await derive("rows", mode))(2), mode).toBe(1);
    expect((await derive("appended", mode))(2), mode).toBeCloseTo(3 * 4 + 2 * 2, 12);
  }
  for (const strategy of ["tape", "closure"] as const) {
    const vjp = await engine.derive(lowerFunction(source, file, "filled"), { operator: "vjp", strategy });
    const given = [1.5];
    const [value, pullback] = vjp(given, 2) as [number, AnyFunction];
    expect(value).toBe(2 * 1.5 + 4 * 2);
    expect(given).toEqual([1.5, 3, undefined, 4]);
    for (let i = 0; i < 2; i++) expect(pullback(1)).toEqual([[2], 1.5 + 8]);
  }
});
