/**
 * Maps, sets and objects that are indexed by strings at the border: what code outside gives and takes is of JavaScript's
 * own kinds, objects keep their identity, and what a derivative has no place for is refused. That the numbers are right is
 * said of `corpus/kept-by-name.ts`.
 */
import { describe, expect, test } from "vitest";
import { openProgram } from "../src/api/compile.ts";
import * as programs from "./corpus/kept-by-name.ts";
import { corpusFolder } from "./support/corpus.ts";
import { type AnyFunction, engines, lowerFunction, openFiles } from "./support/engines.ts";
import { typeErrors } from "./support/generated.ts";

const file = `${corpusFolder}kept-by-name.ts`;
const hostile = `${corpusFolder}hostile-maps.ts`;
const source = openFiles(
  [file, hostile],
  new Map([
    [
      hostile,
      `export function twoTypes(a: { m: Map<string, number>; n: number }, b: { n: number }, x: number): number {
  a.n = x;
  return b.n * x + (a.m.get("k") ?? 0);
}
export function moved(a: { m: Map<string, number> }[], x: number): Map<string, number> {
  a[1]!.m.set("new", x);
  return a[0]!.m;
}
export function fails(m: Map<string, number>, x: number): number {
  m.set("a", x);
  if (x > 0) throw new RangeError("above");
  return x;
}
export function odd(o: Record<string, number>, x: number): number {
  return (o["__proto__x"] ?? 0) * x + Object.keys(o).length;
}
export function ids(m: Map<number, string>, s: ReadonlySet<string>, x: number): number {
  return (m.get(1) ?? "").length * x + s.size;
}
export function keys(m: Map<number, number>): Map<number, number> {
  const out = new Map<number, number>();
  for (const [k, v] of m) out.set(k * 2, v);
  return out;
}
export function labels(m: Map<string, number>): Set<string> {
  return new Set([...m].filter(([, v]) => v > 0).map(([k]) => k));
}
`,
    ],
  ]),
);

describe.each(engines.map((engine) => [engine.name, engine] as const))("%s", (_, engine) => {
  const derive = (name: string, operator: "grad" | "vjp" | "jvp" | "value"): Promise<AnyFunction> => {
    const argnums = operator === "jvp" ? [0, 1] : undefined;
    const from = name in programs ? file : hostile;
    return engine.derive(lowerFunction(source, from, name), { operator, ...(argnums && { argnums }) });
  };

  test("derivatives are maps with the keys of their values, in the same order", async () => {
    const prices = new Map([
      ["z", 2],
      ["a", 3],
    ]);
    const gradient = (await derive("worth", "grad"))(prices, new Map([["a", 2]])) as Map<string, number>;
    expect(gradient).toBeInstanceOf(Map);
    expect([...gradient]).toEqual([
      ["z", 0],
      ["a", 8],
    ]);
    const byName = (await derive("weighted", "grad"))({ b: 1 }, 2) as Record<string, number>;
    expect(Object.getPrototypeOf(byName)).toBe(Object.prototype);
    expect(Object.keys(byName)).toEqual(["b"]);
  });

  test("what the function has changed is changed in the map that it was given, and nothing is replaced", async () => {
    const p = { cash: 2, holdings: new Map([["x", { count: 2, price: 3 }]]), tags: new Set<string>() };
    const { holdings, tags } = p;
    const held = holdings.get("x");
    (await derive("traded", "value"))(p, 2);
    expect(p.holdings).toBe(holdings);
    expect(p.tags).toBe(tags);
    expect(holdings.get("x")).toBe(held);
    expect([p.cash, held, [...tags]]).toEqual([0, { count: 3, price: 6 }, ["traded"]]);
  });

  test("a map that comes in and goes out is the same map", async () => {
    const list = [{ m: new Map([["a", 1]]) }, { m: new Map([["b", 2]]) }] as const;
    const out = (await derive("moved", "value"))(list, 5);
    expect(out).toBe(list[0].m);
    expect([...list[1].m]).toEqual([
      ["b", 2],
      ["new", 5],
    ]);
    const same = new Map([["a", 1]]);
    const twice = [{ m: same }, { m: same }];
    expect((await derive("moved", "value"))(twice, 5)).toBe(same);
    expect(same.get("new")).toBe(5);
  });

  test("what a function has done before it throws stays done", async () => {
    const m = new Map([["b", 2]]);
    const grad = await derive("fails", "grad");
    expect(() => grad(m, 1)).toThrow(new RangeError("above"));
    expect([...m]).toEqual([
      ["b", 2],
      ["a", 1],
    ]);
  });

  test("one object as values of two types is refused", async () => {
    const both = { m: new Map([["k", 1]]), n: 2 };
    const grad = await derive("twoTypes", "grad");
    expect(() => grad(both, both, 3)).toThrow(expect.objectContaining({ code: "structure-mismatch" }));
  });

  test.each([
    ["worth", [{ a: 1 }, new Map()]],
    ["worth", [new (class extends Map<string, number> {})(), new Map()]],
    ["weighted", [new Map([["a", 1]]), 1]],
    ["weighted", [new (class Named {})(), 1]],
    ["listed", [{ length: 0 }, 1]],
  ] as const)("%s refuses an object of another kind", async (name, args) => {
    const grad = await derive(name, "grad");
    expect(() => grad(...args)).toThrow(expect.objectContaining({ code: "structure-mismatch" }));
  });

  test("a cotangent has the keys of its result", async () => {
    const [value, pullback] = (await derive("named", "vjp"))(3, 2) as [unknown, AnyFunction];
    expect(value).toEqual({ sum: 5, product: 6, ratio: 1.5 });
    expect(pullback({ ratio: 1, product: 10, sum: 100 })).toEqual([120.5, 129.25]);
    for (const wrong of [{ sum: 1, product: 1 }, { sum: 1, product: 1, ratios: 1 }, null])
      expect(() => pullback(wrong)).toThrow(expect.objectContaining({ code: "structure-mismatch" }));
  });

  test("sets, and maps of text, have no derivative", async () => {
    const jvp = await engine.derive(lowerFunction(source, hostile, "ids"), { operator: "jvp", argnums: [2] });
    expect(jvp([new Map([[1, "abc"]]), new Set(["k"]), 2], [1])).toEqual([7, 3]);
    await expect(derive("ids", "grad")).rejects.toThrow(expect.objectContaining({ code: "argument-holds-no-numbers" }));
    const label = await derive("labels", "value");
    expect(
      label(
        new Map([
          ["a", 1],
          ["b", -1],
        ]),
      ),
    ).toEqual(new Set(["a"]));
  });

  test("keys that vary are refused in a result", async () => {
    await expect(derive("keys", "vjp")).rejects.toThrow(expect.objectContaining({ code: "active-key" }));
  });
});

test("an object may have names that others inherit", async () => {
  const odd = JSON.parse('{ "__proto__": 2, "k": 1 }') as Record<string, number>;
  const grad = await engines[3]?.derive(lowerFunction(source, hostile, "odd"), { operator: "grad" });
  expect(Object.entries(grad?.(odd, 3) as object)).toEqual([
    ["__proto__", 0],
    ["k", 0],
  ]);
  expect(Object.getPrototypeOf(odd)).toBe(Object.prototype);
});

test("generated code passes the type checker, and says the types of code outside", () => {
  const program = openProgram();
  const requests = [{ operator: "grad" }, { operator: "jvp" }, { operator: "vjp" }, { operator: "linearize" }] as const;
  const names = ["worth", "weighted", "value", "total", "byNumber", "maybe", "rows", "scaled"];
  const texts = names.flatMap((name) =>
    requests
      .filter(({ operator }) => operator !== "grad" || !["maybe", "rows", "scaled"].includes(name))
      .map((request) => program.derive(`${file}#${name}`, request).text),
  );
  texts.push(program.derive(`${file}#weighted`, { operator: "hessian" }).text);
  texts.push(program.derive(`${file}#value`, { operator: "jacobian", argnums: [0, 1] }).text);
  expect(typeErrors(texts)).toEqual([]);
  const heads = texts.flatMap((text) => /^export function [^{]*/m.exec(text) ?? []);
  expect(heads).toMatchInlineSnapshot(`
    [
      "export function worthGrad(prices: Map<string, number>, counts: Map<string, number>): Map<string, number> ",
      "export function worthJvp(primals: [Map<string, number>, Map<string, number>], tangents: [Map<string, number>, Map<string, number>]): [number, number] ",
      "export function worthVjp(prices: Map<string, number>, counts: Map<string, number>): [number, (a0: number) => [Map<string, number>, Map<string, number>]] ",
      "export function worthLinearize(prices: Map<string, number>, counts: Map<string, number>): [number, (a0: [Map<string, number>, Map<string, number>]) => number] ",
      "export function weightedGrad(w: Record<string, number>, x: number): Record<string, number> ",
      "export function weightedJvp(primals: [Record<string, number>, number], tangents: [Record<string, number>, number]): [number, number] ",
      "export function weightedVjp(w: Record<string, number>, x: number): [number, (a0: number) => [Record<string, number>, number]] ",
      "export function weightedLinearize(w: Record<string, number>, x: number): [number, (a0: [Record<string, number>, number]) => number] ",
      "export function valueGrad(p: Portfolio, rate: number): PortfolioGradient ",
      "export function valueJvp(primals: [Portfolio, number], tangents: [PortfolioGradient, number]): [number, number] ",
      "export function valueVjp(p: Portfolio, rate: number): [number, (a0: number) => [PortfolioGradient, number]] ",
      "export function valueLinearize(p: Portfolio, rate: number): [number, (a0: [PortfolioGradient, number]) => number] ",
      "export function totalGrad(t: Tree): TreeGradient ",
      "export function totalJvp(primals: [Tree], tangents: [TreeGradient]): [number, number] ",
      "export function totalVjp(t: Tree): [number, (a0: number) => [TreeGradient]] ",
      "export function totalLinearize(t: Tree): [number, (a0: [TreeGradient]) => number] ",
      "export function byNumberGrad(m: Map<number, number>, x: number): Map<number, number> ",
      "export function byNumberJvp(primals: [Map<number, number>, number], tangents: [Map<number, number>, number]): [number, number] ",
      "export function byNumberVjp(m: Map<number, number>, x: number): [number, (a0: number) => [Map<number, number>, number]] ",
      "export function byNumberLinearize(m: Map<number, number>, x: number): [number, (a0: [Map<number, number>, number]) => number] ",
      "export function maybeJvp(primals: [Map<string, number> | undefined, ",
      "export function maybeVjp(m: Map<string, number> | undefined, o: ",
      "export function maybeLinearize(m: Map<string, number> | undefined, o: ",
      "export function rowsJvp(primals: [Record<string, number[]>, Set<string>], tangents: [Record<string, number[]>, null | undefined]): [Map<string, number[]>, Map<string, number[]>] ",
      "export function rowsVjp(data: Record<string, number[]>, at: Set<string>): [Map<string, number[]>, (a0: Map<string, number[]>) => [Record<string, number[]>, null | undefined]] ",
      "export function rowsLinearize(data: Record<string, number[]>, at: Set<string>): [Map<string, number[]>, (a0: [Record<string, number[]>, null | undefined]) => Map<string, number[]>] ",
      "export function scaledJvp(primals: [Record<string, number>, number], tangents: [Record<string, number>, number]): [Record<string, number>, Record<string, number>] ",
      "export function scaledVjp(w: Record<string, number>, x: number): [Record<string, number>, (a0: Record<string, number>) => [Record<string, number>, number]] ",
      "export function scaledLinearize(w: Record<string, number>, x: number): [Record<string, number>, (a0: [Record<string, number>, number]) => Record<string, number>] ",
      "export function weightedHessian(w: Record<string, number>, x: number): Record<string, Record<string, number>> ",
      "export function valueJacobian(p: Portfolio, rate: number): [PortfolioGradient, null | undefined] ",
    ]
  `);
});

test("second derivatives are maps of maps", async () => {
  const lowered = lowerFunction(source, file, "weighted");
  const hessian = await engines[3]?.derive(lowered, { operator: "hessian" });
  const found = hessian?.({ a: 0.5, b: 2 }, 1) as Record<string, Record<string, number>>;
  expect(found).toEqual({
    a: { a: expect.closeTo(2 - Math.sin(0.5), 12), b: 0 },
    b: { a: 0, b: expect.closeTo(-Math.sin(2), 12) },
  });
});

test.each([
  ["exported inactive function", "export const f = inactive((o: Record<string, number>) => Object.keys(o).length);"],
  ["rule", "const f = customVjp((o: Record<string, number>) => 2, (o) => [2, (g: number) => [{ b: g, a: 2 * g }]]);"],
])("a map is not passed to an %s, which would have another object", (_, declared) => {
  const path = "/ruled.ts";
  const text = `import { customVjp, inactive } from "cotangent";
${declared}
export function g(x: number): number {
  return x * f({ a: x, b: x * x });
}
`;
  const opened = openFiles([path], new Map([[path, text]]));
  expect(() => lowerFunction(opened, path, "g")).toThrow(expect.objectContaining({ code: "rule-argument" }));
});
