/** What is said of what reverse mode keeps: which values, where, what for, and why they are not computed again. */
import { expect, test } from "vitest";
import type { Kept } from "../../analysis/need.ts";
import { primitives } from "../../elementals/index.ts";
import { parse } from "../../ir/parse.ts";
import { reverse } from "../reverse.ts";

const said = ({ value, func, instr, loop, isRecord, isVariable, uses, feeds, obstacle }: Kept): string => {
  const where = `${func.name}, ${instr?.op ?? "parameter"}${loop ? ` in ${loop.op}` : ""}`;
  const how = [isRecord && "record", isVariable && "variable"].filter(Boolean).join(" ");
  const why = obstacle ? `${obstacle.kind}${"instr" in obstacle ? ` by ${obstacle.instr.op}` : ""}` : "price";
  const what = `for ${uses.map(({ op }) => op).join(" ")}; feeds ${feeds.map(({ hint }) => hint).join(" ")}`;
  return `${value.hint} (${where}${how && `, ${how}`}): ${what}; ${why}`;
};

/** What is kept of `f`, a line each. */
function kept(text: string, options: Partial<Parameters<typeof reverse>[2]> = {}): string {
  const lines: string[] = [];
  const onKept = (all: readonly Kept[]): void => {
    lines.push(...all.map(said));
  };
  reverse(parse(text, primitives), "f", { active: [true, true, false], motion: "combined", onKept, ...options });
  return `${lines.join("\n")}\n`;
}

const text = `func g(x: number, n: number) -> number {
  y = sin x
  z = mul y, x
  return z
}

func f(x: number, row: [number], n: number) -> number {
  zero = const 0
  s = for i from zero to n step 1 with s = x {
    a = load row[i]
    t = mul s, a
    e = exp t
    store row[i] = e
    positive = gt e, zero
    p = if positive {
      u = mul e, e
      v = mul u, e
      yield v
    } else {
      yield e
    }
    q = call g(p, n)
    yield q
  }
  w = sin s
  r = mul w, s
  return r
}
`;

test("in combined motion", () => {
  expect(kept(text)).toBe(`s (f, parameter in for): for apply; feeds ; parameter
a (f, load in for): for apply; feeds ; overwritten by store
e (f, apply in for): for apply apply apply; feeds positive u u; price
x (g, parameter): for apply apply; feeds ; parameter
y (g, apply): for apply; feeds ; price
`);
});

test("in split motion", () => {
  expect(kept(text, { motion: "split" })).toBe(`n (f, parameter): for for; feeds ; parameter
rowBar (f, parameter): for store load; feeds ; parameter
s (f, for): for apply apply; feeds ; unrepeatable by for
s (f, parameter in for): for apply; feeds ; parameter
a (f, load in for): for apply; feeds ; overwritten by store
e (f, apply in for): for apply apply apply; feeds positive u u; price
w (f, apply): for apply; feeds ; price
x (g, parameter): for apply apply; feeds ; parameter
y (g, apply): for apply; feeds ; price
`);
});

test("with the call that keeps it", () => {
  expect(kept(text, { strategy: "closure" })).toBe(`s (f, parameter in for): for apply; feeds ; parameter
a (f, load in for): for apply; feeds ; overwritten by store
e (f, apply in for): for apply apply apply; feeds positive u u; price
gBack (f, call in for, record): for call; feeds ; unrepeatable by call
x (g, parameter): for apply apply; feeds ; parameter
y (g, apply): for apply; feeds ; price
`);
});
