/** Recursion as deep as people write it, and the error where the stack ends. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { type Callable, evaluateText } from "../src/api/evaluate.ts";
import { openProgram } from "../src/compiler.ts";

type Row = Record<"grad" | "gradClosure" | "jvp" | "vjp" | "hvp", { depth: number; code: string }> & { plain: number };

const probe = fileURLToPath(new URL("support/depth-probe.ts", import.meta.url));
const names = [
  "linkedList",
  "tree",
  "accumulator",
  "mutual",
  "inClosure",
  "inMethod",
  "writesOnTheWayBack",
  "loopsInside",
];
let rows: Record<string, Row> = {};

beforeAll(async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", probe, ...names]);
  rows = JSON.parse(stdout) as Record<string, Row>;
}, 120_000);

const verbs = ["grad", "gradClosure", "jvp", "vjp", "hvp"] as const;

describe.each(names)("%s", (name) => {
  test.each(verbs)("%s goes at least a third as deep as the function, and says where it ends", (verb) => {
    const { plain, [verb]: reached } = rows[name] as Row;
    expect(reached.depth).toBeGreaterThan(plain / 3);
    expect(reached.code).toBe("stack-exhausted");
  });
});

test.each(names)("%s: derivatives go 5 000 deep", (name) => {
  const { plain: _, ...derivatives } = rows[name] as Row;
  for (const { depth } of Object.values(derivatives)) expect(depth).toBeGreaterThan(5000);
});

describe("structures deeper than the stack", () => {
  const source = `
    interface Link { value: number; next: Link | null }
    export function sumOfSquares(first: Link): number {
      let sum = 0;
      for (let link: Link | null = first; link; link = link.next) sum += link.value * link.value;
      return sum;
    }
    export function doubled(first: Link): number {
      let sum = 0;
      for (let link: Link | null = first; link; link = link.next) { sum += link.value * link.value; link.value *= 2; }
      return sum;
    }`;
  interface Link {
    value: number;
    next: Link | null;
  }
  const length = 50_000;
  const made = (value: (i: number) => number): Link => {
    let first: Link | null = null;
    for (let i = length - 1; i >= 0; i--) first = { value: value(i), next: first };
    return first as unknown as Link;
  };
  const values = (first: Link): number[] => {
    const list: number[] = [];
    for (let link: Link | null = first; link; link = link.next) list.push(link.value);
    return list;
  };
  const point = (i: number): number => Math.sin(i);
  const twice = Array.from({ length }, (_, i) => 2 * point(i));
  const program = openProgram({ sources: { "/deep/list.ts": source } });
  const compile = async (name: string, operator: "grad" | "vjp" | "jvp" | "hvp"): Promise<Callable> => {
    const { text, name: exported } = program.derive(`/deep/list.ts#${name}`, { operator });
    return (await evaluateText(text)).get(exported) as Callable;
  };

  test.each(["sumOfSquares", "doubled"])("%s: gradients and Hessians of long lists", async (name) => {
    const grad = await compile(name, "grad");
    expect(values(grad(made(point)) as Link)).toEqual(twice);
    const hvp = await compile(name, "hvp");
    expect(
      values(
        hvp(
          [made(point)],
          made(() => 0.5),
        ) as Link,
      ),
    ).toEqual(new Array(length).fill(1));
  });

  test("a pullback that is called twice answers the same", async () => {
    const vjp = await compile("doubled", "vjp");
    const [, pullback] = vjp(made(point)) as [number, Callable];
    for (let i = 0; i < 2; i++) expect(values((pullback(1) as [Link])[0])).toEqual(twice);
  });
});
