import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { takeApart } from "./take-apart.ts";

const text = `import { type Tape, slopes as s } from "cotangent/runtime";
import type { Model } from "./model.ts";

/** What is kept. */
export interface Kept<T = number> {
  readonly values: T[];
}
type Pair = [number, number];

export function f<T extends number>(
  x: number,
  y?: number | undefined,
  g: (a: number, b?: string) => number = (a: number): number => a,
): [number, (a0: number) => [
  number,
  Pair,
]] {
  const t1: Map<string, Array<number>> = new Map<string, Array<number>>([["a", [x]]]);
  const t2 = (t1.get("a")!)[0]! as number;
  const pull = (bar: number): [
    number,
    Pair,
  ] => {
    return [bar * t2, [s(y as number, bar), \`\${t2 as unknown as string} < \${"(): >"}\`.length]] as [number, Pair];
  };
  const one = ([a, b]: Pair, { c }: { c: number }): a is number => a < b && c > (a as number);
  for (let i: number = 0; i < 3; i++) if ((t1 as Map<string, number[]>).size > i) break;
  const longer = async <U,>(u: U): Promise<
    U
  > => u;
  return [g(x), pull];
}
function h(this_: Kept<number>, ...rest: number[]): void {}
export { h as other };
`;

/** As TypeScript prints it, which has erased the types of what has any; without parentheses that only `as` needed. */
function printed(code: string): string {
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      moduleDetection: ts.ModuleDetectionKind.Force,
      removeComments: true,
    },
  });
  const statements = outputText.replace(/^import .*;\n|^export \{.*\};\n/gm, "").replace(/^export /gm, "");
  return statements.replace(/(?<=[\s(])\((\w+)\)/g, "$1");
}

function expectErased(generated: string): void {
  const { code } = takeApart(generated);
  expect(code.length).toBe(generated.length);
  expect([...code.matchAll(/\n/g)].map((m) => m.index)).toEqual([...generated.matchAll(/\n/g)].map((m) => m.index));
  // What is JavaScript has no syntax errors of its own: `a as T` is one, `a < T > (b)` would be none.
  const { diagnostics } = ts.transpileModule(code, {
    fileName: "code.js",
    reportDiagnostics: true,
    compilerOptions: { target: ts.ScriptTarget.ES2022, allowJs: true },
  });
  expect(diagnostics).toEqual([]);
  expect(printed(code)).toBe(printed(generated));
}

test("types are erased as TypeScript erases them, and everything stays where it was", () => {
  expectErased(text);
  const { imports, exports } = takeApart(text);
  expect(imports).toEqual([{ specifier: "cotangent/runtime", imported: "slopes", local: "s" }]);
  expect(exports).toEqual([
    { exported: "f", local: "f" },
    { exported: "other", local: "h" },
  ]);
});

describe("of generated code", () => {
  const samples = join(import.meta.dirname, "../../../test/samples");
  const files = readdirSync(samples, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  test.each(files)("%s", (name) => expectErased(readFileSync(join(samples, name), "utf8")));
});

test.each([
  "enum E { a }",
  "const a = <number>b;",
  "namespace N { f(); }",
  "export default 1;",
  'export * from "m";',
  'import * as all from "m";',
])("what is more than types, and what the back end does not write, is refused: %s", (other) => {
  expect(() => takeApart(other)).toThrow(TypeError);
});
