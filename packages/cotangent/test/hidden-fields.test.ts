/**
 * What an object literal does not list it does not have. An object from outside may have more fields than its type says,
 * so that one of these is not taken to be missing.
 */
import { expect, test } from "vitest";
import { openProgram } from "../src/api/compile.ts";

const program = (f: string): string => `
interface Wide { a: number; b?: number; more?: Map<string, unknown> }
declare function given(a: number): { a: number };
const start: { a: number } = { a: 3 };
export const shared = start;
function product(o: Wide): number { return o.a * (o.b ?? 1); }
export ${f}
`;

const refusal = (f: string): unknown => {
  const file = "/hidden/fields.ts";
  try {
    openProgram({ cwd: "/hidden", sources: { [file]: program(f) } }).derive(`${file}#f`, { operator: "grad" });
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  }
};

const hidden: Readonly<Record<string, string>> = {
  "an argument": "const f = (o: { a: number }): number => product(o);",
  "an object in an argument": "const f = (list: { a: number }[]): number => product(list[0]!);",
  "an object spread from an argument": "const f = (o: { a: number }): number => product({ ...o });",
  "what is left over from an argument":
    "const f = (o: { a: number; c: number }): number => { const { c, ...rest } = o; return product(rest) * c; };",
  "an object of the module": "const f = (x: number): number => product(shared) * x;",
  "a literal that may be the argument":
    "const f = (o: { a: number }, x: number): number => product(x > 1 ? o : { a: x });",
};

test.each(Object.entries(hidden))("%s may have more fields", (_, f) => {
  expect(refusal(f)).toBe("unknown-field");
});

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
  "an argument": "const m = { a: 7, ...outside }; return m.a ?? 3;",
};

test.each(Object.entries(undefinedIn))("what %s may hold is told from what is missing", (_, body) => {
  const types = `interface Part { a?: number; b?: number; c?: number }
type Kind = { kind: 1; a?: number } | { kind: 2; c: number };
const maybe = (x: number): number | undefined => (x > 1 ? undefined : x);`;
  const code = refusal(`const f = (x: number, outside: Part): number => { ${body} };\n${types}`);
  expect(code).toMatch(/^(object-member|field-presence)$/);
});

test("an object that the program made has none", () => {
  expect(refusal("const f = (x: number): number => product({ a: x });")).toBeUndefined();
  expect(refusal("const f = (o: { c: number }): number => product({ a: o.c });")).toBeUndefined();
});
