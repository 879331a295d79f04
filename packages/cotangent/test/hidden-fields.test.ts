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

test("an object that the program made has none", () => {
  expect(refusal("const f = (x: number): number => product({ a: x });")).toBeUndefined();
  expect(refusal("const f = (o: { c: number }): number => product({ a: o.c });")).toBeUndefined();
});
