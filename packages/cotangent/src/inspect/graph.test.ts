/** Graphs of programs: what is computed from what, in which groups; and pictures in which nothing lies over anything. */
import { describe, expect, test } from "vitest";
import { openProgram } from "../api/compile.ts";
import { graph } from "../api/inspect.ts";
import { graphDot, graphMermaid } from "./diagram.ts";
import type { Graph } from "./graph.ts";
import { graphSvg } from "./graph-svg.ts";

const program = openProgram({
  cwd: "/graphs",
  sources: {
    "/graphs/all.ts": `
interface Point { x: number; y: number }
export function textbook(x1: number, x2: number): number { return Math.log(x1) + x1 * x2 - Math.sin(x2); }
export function powers(x: number): number { let s = 0; for (let k = 0; k < 3; k++) s += x ** 2; return s; }
export function either(x: number, y: number): number { const m = x > y ? x * 2 : y; return m * x; }
function scale(a: Float64Array, by: number): void { for (let i = 0; i < a.length; i++) a[i] = a[i]! * by; }
export function cells(a: Float64Array, p: Point): number { scale(a, p.x); p.y = a[0]! * p.y; return p.y + a[1]!; }
function down(x: number, n: number): number { return n > 0 ? x * down(x, n - 1) : x; }
export function recursive(x: number): number { return down(x, 3); }
export function early(xs: number[], limit: number): number {
  let s = 0;
  for (const x of xs) { if (x > limit) break; if (x < 0) continue; s += xs.map((y) => y * x).reduce((a, b) => a + b, 0); }
  return s;
}
export function quotes(x: number): number { const o = { "a\\"b": x }; return o["a\\"b"] * 2; }
`,
  },
});

const graphOfAll = (name: string): Graph => graph(program, `/graphs/all.ts#${name}`);

/** The edges as \`from -> to\`, by names; with what they say. */
function edgesOf({ nodes, edges }: Graph): readonly string[] {
  const label = new Map(nodes.map((node) => [node.id, node.label]));
  return edges.map(({ from, to, kind, label: says, partial }) => {
    const what = [kind === "value" ? "" : kind, says, partial ?? ""].filter((word) => word !== "").join(" ");
    return `${label.get(from)} -> ${label.get(to)}${what === "" ? "" : `: ${what}`}`;
  });
}

test("the textbook function, with its partial derivatives", () => {
  expect(edgesOf(graphOfAll("textbook"))).toEqual([
    "x1 -> v1 = log(x1): 1 / x1",
    "x1 -> v2 = x1 * x2: x2",
    "x2 -> v2 = x1 * x2: x1",
    "v1 = log(x1) -> v3 = v1 + v2: 1",
    "v2 = x1 * x2 -> v3 = v1 + v2: 1",
    "x2 -> v4 = sin(x2): cos(x2)",
    "v3 = v1 + v2 -> v5 = v3 - v4: 1",
    "v4 = sin(x2) -> v5 = v3 - v4: -1",
    "v5 = v3 - v4 -> y = v5",
  ]);
});

test("a loop is a group, in which what it carries is one node", () => {
  const made = graphOfAll("powers");
  expect(made.groups).toMatchObject([{ kind: "loop", label: "for (let k = 0; k < 3; k++)" }]);
  expect(edgesOf(made)).toEqual([
    "x -> v1 = x ** 2: 2 * x",
    "s₁ = 0, … -> s₂ = s₁ + v1: 1",
    "v1 = x ** 2 -> s₂ = s₁ + v1: 1",
    "s₂ = s₁ + v1 -> s₁ = 0, …: next",
    "s₁ = 0, … -> y = s₁",
  ]);
});

test("a branch is a group of two, out of which one node comes", () => {
  const made = graphOfAll("either");
  expect(made.groups.map(({ kind, label }) => `${kind} ${label}`)).toEqual(["branch x > y", "side true"]);
  expect(edgesOf(made)).toContain("v1 = x * 2 -> m = v1 or y");
  expect(edgesOf(made)).toContain("y -> m = v1 or y");
  expect(edgesOf(made).at(-1)).toMatch(/-> result = v2$/);
});

test("an array or object is one node; calls are groups; recursion is a node", () => {
  const edges = edgesOf(graphOfAll("cells"));
  expect(edges).toContain("a -> v2 = a[i]");
  expect(edges).toContain("v3 = v2 * v1 -> a: store [i] =");
  expect(edges.some((edge) => /-> p: store \.y =$/.test(edge))).toBe(true);
  expect(graphOfAll("recursive").nodes.map(({ label }) => label)).toContain("v1 = down(x, n - 1)");
});

describe("pictures", () => {
  test.each(["textbook", "powers", "either", "cells", "recursive", "early", "quotes"])("%s", async (name) => {
    const made = graphOfAll(name);
    for (const partials of [false, true]) {
      const svg = await graphSvg(made, { partials });
      const boxes = [...svg.matchAll(/<rect x="(.*?)" y="(.*?)" width="(.*?)" height="(.*?)"[^>]*class="ground/g)].map(
        (found) => found.slice(1).map(Number) as [number, number, number, number],
      );
      expect(boxes.length).toBeGreaterThanOrEqual(made.nodes.length);
      boxes.forEach(([x, y, width, height], i) => {
        for (const [x2, y2, width2, height2] of boxes.slice(i + 1)) {
          const isApart = x + width <= x2 || x2 + width2 <= x || y + height <= y2 || y2 + height2 <= y;
          expect(isApart, `${name}: ${[x, y]} and ${[x2, y2]}`).toBe(true);
        }
      });
      expect(svg).toContain("prefers-color-scheme: dark");
      expect(svg).not.toMatch(/NaN|undefined/);
    }
    for (const { id } of [...made.nodes, ...made.groups]) {
      expect(graphDot(made)).toContain(id);
      expect(graphMermaid(made)).toContain(id);
    }
  });
});

test("names are quoted in DOT and Mermaid", () => {
  expect(graphDot(graphOfAll("quotes"))).toContain('\\"a\\\\\\"b\\"');
  expect(graphMermaid(graphOfAll("quotes"))).toContain("#34;a");
});
