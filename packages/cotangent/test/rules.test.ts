import { describe, expect, test } from "vitest";
import { checkCompiled, examine } from "../src/api/check.ts";
import { openProgram } from "../src/api/compile.ts";
import { evaluateText } from "../src/api/evaluate.ts";
import { strategies } from "../src/core/request.ts";
import { type AnyFunction, engines, lowerFunction, openFiles } from "./support/engines.ts";

// What no corpus program can say: constants that change before a pullback runs, inactive functions that do what they may
// not, rules that are wrong.

const file = "/virtual/rules.ts";
const text = `
import { customJvp, customVjp, inactive } from "cotangent";
export const weights: number[] = [1, 2].map((x) => x);
const weighted = customVjp(
  (x: number[]) => x.reduce((s, v, i) => s + v * weights[i]!, 0),
  (x) => [x.reduce((s, v, i) => s + v * weights[i]!, 0), (bar) => [x.map((_, i) => bar * weights[i]!)]],
);
const byTangent = customJvp(
  (x: number[]) => x.reduce((s, v, i) => s + v * weights[i]!, 0),
  ([x], [dx]) => [x.reduce((s, v, i) => s + v * weights[i]!, 0), dx.reduce((s, v, i) => s + v * weights[i]!, 0)],
);
export function pulledLater(x: number[]): number {
  return weighted(x) * x[0]!;
}
export function transposedLater(x: number[]): number {
  return byTangent(x) * x[0]!;
}
export const scribbling = inactive((x: number[]) => {
  x[0] = 0;
  return 1;
});
export function scribbled(x: number[]): number {
  return scribbling(x) * x[0]!;
}
const cross = customVjp(
  (x: number[], y: number[]) => [x[1]! * y[0]!, x[0]! * y[1]!],
  (x, y) => [
    [x[1]! * y[0]!, x[0]! * y[1]!],
    (bar) => [
      [bar[1]! * y[1]!, bar[0]! * y[0]!],
      [bar[0]! * x[1]!, bar[1]! * x[1]!],
    ],
  ],
);
export function crossed(x: number[], y: number[]): number[] {
  return cross(x, y);
}
const drawn: number[] = [];
export const draw = inactive(() => {
  drawn.push(drawn.length);
  return drawn.length;
});
export function drawing(x: number): number {
  return draw() * x + draw() * x * x;
}
const twice = customVjp(
  (x: number) => {
    const row = [x];
    return [row, row];
  },
  (x) => {
    const row = [x];
    return [[row, row], (bar) => [bar[0]![0]! + bar[1]![0]!]];
  },
);
export function sharedRows(x: number): number {
  const y = twice(x);
  return y[0]![0]! + 2 * y[1]![0]!;
}
const scale = customVjp(
  (x: number[], by: number[]) => {
    for (let i = 0; i < x.length; i++) x[i]! *= by[0]!;
  },
  (x, by) => {
    const given = x.slice();
    scale(x, by);
    return [[x], ([bar]) => [bar.map((b) => b * by[0]!), [bar.reduce((sum, b, i) => sum + b * given[i]!, 0)]]];
  },
  { outputs: [0] },
);
export function scaledBy(x: number[], by: number[]): number {
  scale(x, by);
  return x[0]! * x[1]!;
}
export function scaledRows(x: number[][]): number {
  scaleAll(x);
  return x[0]![0]! * x[1]![0]!;
}
const scaleAll = customVjp(
  (rows: number[][]) => {
    for (const row of rows) for (let j = 0; j < row.length; j++) row[j]! *= 2;
  },
  (rows) => [[rows.map((row) => row.map((v) => 2 * v))], ([bar]) => [bar.map((row) => row.map((v) => 2 * v))]],
  { outputs: [0] },
);
export const push = customVjp(
  (x: number[]) => {
    x[0]! += 1;
  },
  (x) => [[[x[0]! + 1, 0]], ([bar]) => [bar]],
  { outputs: [0] },
);
export function longer(x: number[]): number {
  push(x);
  return x[0]!;
}
`;
const source = openFiles([file], new Map([[file, text]]));

const plain: Record<string, AnyFunction> = {
  crossed: (x, y) => {
    const [a, b] = [x as number[], y as number[]];
    return [a[1]! * b[0]!, a[0]! * b[1]!];
  },
};

for (const engine of engines) {
  const derive = (name: string, operator: "grad" | "jvp" | "vjp" | "value", imports: Record<string, unknown> = {}) =>
    engine.derive(lowerFunction(source, file, name), { operator }, new Map([[file, imports]]));

  describe(engine.name, () => {
    for (const name of ["pulledLater", "transposedLater"]) {
      test(`${name}: a pullback reads a module's array as it was`, async () => {
        const weights = [1, 2];
        const vjp = await derive(name, "vjp", { weights });
        const [value, pullback] = vjp([3, 4]) as [number, (bar: number) => number[][]];
        weights.fill(100);
        expect(value).toBe(33);
        expect(pullback(1)).toEqual([[3 + 11, 6]]);
        expect(pullback(2)).toEqual([[28, 12]]);
      });
    }

    test("an inactive function that writes is found out", async () => {
      const scribbling = (x: number[]): number => {
        x[0] = 0;
        return 1;
      };
      const grad = await derive("scribbled", "grad", { scribbling });
      expect(() => grad([1, 2])).toThrow(/has written into an argument/);
    });

    test("a rule with a wrong entry is found out, and which", async () => {
      const functions = {
        name: "crossed",
        value: plain.crossed,
        jvp: await derive("crossed", "jvp"),
        vjp: await derive("crossed", "vjp"),
      };
      const report = examine(functions as never, [
        [2, 3],
        [5, 7],
      ]);
      expect(report.ok).toBe(false);
      expect(report.entries.map((e) => [e.output, e.input])).toEqual([["result[1]", "arguments[1][1]"]]);
      expect(report.entries[0]).toMatchObject({ forward: 3, reverse: 3 });
      expect(report.entries[0]?.difference).toBeCloseTo(2, 9);
      expect(() =>
        checkCompiled(functions as never, [
          [2, 3],
          [5, 7],
        ]),
      ).toThrow(/d result\[1\] \/ d arguments\[1\]\[1\]: forward 3/);
    });

    for (const operator of ["jvp", "vjp"] as const) {
      const run = async (name: string, args: unknown[]): Promise<void> => {
        const derived = await derive(name, operator);
        if (operator === "jvp") derived(args, structuredClone(args));
        else (derived(...args) as [unknown, (bar: number) => unknown])[1](1);
      };
      test(`${operator}: what is reached in two ways has no derivative by a rule`, async () => {
        const x = [1, 2];
        await expect(run("sharedRows", [3])).rejects.toThrow(/holds one array or object twice/);
        await expect(run("scaledBy", [x, x])).rejects.toThrow(/what scale writes or gives shares memory/);
        await expect(run("scaledRows", [[x, x]])).rejects.toThrow(/holds one array or object twice/);
        await run("scaledRows", [[x, [3, 4]]]);
        expect(x).toEqual([2, 4]);
      });
      test(`${operator}: a rule that gives another length than what it writes is found out`, async () => {
        await expect(run("longer", [[1]])).rejects.toThrow(/push makes an array that it writes longer or shorter/);
      });
    }

    test("an inactive function is called as often as the program calls it, in order", async () => {
      let count = 0;
      const draw = (): number => ++count;
      const grad = await derive("drawing", "grad", { draw });
      expect(grad(10)).toBe(1 + 2 * 2 * 10);
      expect(count).toBe(2);
      const vjp = await derive("drawing", "vjp", { draw });
      const [value, pullback] = vjp(10) as [number, (bar: number) => number[]];
      expect([value, pullback(1), pullback(1), count]).toEqual([3 * 10 + 4 * 100, [3 + 80], [83], 4]);
    });
  });
}

test("a function that writes, inside a derivative that the program itself asks for", async () => {
  const inner = `
import { customJvp, customVjp, grad } from "cotangent";
const scale = customVjp((x: number[], by: number) => { for (let i = 0; i < x.length; i++) x[i]! *= by; },
  (x, by) => [[x.map((v) => v * by)], ([bar]) => [bar.map((b) => b * by), bar.reduce((s, b, i) => s + b * x[i]!, 0)]], { outputs: [0] });
const shift = customJvp((x: number[], by: number) => { for (let i = 0; i < x.length; i++) x[i]! += by * by; },
  ([x, by], [dx, dBy]) => [[x.map((v) => v + by * by)], [dx.map((d) => d + 2 * by * dBy)]], { outputs: [0] });
export function f(a: number): number {
  const slope = grad((b: number) => {
    const y = [1, b * a];
    scale(y, b);
    shift(y, b * a);
    return y[0]! * y[1]!;
  })(a * 0.5);
  return slope * a;
}
`;
  // y = [b + a²b², a b² + a²b²]; d/db at b = a/2, times a.
  const value = (a: number): number => {
    const b = a / 2;
    const [p, q] = [b + a * a * b * b, a * b * b + a * a * b * b];
    return ((1 + 2 * a * a * b) * q + p * (2 * a * b + 2 * a * a * b)) * a;
  };
  const program = openProgram({ sources: { "/virtual/inner.ts": inner } });
  const ways = [
    { mode: "forward" },
    ...strategies.map((strategy) => ({ mode: "reverse", strategy }) as const),
  ] as const;
  for (const way of ways) {
    const made = program.derive("/virtual/inner.ts#f", { operator: "grad", ...way });
    const grad = (await evaluateText(made.text)).get(made.name) as (x: number) => number;
    for (const a of [1.2, -0.4]) expect(grad(a)).toBeCloseTo((value(a + 1e-6) - value(a - 1e-6)) / 2e-6, 7);
  }
});

test("rules inside a derivative that the program itself asks for", async () => {
  const inner = `
import { customJvp, customVjp, grad } from "cotangent";
const bend = customJvp((x: number) => Math.atan(x), ([x], [dx]) => [Math.atan(x), dx / (1 + x * x)]);
const turn = customVjp((x: number) => Math.atan(x), (x) => [Math.atan(x), (bar) => [bar / (1 + x * x)]]);
export function f(x: number): number {
  const slope = grad((y: number) => bend(x * y) * y + turn(y) * x)(x);
  return slope * bend(x);
}
`;
  // d/dy (atan(x y) y + atan(y) x) at y = x.
  const value = (x: number): number => (Math.atan(x * x) + (x * x) / (1 + x ** 4) + x / (1 + x * x)) * Math.atan(x);
  const program = openProgram({ sources: { "/virtual/inner.ts": inner } });
  for (const mode of ["forward", "reverse"] as const) {
    const made = program.derive("/virtual/inner.ts#f", { operator: "grad", mode });
    const grad = (await evaluateText(made.text)).get(made.name) as (x: number) => number;
    for (const x of [1.2, -0.4]) expect(grad(x)).toBeCloseTo((value(x + 1e-6) - value(x - 1e-6)) / 2e-6, 8);
  }
});

test("a cotangent that may leave a number out, of an argument that may, is refused", () => {
  const optional = `
import { customVjp } from "cotangent";
interface Load { at: number; extra?: { by: number; more?: number } }
const weighed = customVjp((l: Load) => l.at * (l.extra?.by ?? 1), (l) => [
  l.at * (l.extra?.by ?? 1),
  (bar: number) => [{ at: (l.extra?.by ?? 1) * bar, extra: { by: l.at * bar } }],
]);
export function f(x: number): number {
  return weighed({ at: x, extra: { by: x } });
}
`;
  const program = openProgram({ sources: { "/virtual/optional.ts": optional } });
  for (const mode of ["forward", "reverse"] as const)
    expect(() => program.derive("/virtual/optional.ts#f", { operator: "grad", mode })).toThrow(
      expect.objectContaining({ code: "rule-result" }) as Error,
    );
});

describe("a table of rules", () => {
  // The rule says seven times what is so, by which it is told from the body.
  const sources = {
    "/virtual/theirs.ts": `
export function bump(x: number): number { return x * x; }
export default function cube(x: number): number { return x ** 3; }
export const twice = (x: number): number => 2 * bump(x);
`,
    "/virtual/again.ts": `export { bump as renamed } from "./theirs.ts";`,
    "/virtual/table.ts": `
import { customJvp, customVjp } from "cotangent";
import cube, { bump } from "./theirs.ts";
const parts = { bump: customVjp(bump, (x) => [bump(x), (bar) => [14 * x * bar]]) };
export const rules = { ...parts, cube: customJvp(cube, ([x], [dx]) => [x ** 3, 21 * x * x * dx]) } as const;
`,
    "/virtual/use.ts": `
import * as c from "cotangent";
import theCube, * as theirs from "./theirs.ts";
import { renamed } from "./again.ts";
import * as tables from "./table.ts";
c.useRules(tables);
export const called = (x: number): number => theirs.bump(x);
export const byAnotherName = (x: number): number => renamed(x);
export const asDefault = (x: number): number => theCube(x);
export const passed = (x: number): number => [x].map(theirs.bump).map(renamed)[0]!;
export const kept = (x: number): number => {
  const f = renamed;
  return f(x);
};
export const elsewhere = (x: number): number => theirs.twice(x);
export const inner = (x: number): number => c.grad((y: number) => theirs.bump(y) * x)(x);
export { bump } from "./theirs.ts";
`,
  };
  const program = openProgram({ sources });
  const slope = async (name: string, mode: "forward" | "reverse"): Promise<number> => {
    const made = program.derive(`/virtual/use.ts#${name}`, { operator: "grad", mode });
    const functions = await evaluateText(made.text);
    return (functions.get(made.name) as (x: number) => number)(3);
  };
  for (const mode of ["forward", "reverse"] as const) {
    test(`is meant by every name of the function in the module that uses it, ${mode}`, async () => {
      expect(await slope("called", mode)).toBe(42);
      expect(await slope("byAnotherName", mode)).toBe(42);
      expect(await slope("asDefault", mode)).toBe(189);
      expect(await slope("passed", mode)).toBe(14 * 3 * 14 * 9);
      expect(await slope("kept", mode)).toBe(42);
    });
    test(`is none elsewhere, ${mode}`, async () => {
      expect(await slope("elsewhere", mode)).toBe(12);
    });
  }
  test("is differentiated inside of a program", async () => {
    // d/dx [14 x · x]: the rule as it is, differentiated.
    expect(await slope("inner", "forward")).toBe(14 * 2 * 3);
  });
});
