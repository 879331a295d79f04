import { expect, test } from "vitest";
import { openProgram } from "./compile.ts";
import { evaluateText } from "./evaluate.ts";
import { differentiateSymbolically } from "./symbolic.ts";

const file = "/formulas/input.ts";
const text = `
export function f(x1: number, x2: number): number { return Math.log(x1) + x1 * x2 - Math.sin(x2); }
export function logistic(l: number, n: number): number { for (let i = 0; i < n; i++) l = 4 * l * (1 - l); return l; }
export function potential(p: { mass: number; at: number[] }): number {
  let sum = 0;
  for (const x of p.at) sum += p.mass * x ** 3 - Math.hypot(x, p.mass);
  return p.mass > 1 ? Math.sqrt(sum) : -sum;
}
export function powers(x: number, y: number): number { return (x - 0.2) ** (y + 2) ** 2 / (x - -y) - Math.exp(x * -y) % 3; }
export function walks(x: number): number { let n = 0; while (x > 1) { x /= 2; n++; } return x * n; }
export function list(xs: number[]): number { return xs.reduce((a, x) => a * x, 1); }
`;
const program = openProgram({ cwd: "/formulas", sources: { [file]: text } });

async function load(source: string, name: string): Promise<(...args: unknown[]) => unknown> {
  return (await evaluateText(source, () => Promise.resolve({}))).get(name) as (...args: unknown[]) => unknown;
}

test("the textbook function, as text and as LaTeX", () => {
  const d = differentiateSymbolically(program, `${file}#f`, { argnums: [0, 1] });
  expect(d.variables).toEqual(["x1", "x2"]);
  expect(d.text).toEqual(["1 / x1 + x2", "x1 - cos(x2)"]);
  expect(d.latex).toEqual(["\\frac{1}{x_{1}} + x_{2}", "x_{1} - \\cos\\left(x_{2}\\right)"]);
  expect(d.evaluate([2, 5])).toEqual([5.5, 2 - Math.cos(5)]);
});

test("written as TypeScript it computes what it says, and is input again", async () => {
  const at: Readonly<Record<string, readonly unknown[]>> = {
    f: [2, 5],
    potential: [{ mass: 1.5, at: [2, 3] }],
    powers: [1.3, -0.4],
    logistic: [0.3, 4],
  };
  for (const [name, args] of Object.entries(at)) {
    const d = differentiateSymbolically(program, `${file}#${name}`, { at: args });
    const gradient = await load(d.typescript, `${name}Gradient`);
    const compiled = program.derive(`${file}#${name}`, { operator: "grad" });
    const expected = (await load(compiled.text, compiled.name))(...args);
    const numbers = (value: unknown): number[] =>
      typeof value === "number" ? [value] : Object.values(value as object).flatMap(numbers);
    const found = numbers(gradient(...args));
    numbers(expected).forEach((x, i) => void expect(found[i]).toBeCloseTo(x, 10));
    expect(found.length).toBe(numbers(expected).length);
  }
  const first = differentiateSymbolically(program, `${file}#f`);
  const again = openProgram({ cwd: "/formulas", sources: { "/formulas/first.ts": first.typescript } });
  const second = again.derive("/formulas/first.ts#fGradient", { operator: "grad" });
  expect((await load(second.text, second.name))(2, 5)).toBe(-0.25);
});

test("a derivative swells as a tree, and not as a graph", () => {
  const sizes = [2, 4, 8, 16].map(
    (n) => differentiateSymbolically(program, `${file}#logistic`, { at: [0.3, n] }).sizes.derivatives,
  );
  const [two, four, eight, sixteen] = sizes as [
    (typeof sizes)[0],
    (typeof sizes)[0],
    (typeof sizes)[0],
    (typeof sizes)[0],
  ];
  expect(four.tree).toBeGreaterThan(3 * two.tree);
  expect(sixteen.tree).toBeGreaterThan(200 * eight.tree);
  // The graph grows by the same for each iteration.
  expect(sixteen.graph - eight.graph).toBe(2 * (eight.graph - four.graph));
});

test("what is no formula is refused with its place", () => {
  const refusal = (name: string, at?: unknown[]): unknown => {
    try {
      differentiateSymbolically(program, `${file}#${name}`, at ? { at } : {});
    } catch (error) {
      return error;
    }
    return undefined;
  };
  expect(refusal("walks")).toMatchObject({ code: "symbolic-control", line: 10 });
  expect(refusal("list")).toMatchObject({ code: "symbolic-shape" });
  expect(refusal("list", [[2, 3]])).toBeUndefined();
  const shared = { mass: 1, at: [2] };
  expect(refusal("potential", [shared])).toBeUndefined();
});

test("variables of the same name are told apart", () => {
  const source = `
export function f({ a }: { a: number }, x1: number): number { return a * x1 ** 2; }
export function g(p: { "a.b": number; a: { b: number } }): number { return p["a.b"] * p.a.b ** 2; }
`;
  const own = openProgram({ cwd: "/formulas", sources: { "/formulas/names.ts": source } });
  const f = differentiateSymbolically(own, "/formulas/names.ts#f", { argnums: [0, 1] });
  expect(f.evaluate([2, 3])).toEqual([9, 12]);
  const g = differentiateSymbolically(own, "/formulas/names.ts#g");
  expect(new Set(g.variables).size).toBe(2);
  expect(g.evaluate([2, 3])).toEqual([9, 12]);
});

test("a gradient inside of a program keeps formulas on its tape", () => {
  const source = `
import { grad } from "cotangent";
const p = (x: number, k: number): number => { for (let i = 0; i < 3; i++) x = Math.sin(x * k) + k; return x; };
export function f(x: number, k: number): number { return grad(p, { mode: "reverse" })(x, k); }
`;
  const cwd = new URL(".", import.meta.url).pathname;
  const own = openProgram({ cwd, sources: { [`${cwd}inside.ts`]: source } });
  const d = differentiateSymbolically(own, "inside.ts#f", { argnums: [0, 1] });
  const [h, at] = [1e-5, [0.7, 0.9] as const];
  const value = (x: number, k: number): number => {
    const [a, b] = [x, Math.sin(x * k) + k];
    const c = Math.sin(b * k) + k;
    return k ** 3 * Math.cos(a * k) * Math.cos(b * k) * Math.cos(c * k);
  };
  const [byX, byK] = d.evaluate(at) as [number, number];
  expect(byX).toBeCloseTo((value(at[0] + h, at[1]) - value(at[0] - h, at[1])) / (2 * h), 8);
  expect(byK).toBeCloseTo((value(at[0], at[1] + h) - value(at[0], at[1] - h)) / (2 * h), 8);
});
