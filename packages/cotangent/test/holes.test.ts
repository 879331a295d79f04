/** Stores past the end of an array leave holes, which shadows have as well, and which what goes through an array refuses. */
import { expect, test } from "vitest";
import { openProgram } from "../src/api/compile.ts";
import { type AnyFunction, engines, lowerFunction, openFiles } from "./support/engines.ts";
import { runGenerated } from "./support/generated.ts";

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

const past = "const a: number[] = [1]; a[3] = p * p;";
const through: Readonly<Record<string, string>> = {
  forEach: `${past} let s = 0; a.forEach((v) => { s += v; }); return s;`,
  reduce: `${past} return a.reduce((s, v) => s + v, 0);`,
  "for … of": `${past} let s = 0; for (const v of a) s += v ?? p; return s;`,
  "a spread": `${past} const b = [...a]; return b.every((v) => v !== undefined) ? p : 2 * p;`,
  findIndex: `${past} return a.findIndex((v) => v === undefined) * p;`,
  "turns that go on":
    "const a: number[] = []; for (let i = 0; i < 5; i++) { if (i === 2) continue; a[i] = p; } return a.reduce((s, v) => s + v, 0);",
  "an array of each turn":
    "let s = 0; for (let i = 0; i < 3; i++) { const row: number[] = []; row[i] = p; row.forEach((v) => { s += v; }); } return s;",
  "a counter that its test counts":
    "const a: number[] = []; for (let i = 0; i++ < 5; i++) a[i] = p; return a.reduce((s, v) => s + v, 0);",
  "another array under the name":
    "let a: number[] = []; for (let i = 0; i < 3; i++) { a[i] = p; if (i === 1) a = []; } return a.reduce((s, v) => s + v, 0);",
  "an array for each turn":
    "const rows: number[][] = [[], []]; for (let i = 0; i < 2; i++) rows[i]![i] = p; return rows[1]!.reduce((s, v) => s + v, 0);",
  "elements that are not written":
    "const a = new Array<number>(4); a[1] = p; let n = 0; a.forEach(() => { n++; }); return n * p;",
  "a loop that is left":
    "const a = new Array<number>(4); for (let i = 0; i < 4; i++) { if (i > 1) break; a[i] = p; } return a.reduce((s, v) => s + v, 0);",
  "elements that no callback looks at":
    "const a: number[][] = []; a[1] = [p]; let n = 0; a.forEach(() => { n++; }); return n * p;",
  "an array that shrinks":
    "const a: number[] = []; for (let i = 0; i < 5; i++) { a.pop(); a[i] = p; } return a.reduce((s, v) => s + v, 0);",
};
const dense: Readonly<Record<string, string>> = {
  downwards: "const a: number[] = []; for (let i = 4; i >= 0; i--) a[i] = p * i; return a.reduce((s, v) => s + v, 0);",
  upwards: "const a: number[] = []; for (let i = 0; i < 5; i++) a[i] = p * i; return a.reduce((s, v) => s + v, 0);",
  "written in a loop":
    "const n = 5; const a = new Array<number>(n); for (let i = 0; i < n; i++) a[i] = p * i; return a.reduce((s, v) => s + v, 0);",
  "written backwards":
    "const a = new Array<number>(5); for (let i = 4; i >= 0; i--) a[i] = p * i; return a.reduce((s, v) => s + v, 0);",
  "filled afterwards":
    "const a: number[] = []; a[2] = p; a[0] = p; a[1] = 4 * p; a[3] = 4 * p; let s = 0; for (const v of a) s += v; return s;",
};

const compiled = (body: string): { text: string; f: (mode: "forward" | "reverse") => (p: number) => number } => {
  const sources = { "/holes.ts": `export function f(p: number): number { ${body} }` };
  const program = openProgram({ cwd: "/", sources });
  const derive = (mode: "forward" | "reverse") => program.derive("/holes.ts#f", { operator: "grad", mode });
  const f = (mode: "forward" | "reverse") => {
    const exported = Object.values(runGenerated(derive(mode).text));
    return exported[0] as (p: number) => number;
  };
  return { text: derive("forward").text, f };
};

test.each(Object.entries(through))("%s does not go through an array with holes", (_, body) => {
  for (const mode of ["forward", "reverse"] as const) {
    expect(() => compiled(body).f(mode)(2)).toThrow(expect.objectContaining({ code: "array-gap" }));
  }
});

test.each(Object.entries(dense))("an array without holes, %s", (name, body) => {
  const { text, f } = compiled(body);
  for (const mode of ["forward", "reverse"] as const) expect(f(mode)(2)).toBe(10);
  // What can leave no holes is not looked at.
  expect(text.includes("checkElement")).toBe(name !== "upwards" && name !== "written in a loop");
});
