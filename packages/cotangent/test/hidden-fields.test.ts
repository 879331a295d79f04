/**
 * What an object literal does not list it does not have. An object from outside may have more fields than its type says, or
 * hold undefined in one, and is looked at where that matters.
 */
import { describe, expect, test } from "vitest";
import { openProgram } from "../src/api/compile.ts";
import * as programs from "./corpus/options-outside.ts";
import { corpusFolder } from "./support/corpus.ts";
import { engines, lowerFunction, openFiles } from "./support/engines.ts";

const file = `${corpusFolder}options-outside.ts`;
const source = openFiles([file]);

const inherits = (fields: object): object => Object.create(fields) as object;

const unexpected: readonly (readonly [keyof typeof programs, () => readonly unknown[]])[] = [
  ["descended", () => [1, { rate: undefined }]],
  ["descended", () => [1, { steps: 7 }]],
  ["descended", () => [1, { steps: undefined }]],
  ["descended", () => [1, inherits({ rate: 0.5 })]],
  ["copied", () => [[{}, { momentum: undefined }], 1.2]],
  ["asked", () => [1, { momentum: undefined }]],
  ["asked", () => [1, inherits({ weights: [1] })]],
  ["chained", () => [1, { rows: [[], [{}, { gain: undefined }]] }]],
  ["chained", () => [1, { rows: [], last: { gain: undefined } }]],
  [
    "replaced",
    () => [
      { x: 1, v: 2 },
      { x: 1, v: 3 },
    ],
  ],
  ["narrow", () => [{ a: 1, b: 3 }, 2]],
  ["narrow", () => [inherits({ a: 1, b: 3 }), 2]],
];

describe.each(engines.map((engine) => [engine.name, engine] as const))("%s", (_, engine) => {
  test.each(unexpected)("%s refuses objects with other fields than were expected (%#)", async (name, args) => {
    const lowered = lowerFunction(source, file, name);
    for (const operator of ["grad", "jvp", "vjp", "value"] as const) {
      const derived = await engine.derive(lowered, { operator }, new Map([[file, { ...programs }]]));
      const given = operator === "jvp" ? [args(), args()] : args();
      expect(() => derived(...given)).toThrow(expect.objectContaining({ code: "unexpected-fields" }));
    }
  });
});

const program = (f: string): string => `
import { customVjp } from "cotangent";
interface Wide { a: number; b?: number; more?: Map<string, unknown> }
interface Part { a?: number; b?: number; c?: number }
type Kind = { kind: 1; a?: number } | { kind: 2; c: number };
const maybe = (x: number): number | undefined => (x > 1 ? undefined : x);
const made = customVjp((a: number): { a: number } => ({ a }), (a) => [{ a }, (bar) => [bar.a]]);
function product(o: Wide): number { return o.a * (o.b ?? 1); }
export const f = (x: number): number => { ${f} };
`;

const refusal = (f: string): unknown => {
  const at = "/hidden/fields.ts";
  try {
    openProgram({ cwd: "/hidden", sources: { [at]: program(f) } }).derive(`${at}#f`, { operator: "grad" });
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  }
};

const undefinedIn: Readonly<Record<string, string>> = {
  "a literal": "const q: Part = { a: maybe(x), b: 1 }; const m = { a: 7, ...q }; return m.a ?? 3;",
  "a literal of a union":
    "const q: Kind = x > 1 ? { kind: 1, a: maybe(x) } : { kind: 2, c: x }; const m = { a: 7, ...q }; return m.a ?? 3;",
  "an assignment": "const q: Part = { b: 1 }; q.a = maybe(x); const m = { a: 7, ...q }; return m.a ?? 3;",
  "an assignment by name": 'const q: Part = { b: 1 }; q[x > 1 ? "a" : "c"] = maybe(x); return "a" in q ? 1 : x;',
  "an object that is copied":
    "const p: Part = { a: maybe(x), b: 1 }; const q = { ...p }; const m = { a: 7, ...q }; return m.a ?? 3;",
  "an object of another type":
    "const r: { s: number | undefined } = { s: maybe(x) }; const q: { s?: number } = x > 9 ? {} : r; const m = { s: 7, ...q }; return m.s ?? 3;",
  "one of two objects":
    "const r: { s: number | undefined } = { s: maybe(x) }; const q = x > 9 ? r : ({} as { s?: number }); const m = { s: 7, ...q }; return m.s ?? 3;",
};

test.each(Object.entries(undefinedIn))("what %s may hold is told from what is missing", (_, body) => {
  expect(refusal(body)).toMatch(/^(object-member|field-presence)$/);
});

test("what comes while the program runs is not looked at", () => {
  expect(refusal("return product(made(x));")).toBe("unknown-field");
});

test("an object that the program made has none", () => {
  expect(refusal("return product({ a: x });")).toBeUndefined();
});
