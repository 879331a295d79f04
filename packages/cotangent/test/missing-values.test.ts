/**
 * What is read as being there, and is missing: past the end of an array, a name that an object lacks, what `!` asserts. It
 * goes on as `undefined` in JavaScript; where the program asks after it at another place, which compiled code answers by
 * the types, the read is refused when it finds nothing, and is as ever when it finds something.
 */
import { describe, expect, test } from "vitest";
import { corpusFolder } from "./support/corpus.ts";
import { type AnyFunction, engines, lowerFunction, openFiles } from "./support/engines.ts";

const file = `${corpusFolder}missing-values.ts`;
const text = `
interface Rate { rate?: number }
const wrap = (rate: number): Rate => ({ rate });
class Box { constructor(readonly value: number) {} }
function get(xs: number[], i: number): number { const x = xs[i]!; return x; }

export function argument(xs: number[], i: number): number { return (wrap(xs[i]!).rate ?? 7) * xs[0]!; }
export function result(xs: number[], i: number): number { return (get(xs, i) ?? 7) * xs[0]!; }
export function mapped(xs: number[], i: number): number {
  return [0, i].map((k) => xs[k]!).map((v) => v ?? 7).reduce((a, b) => a + b * b, 0);
}
export function filtered(xs: number[], i: number): number {
  return [0, i].map((k) => xs[k]!).filter((v) => v !== undefined).reduce((a, b) => a + b * b, 0);
}
export function field(xs: number[], i: number): number {
  const box = new Box(xs[i]!);
  return typeof box.value === "number" ? box.value * xs[0]! : 0;
}
export function pattern(xs: number[], i: number): number {
  const [a, b] = i < 2 ? xs : [xs[0]!];
  return (wrap(b!).rate ?? 7) * a!;
}
export function stored(xs: number[], i: number): number {
  const m = new Map<string, number>();
  m.set("a", xs[i]!);
  return (m.get("a") ?? 7) * xs[0]!;
}
export function asserted(xs: number[], i: number): number {
  const m = new Map([[0, xs[0]!], [1, xs[1]!]]);
  return (wrap(m.get(i)!).rate ?? 7) * xs[0]!;
}
export function cloned(xs: number[], i: number): number {
  const c = structuredClone({ list: [xs[i]!] });
  return (c.list[0] ?? 7) * xs[0]!;
}
export function typed(xs: number[], i: number): number {
  const floats = Float64Array.from(xs);
  return (wrap(floats[i]!).rate ?? 7) * xs[0]!;
}
export function row(xs: number[], i: number): number {
  const o = { row: [[xs[0]!], [xs[1]!]][i]! };
  return o.row ? o.row[0]! * xs[0]! : 7;
}
export function sorted(xs: number[], i: number): number {
  const list = [xs[i]!, xs[0]!, 0].sort((a, b) => b - a);
  return list[0]! * list[1]! + (i > 1 ? 7 : 0);
}
export function joined(xs: number[], i: number): number {
  const names = ["a", "b"];
  return [names[i]!, "c"].join() === ",c" ? 7 : xs[0]! * xs[1]!;
}
export function popped(xs: number[], i: number): number {
  const list = [xs[1]!];
  if (i > 1) list.pop();
  return (wrap(list.pop()!).rate ?? 7) * xs[0]!;
}
export function blank(xs: number[], i: number): number {
  const places = new Array<number>(6);
  places[1] = xs[1]!;
  return (wrap(places[i]!).rate ?? 7) * xs[0]!;
}
export function denied(xs: number[], i: number): number {
  const flags = [false, true];
  return wrap(xs[0]!).rate! * (flags[i]! === false ? 7 : xs[1]!);
}
export function signed(xs: number[], i: number): number {
  return Number.isNaN(+xs[i]!) ? 7 : xs[0]! * xs[1]!;
}
export function scaled(xs: number[], i: number): number {
  const scale = 1;
  return Number.isNaN(xs[i]! * scale - 0) ? 7 : xs[0]! * xs[1]!;
}
export function negated(xs: number[], i: number): number {
  const o = { rate: -(-xs[i]!) };
  return String(o.rate) === "NaN" ? 7 : xs[0]! * xs[1]!;
}
export function filled(xs: number[], i: number): number {
  const floats = new Float64Array(2).fill(xs[i]!);
  return Number.isNaN(floats[0]!) ? 7 : xs[0]! * xs[1]!;
}
export function largest(xs: number[], i: number): number {
  const a = Math.max(xs[i]!);
  return a === Number(xs[i + 1 - i]!) ? xs[0]! * xs[1]! : 7;
}
export function named(xs: number[], i: number): number {
  const o: Record<string, number> = { k0: xs[0]!, k1: xs[1]! };
  return (wrap(o["k" + i]!).rate ?? 7) * xs[0]!;
}
const times = (x: number, k: number): number => x * k;
export function inlinedProduct(xs: number[], i: number): number {
  return Number.isNaN(times(xs[i]!, 1)) ? 7 : xs[0]! * xs[1]!;
}
export function foldedProduct(xs: number[], i: number): number {
  let k = 1;
  for (let n = 0; n < 2; n++) k *= 1;
  const v = xs[i]! * k;
  return v !== v ? 7 : xs[0]! * xs[1]!;
}
export function dividedByField(xs: number[], i: number): number {
  const o = { k: 1 };
  return String(xs[i]! / o.k) === "NaN" ? 7 : xs[0]! * xs[1]!;
}
`;
const source = openFiles([file], new Map([[file, text]]));
const names = [...text.matchAll(/^export function (\w+)/gm)].map((m) => m[1] as string);

describe.each(engines.map((engine) => [engine.name, engine] as const))("%s", (_, engine) => {
  test.each(names)("%s", async (name) => {
    const lowered = lowerFunction(source, file, name);
    for (const request of [
      { operator: "grad", mode: "forward" },
      { operator: "grad", mode: "reverse", strategy: "tape" },
      { operator: "grad", mode: "reverse", strategy: "closure" },
    ] as const) {
      const grad: AnyFunction = await engine.derive(lowered, { ...request, argnums: [0] });
      const isSumOfSquares = name === "mapped" || name === "filtered";
      expect(grad([1.5, 2], 1), request.mode).toEqual([isSumOfSquares ? [3, 4] : [2, 1.5]]);
      expect(() => grad([1.5, 2], 5), request.mode).toThrow(expect.objectContaining({ code: "missing-value" }));
    }
  });
});

test("what nobody asks after is not looked at", () => {
  const plain = `${corpusFolder}plain-reads.ts`;
  const opened = openFiles(
    [plain],
    new Map([
      [
        plain,
        `export function f(xs: number[], scale?: number): number {
  let best: number | undefined;
  for (let i = 0; i < xs.length; i++) if (best === undefined || xs[i]! > best) best = xs[i];
  return (best ?? 0) * (scale ?? 1) * xs[0]!;
}`,
      ],
    ]),
  );
  const { module } = lowerFunction(opened, plain, "f");
  expect(JSON.stringify([...module.functions.values()])).not.toContain("checkPresent");
});
