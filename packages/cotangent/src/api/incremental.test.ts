import fc from "fast-check";
import { expect, test } from "vitest";
import { CotangentError, formatError } from "../core/errors.ts";
import { openSource, type SourceProgram } from "../frontend/program/source.ts";
import type { Span } from "../ir/types.ts";
import { forEachInstr } from "../ir/visit.ts";
import { type Counts, type Derivative, openOn, openProgram, type Program, type Target } from "./compile.ts";

// A program that changes: what was made of it must be what a program opened now would make, and no more may be made
// than what depends on the change.

const main = `
import { half } from "./half.ts";
import { noise } from "./noise.ts";
export function f(x: number): number {
  return half(x) ** 3;
}
export function g(x: number): number {
  return Math.sin(x) * noise(x);
}
export const table = { entries: [1, 2, 3] };
`;
const half = `
export function half(x: number): number {
  return x / 2;
}
export function unused(x: number): number {
  return x;
}
`;
const noise = "export function noise(x: number): number {\n  return x * x;\n}\n";

function open(texts: Readonly<Record<string, string>> = { "main.ts": main, "half.ts": half, "noise.ts": noise }): {
  source: SourceProgram;
  program: Program;
  counts: Counts;
} {
  const source = openSource({ cwd: "/virtual", overlay: new Map(Object.entries(texts)) });
  const counts = { lowerings: 0, derivations: 0 };
  return { source, program: openOn(source, counts), counts };
}

const gradient = { operator: "grad" } as const;

test("an edit makes again what depends on it, and nothing else", () => {
  const { source, program, counts } = open();
  program.derive("main.ts#f", gradient);
  const g = program.derive("main.ts#g", gradient);
  expect(counts).toEqual({ lowerings: 2, derivations: 2 });
  source.setText("half.ts", half.replace("x / 2", "x / 4"));
  expect(program.derive("main.ts#f", gradient).text).toContain("/ 4");
  expect(program.derive("main.ts#g", gradient).module).toBe(g.module);
  expect(counts).toEqual({ lowerings: 3, derivations: 3 });
});

test("rules that a module begins or ceases to use, and their tables, count as what it depends on", () => {
  const use = (first: string): string => `import * as c from "cotangent";
import { half } from "./half.ts";
import * as table from "./table.ts";
${first}
export const all = table;
export function f(x: number): number {
  return half(x);
}
`;
  const table = `import { customVjp } from "cotangent";
import { half } from "./half.ts";
export const ruled = customVjp(half, (x) => [x / 2, (bar) => [7 * bar]]);
`;
  const { source, program } = open({ "use.ts": use(""), "half.ts": half, "table.ts": table });
  expect(program.derive("use.ts#f", gradient).text).not.toContain("7");
  source.setText("use.ts", use("c.useRules(table);"));
  expect(program.derive("use.ts#f", gradient).text).toContain("7");
  source.setText("table.ts", table.replace("7", "8"));
  expect(program.derive("use.ts#f", gradient).text).toContain("8");
  source.setText("use.ts", use(""));
  expect(program.derive("use.ts#f", gradient).text).not.toContain("8");
});

test.each([
  ["a function that is not called", "half.ts", half.replace("return x;", "return x + 1;")],
  ["a function beside it", "main.ts", main.replace("Math.sin", "Math.cos")],
  ["a new function", "main.ts", `${main}export const h = (x: number): string => String(x);\n`],
  ["a comment", "main.ts", main.replace("export function f", "// what is asked for\nexport function f")],
  ["an import of nothing that it uses", "main.ts", `import { View } from "./view.ts";\n${main}`],
])("an edit of %s makes nothing again", (_, file, text) => {
  const { source, program, counts } = open();
  const before = program.derive("main.ts#f", gradient);
  source.setText(file, text);
  expect(program.derive("main.ts#f", gradient).text).toBe(before.text);
  expect(counts).toEqual({ lowerings: 1, derivations: 1 });
});

test("a program that is edited back has what it had", () => {
  const { source, program, counts } = open();
  const before = program.derive("main.ts#f", gradient);
  source.setText("main.ts", main.replace("** 3", "** 2"));
  source.setText("main.ts", main);
  expect(program.derive("main.ts#f", gradient).module).toBe(before.module);
  expect(counts.lowerings).toBe(1);
});

test("a function is found again by its new place, and its places are the new ones", () => {
  const { source, program, counts } = open();
  const at = (text: string): Target => ({ file: "main.ts", name: "f", position: text.indexOf("export function f") });
  program.derive(at(main), gradient);
  const moved = `// A line\n// and another\n${main}`;
  source.setText("main.ts", moved);
  const derivative = program.derive(at(moved), gradient);
  expect(counts).toEqual({ lowerings: 1, derivations: 1 });
  const texts = spansOf(derivative).map(({ file, start, end }) => source.textOf(file)?.slice(start, end));
  expect(texts.length).toBeGreaterThan(0);
  expect(texts.every((text) => main.includes(text!) || half.includes(text!))).toBe(true);
  expect(texts).toContain("half(x) ** 3");
});

function spansOf({ module }: Derivative): Span[] {
  const found: Span[] = [];
  for (const func of module.functions.values()) {
    if (func.span) found.push(func.span);
    forEachInstr(func.body, ({ span }) => void (span && found.push(span)));
  }
  return found;
}

test("a derivative names the files that contribute, and no others", () => {
  const { program } = open();
  expect(program.derive("main.ts#f", gradient).files).toEqual(["/virtual/half.ts", "/virtual/main.ts"]);
  expect(program.derive("main.ts#g", gradient).files).toEqual(["/virtual/main.ts", "/virtual/noise.ts"]);
});

test("a change of a type, of what is exported, or of what is written elsewhere counts", () => {
  const { source, program } = open({
    "main.ts": `
import type { Point } from "./point.ts";
import { scale } from "./scale.ts";
export const f = (p: Point): number => p.x * scale[0]!;
`,
    "point.ts": "export interface Point { x: number }\n",
    "scale.ts": "const scale: number[] = [2];\nexport { scale };\n",
  });
  const types = (): string => program.derive("main.ts#f", gradient).text;
  const before = types();
  source.setText("point.ts", "export interface Point { x: number; y: number }\n");
  const after = types();
  expect(after).not.toBe(before);
  source.setText("scale.ts", "const scale: number[] = [2];\nexport { scale as factor, scale };\n");
  expect(types()).toContain("factor");
  source.setText(
    "scale.ts",
    "const scale: number[] = [2];\nexport { scale };\nexport const set = (): void => { scale[0] = 1; };",
  );
  expect(types).toThrow(CotangentError);
});

test("what other code of a file does with a constant counts", () => {
  const around = (body: string): string => `
const rows = [[1, 2]];
function set(r: number[]): void { ${body} }
export function update(): void { set(rows[0]!); }
export const f = (x: number): number => x * rows[0]![0]!;
`;
  const { source, program } = open({ "main.ts": around("r.join();") });
  const derive = (): string => program.derive("main.ts#f", gradient).text;
  const before = derive();
  source.setText("main.ts", around("r[0] = 9;"));
  expect(derive).toThrow(CotangentError);
  source.setText("main.ts", around("r.join();"));
  expect(derive()).toBe(before);
});

test("an error goes away with the edit that mends it", () => {
  const { source, program } = open();
  source.setText("half.ts", half.replace("x / 2", '"" + x'));
  expect(() => program.derive("main.ts#f", gradient)).toThrow("not assignable");
  source.setText("half.ts", half);
  expect(program.derive("main.ts#f", gradient).text).toContain("/ 2");
});

// Pieces of two files, each in several versions; an edit takes another version of one.
const pieces = {
  "main.ts": [
    ["", "// a comment\n\n", "import './extra.ts';\n"],
    ['import { half as h, k } from "./lib.ts";\n', 'import * as lib from "./lib.ts";\nconst { half: h, k } = lib;\n'],
    ["", "type P = { a: number; b: number };\n", "interface P { a: number; b: number }\n"],
    [
      "export const f = (x: number): number => h(x) * k;\n",
      "export function f(x: number): number {\n  return h(h(x)) + k;\n}\n",
    ],
    ["", "const p: P = { a: 1, b: 2 };\n", "function other(): void {\n  console.log(f(1));\n}\n"],
    [
      "export function g(x: number): number {\n  return f(x) ** 2;\n}\n",
      "export const g = (x: number): number => Math.exp(x);\n",
    ],
  ],
  "lib.ts": [
    ["", "\n\n", 'export type { Q } from "./nowhere.ts";\n'],
    [
      "export function half(x: number): number {\n  return x / 2;\n}\n",
      "export const half = (x: number): number => 0.5 * x;\n",
    ],
    [
      "export const k = 3;\n",
      "export const k: number = Math.PI;\n",
      "export let k = 1;\n",
      "const k = [1, 2].length;\nexport { k };\n",
    ],
    [
      "",
      "export function set(): void {\n  k = 2;\n}\n",
      "declare global {\n  interface Math { twice(x: number): number }\n}\n",
    ],
  ],
} as const;
type File = keyof typeof pieces;

test("after any edits, a program says what a program opened then says", () => {
  const edit = fc
    .constantFrom(...(Object.keys(pieces) as File[]))
    .chain((file) =>
      fc
        .nat(pieces[file].length - 1)
        .chain((slot) => fc.nat(pieces[file][slot]!.length - 1).map((version) => ({ file, slot, version }))),
    );
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), (edits) => {
      const chosen: Record<File, number[]> = { "main.ts": [0, 0, 0, 0, 0, 0], "lib.ts": [0, 0, 0, 0] };
      const textOf = (file: File): string => chosen[file].map((v, slot) => pieces[file][slot]![v]).join("");
      const texts = (): Record<string, string> => ({
        "main.ts": textOf("main.ts"),
        "lib.ts": textOf("lib.ts"),
        "extra.ts": "export {};",
      });
      const { source, program } = open(texts());
      for (const { file, slot, version } of edits) {
        chosen[file][slot] = version;
        source.setText(file, textOf(file));
        const fresh = openProgram({ cwd: "/virtual", sources: texts() });
        for (const name of ["f", "g"]) {
          expect(say(program, `main.ts#${name}`)).toEqual(say(fresh, `main.ts#${name}`));
        }
      }
    }),
    { numRuns: 25 },
  );
}, 120_000);

function say(program: Program, target: string): unknown {
  try {
    const derivative = program.derive(target, gradient);
    const { text, files, mappings } = derivative;
    return { text, files, mappings, spans: spansOf(derivative) };
  } catch (error) {
    if (!(error instanceof CotangentError)) throw error;
    return error.all.map((e) => formatError(e));
  }
}
