/**
 * Both strategies of reverse mode: what the page about them shows is what is printed, and what holds of pullbacks beyond
 * being right (which the corpus and the laws check): they can be called at any time and in any order, read nothing that
 * callers reach, hold no more than they need, and their text is a program that can be differentiated again.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { type OperatorRequest, openProgram } from "../src/api/compile.ts";
import { evaluateText } from "../src/api/evaluate.ts";
import { type Strategy, strategies } from "../src/core/request.ts";
import { typeErrors } from "./support/generated.ts";

const pagePath = fileURLToPath(new URL("../../../docs/strategies.md", import.meta.url));
const page = readFileSync(pagePath, "utf8");
const block = /^```ts\n([\s\S]*?)^```$/gm;
const [model, , , recursive] = [...page.matchAll(block)].map(([, text]) => text as string);

const programs = `
export function chain(x: number[], n: number): number {
  let s = 1;
  for (let i = 0; i < n; i++) {
    s = Math.sin(s * (x[i] ?? 0)) + s;
    x[i] = s;
    let k = 0;
    while (s > 1 && k++ < 3) s *= Math.cos(s);
  }
  return s;
}
export function straight(x: number, y: number): number {
  const p = x * y;
  return p > 1 ? Math.exp(p) * Math.sin(x) : Math.cos(p);
}
export function depth(x: number, n: number): number {
  return n <= 0 ? x : Math.sin(depth(x * x, n - 1)) * x;
}
export function even(x: number, n: number): number {
  return n <= 0 ? x : odd(Math.sin(x), n - 1) * x;
}
function odd(x: number, n: number): number {
  return n <= 0 ? x * x : even(Math.cos(x), n - 1) + x;
}
export function median(xs: number[]): number {
  const sorted = [...xs].sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}
export function long(x: number, n: number): number {
  let s = x;
  for (let i = 0; i < n; i++) s = Math.sin(s) + x;
  return s;
}
`;
const program = openProgram({
  sources: {
    "/virtual/model.ts": model as string,
    "/virtual/wave.ts": recursive as string,
    "/virtual/all.ts": programs,
  },
});

type Vjp = (...args: unknown[]) => [number, (cotangent: number) => unknown[]];

const text = (target: string, request: OperatorRequest): string => program.derive(`/virtual/${target}`, request).text;

async function derive(target: string, request: OperatorRequest): Promise<(...args: unknown[]) => unknown> {
  const made = program.derive(`/virtual/${target}`, request);
  return (await evaluateText(made.text)).get(made.name) as (...args: unknown[]) => unknown;
}

test("what moves indices and copies numbers keeps nothing", () => {
  for (const strategy of strategies)
    expect(text("all.ts#median", { operator: "grad", strategy })).not.toMatch(/kept\w*\[|tape|Kept/);
});

describe("the page", () => {
  test("shows what is printed (`-u` writes it)", async () => {
    const vjp = (target: string, strategy: Strategy): string => text(target, { operator: "vjp", strategy });
    const shown = [
      model,
      vjp("model.ts#model", "closure"),
      vjp("model.ts#model", "tape"),
      recursive,
      vjp("wave.ts#wave", "closure"),
    ];
    let next = 0;
    const current = page.replace(block, () => `\`\`\`ts\n${shown[next++]}\`\`\``);
    expect(next).toBe(shown.length);
    await expect(current).toMatchFileSnapshot(pagePath);
  });

  test("shows programs whose derivatives agree", async () => {
    const answers = [];
    for (const strategy of strategies) {
      const [value, pullback] = ((await derive("model.ts#model", { operator: "vjp", strategy })) as Vjp)(
        Float64Array.of(0.3, 0.7, 1.1),
        0.4,
      );
      answers.push([value, pullback(1), pullback(-2)]);
    }
    expect(answers[1]).toEqual(answers[0]);
  });
});

describe.each(strategies)("%s", (strategy) => {
  test("pullbacks are called in any order, after later calls, when the caller has changed its arrays", async () => {
    const vjp = (await derive("all.ts#chain", { operator: "vjp", strategy })) as Vjp;
    const points = [
      [0.4, 1.2, 0.9],
      [1.5, -0.3, 0.2],
    ];
    const alone = points.map((x) => {
      const [, pullback] = vjp([...x], 3);
      return [pullback(1), pullback(0.5)];
    });
    const args = points.map((x) => [...x]);
    const pullbacks = args.map((x) => vjp(x, 3)[1]);
    for (const x of args) x.fill(Number.NaN);
    for (const [i, w] of [1, 0.5].entries())
      for (const p of [1, 0, 0, 1]) expect(pullbacks[p]?.(w)).toEqual(alone[p]?.[i]);
  });

  test("the levels of a recursion, direct or mutual, keep their own", async () => {
    for (const name of ["depth", "even"]) {
      const vjp = (await derive(`all.ts#${name}`, { operator: "vjp", strategy, argnums: [0] })) as Vjp;
      const [deep, shallow] = [vjp(0.8, 9)[1], vjp(0.8, 2)[1]];
      const first = deep(1);
      const other = shallow(1);
      expect(deep(1)).toEqual(first);
      expect(shallow(1)).toEqual(other);
      const forward = await derive(`all.ts#${name}`, { operator: "grad", mode: "forward" });
      expect(first[0]).toBeCloseTo(forward(0.8, 9) as number, 12);
      expect(other[0]).toBeCloseTo(forward(0.8, 2) as number, 12);
    }
  });

  test("what a pullback holds is freed with it, and is about what the loop keeps", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const used = async (): Promise<number> => {
      for (let i = 0; i < 4; i++) {
        collect();
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      return process.memoryUsage().arrayBuffers;
    };
    const vjp = (await derive("all.ts#long", { operator: "vjp", strategy, argnums: [0] })) as Vjp;
    const turns = 1_000_000;
    const before = await used();
    let pullback: ((cotangent: number) => unknown[]) | undefined = vjp(0.3, turns)[1];
    const held = (await used()) - before;
    expect(pullback?.(1)).toHaveLength(1);
    pullback = undefined;
    const left = (await used()) - before;
    // One number a turn; a tape has doubled on the way.
    expect(held).toBeGreaterThan(7.9 * turns);
    expect(held).toBeLessThan((strategy === "closure" ? 8.1 : 17) * turns);
    expect(left).toBeLessThan(0.1 * held);
  });

  test("the text passes `tsc --strict`", () => {
    const targets = ["all.ts#chain", "all.ts#straight", "all.ts#depth", "all.ts#even", "model.ts#model"];
    const operators = ["vjp", "grad", "hvp"] as const;
    expect(typeErrors(targets.flatMap((t) => operators.map((operator) => text(t, { operator, strategy }))))).toEqual(
      [],
    );
  });

  test("the text is a program, which both strategies differentiate again", async () => {
    for (const name of ["chain", "straight", "depth", "even"]) {
      const request: OperatorRequest = { operator: "grad", argnums: 0, mode: "reverse", strategy };
      const first = program.derive(`/virtual/all.ts#${name}`, request);
      const args = (): unknown[] => (name === "chain" ? [[0.4, 1.2, 0.9], 3] : [0.8, 3]);
      const hessian = (await derive(`all.ts#${name}`, { operator: "hessian", mode: "reverse" }))(...args());
      const again = openProgram({ sources: { "/virtual/again.ts": first.text } });
      for (const outer of strategies) {
        const made = again.derive(`/virtual/again.ts#${first.name}`, {
          operator: "jacobian",
          argnums: 0,
          mode: "reverse",
          strategy: outer,
        });
        const second = (await evaluateText(made.text)).get(made.name) as (...of: unknown[]) => unknown;
        const [found, expected] = [second(...args()), hessian].map((h) => [h].flat(3) as number[]);
        expect(found).toHaveLength((expected as number[]).length);
        found?.forEach((x, i) => void expect(x, `${name}, ${outer}`).toBeCloseTo(expected?.[i] as number, 9));
      }
    }
  });
});

test("straight-line code and branches leave no memory behind but what the one closure captures", () => {
  const made = text("all.ts#straight", { operator: "vjp", strategy: "closure" });
  expect(made).not.toMatch(/\bnew\b|Tape/);
  expect(made.match(/^(export )?function /gm)).toHaveLength(1);
  expect(made.match(/=> \{/g)).toHaveLength(1);
});
