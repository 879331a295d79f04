/** What is said to be kept is kept: the gradient has a tape where something is, and none where nothing is. */
import { describe, expect, test } from "vitest";
import { openProgram } from "../api/compile.ts";
import { explain } from "../api/inspect.ts";
import { strategies } from "../core/request.ts";
import { explanationText } from "./explain.ts";

const program = openProgram({
  cwd: "/kept",
  sources: {
    "/kept/all.ts": `
export function straight(x: number, y: number): number { return Math.sin(x * y) + Math.exp(x); }
export function sum(x: number[]): number { let s = 0; for (let i = 0; i < x.length; i++) s += 2 * x[i]!; return s; }
export function product(x: number[]): number { let s = 1; for (let i = 0; i < x.length; i++) s *= x[i]!; return s; }
export function overwritten(x: Float64Array, k: number): number {
  for (let i = 0; i < x.length; i++) {
    const e = Math.exp(x[i]! * k);
    x[i] = e * e;
  }
  return x[0]! * k;
}
function power(x: number, n: number): number { return n === 0 ? 1 : x * Math.sin(power(x, n - 1)); }
export function recursive(x: number): number { return power(x, 5); }
export function branches(xs: number[]): number {
  let s = 0;
  for (const x of xs) s = s > 1 ? s * x : s + Math.sin(s);
  return s;
}
export function counted(x: number, n: number): number {
  let s = x;
  for (let i = 0; i < n; i++) s = i % 3 === 0 ? s * Math.cos(i) : s * (i % 7) + x;
  return s;
}
export function vector(x: number): [number, number] { return [x * x, Math.sin(x)]; }
export function nothing(x: number[]): void { x[0] = 1; }
`,
  },
});

describe("there is a tape where something is kept, and none where nothing is", () => {
  test.each([
    ["straight", false],
    ["sum", false],
    ["product", true],
    ["overwritten", true],
    ["recursive", true],
    ["branches", true],
    ["counted", false],
  ])("%s", (name, isKept) => {
    for (const strategy of strategies) {
      const { entries } = explain(program, `/kept/all.ts#${name}`, { strategy });
      expect(entries.some(({ bytes }) => bytes > 0)).toBe(isKept);
    }
    const { text } = program.derive(`/kept/all.ts#${name}`, { operator: "grad", mode: "reverse" });
    expect(/tape/i.test(text)).toBe(isKept);
  });
});

test("what a loop carries is named, with what uses it and why it is kept", () => {
  const { entries } = explain(program, "/kept/all.ts#product");
  expect(entries).toMatchObject([
    {
      name: "s",
      place: { line: 4 },
      per: "turn",
      of: "for (let i = 0; i < x.length; i++)",
      bytes: 8,
      uses: ["the derivative of `s *= x[i]!` (line 4)"],
      why: "it comes from before: a loop carries it, or a call is given it",
    },
  ]);
});

test("what is read from memory that is written later is kept, and the store is named", () => {
  const { entries } = explain(program, "/kept/all.ts#overwritten");
  const read = entries.find(({ why }) => why.startsWith("where it was read"));
  expect(read?.why).toBe("where it was read is written later: `x[i] = e * e` (line 8)");
  expect(explanationText(explain(program, "/kept/all.ts#overwritten"))).toMatch(/^in all: \d+ bytes a turn of for \(/m);
});

test("what a called function keeps is told by the call", () => {
  expect(explain(program, "/kept/all.ts#recursive").entries.map(({ per, of }) => `${per} of ${of}`)).toContain(
    "call of power",
  );
});

test("results that are not numbers have a pullback; no result is refused", () => {
  expect(explain(program, "/kept/all.ts#vector").entries.length).toBeGreaterThan(0);
  expect(() => explain(program, "/kept/all.ts#nothing")).toThrow(expect.objectContaining({ code: "no-result" }));
});

test("by closures a call also keeps what the calls inside of it give back", () => {
  const [tape, closure] = strategies.map(
    (strategy) => explain(program, "/kept/all.ts#recursive", { strategy }).entries,
  );
  const record = { name: "what `power(x, n - 1)` keeps", per: "call", of: "power", bytes: 8 };
  expect(closure).toContainEqual(expect.objectContaining(record));
  expect(closure?.filter(({ name }) => name !== record.name)).toEqual(tape);
});
