import { expect, test } from "vitest";
import { CotangentError } from "../../core/errors.ts";
import { printModule } from "../../ir/print.ts";
import { lower, openSource } from "../index.ts";

// What is made of a function, and what is said of one that is refused, does not depend on what else has been asked before.

const text = `
class Parabola {
  constructor(public a: number, public b: number) {}
  at(x: number): number { return this.a * x * x + this.b; }
}
class Line {
  constructor(public slope: number) {}
  at(x: number): number { return this.slope * x; }
}
type Weights = Record<"width" | "depth", number>;
type Powers = Record<3 | 1 | 2, number>;

export function lines(x: number): number {
  const all: (Line | Parabola)[] = [new Line(x), new Parabola(x, 1)];
  return all.reduce((sum, c) => sum + c.at(x), 0);
}
export function parabolas(x: number): number {
  const all: (Parabola | Line)[] = [new Parabola(x, 1), new Line(x)];
  return all.reduce((sum, c) => sum + c.at(x), 0);
}
export function listed(x: number): number {
  const weights: Weights = { width: x, depth: x * x };
  let total = 0;
  for (const key of Object.keys(weights)) total = total * x + weights[key as "width"];
  return total;
}
export function picked(x: number): number {
  const weights: Pick<{ width: number; height: number; depth: number }, "depth" | "width"> = { depth: x, width: x * x };
  return weights.depth * weights.width;
}
export function powers(x: number, n: 1 | 2 | 3): number {
  const table: Powers = { 1: x, 2: x * x, 3: x ** 3 };
  return table[n];
}
export function powersDown(x: number, n: 3 | 2 | 1): number {
  const table: Powers = { 3: x ** 3, 2: x * x, 1: x };
  return table[n];
}
export function depthFirst(x: number): number {
  const keys: ("depth" | "width")[] = ["depth", "width"];
  return keys.reduce((sum, key) => (key === "depth" ? sum + x : sum * x), 1);
}
export function mixed(x: number[] | Float64Array): number {
  return x[0];
}
export function mixedToo(x: Float64Array | number[]): number {
  return x[0];
}
`;
const file = "/order.ts";
const names = [...text.matchAll(/export function (\w+)/g)].map(([, name]) => name as string);

function lowerAll(order: readonly string[]): ReadonlyMap<string, string> {
  const source = openSource({ files: [file], overlay: new Map([[file, text]]) });
  return new Map(order.map((name) => [name, lowered(source, name)]));
}

function lowered(source: ReturnType<typeof openSource>, name: string): string {
  try {
    return printModule(lower(source, { file, name }).module);
  } catch (error) {
    if (error instanceof CotangentError) return error.message;
    throw error;
  }
}

const alone = new Map(names.map((name) => [name, lowerAll([name]).get(name) as string]));

test("types are ordered alike, whatever was asked before", () => {
  expect(lowerAll(names)).toEqual(alone);
  expect(lowerAll([...names].reverse())).toEqual(new Map([...alone].reverse()));
  for (const name of names) {
    const rest = names.filter((n) => n !== name);
    expect(lowerAll([...rest, name]).get(name), name).toBe(alone.get(name));
  }
});

test("names that are listed stand as they were written", () => {
  expect(alone.get("listed")).toContain("record Weights = {width: number, depth: number}");
  expect(alone.get("powersDown")).toContain("{1: number, 2: number, 3: number}");
});
