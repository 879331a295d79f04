import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { localName, type Wanted } from "./reach.ts";
import { completeProgram, internals, openSource, type SourceProgram } from "./source.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cotangent-source-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

let ticks = 0;
/** Writes a file with a time of its own: clocks of file systems are coarse. */
function write(name: string, text: string): string {
  const file = join(folder, name);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, text);
  const time = new Date(Date.now() + 1000 * ++ticks);
  utimesSync(file, time, time);
  return file;
}

const treeOf = (source: SourceProgram, file: string) => internals(source, file).sourceFile(file);

function typeOf(source: SourceProgram, file: string, name: string): string {
  const { checker } = internals(source, file);
  const module = checker.getSymbolAtLocation(treeOf(source, file))!;
  const symbol = checker.getExportsOfModule(module).find((s) => s.name === name)!;
  return checker.typeToString(checker.getTypeOfSymbol(symbol));
}

test("a text put over a file counts until it is taken away", () => {
  const main = write("main.ts", "export const x = 1 as number;");
  const source = openSource({ cwd: folder });
  expect(typeOf(source, main, "x")).toBe("number");
  source.setText("main.ts", 'export const x = "" as string;');
  expect(typeOf(source, main, "x")).toBe("string");
  expect(source.textOf(main)).toContain("string");
  source.setText(main, undefined);
  expect(typeOf(source, main, "x")).toBe("number");
});

test("only what has changed is parsed again", () => {
  write("other.ts", "export const y = 1 as number;");
  const main = write("main.ts", 'import { y } from "./other.ts"; export const x = y;');
  const source = openSource({ cwd: folder });
  const other = join(folder, "other.ts");
  const before = [treeOf(source, main), treeOf(source, other)];
  source.setText(other, "export const y = true as boolean;");
  expect(typeOf(source, main, "x")).toBe("boolean");
  expect(treeOf(source, main)).toBe(before[0]);
  expect(treeOf(source, other)).not.toBe(before[1]);
});

test("a text that says what is there already changes nothing", () => {
  const text = "export const x = 1;";
  const main = write("main.ts", text);
  const source = openSource({ cwd: folder });
  const { program } = internals(source, main);
  const { version } = source;
  source.setText(main, text);
  source.setText("unheard-of.ts", undefined);
  write("main.ts", text);
  source.refresh();
  source.setText(main, undefined);
  source.refresh();
  expect(source.version).toBe(version);
  expect(internals(source, main).program).toBe(program);
});

test("changes on disk are seen when one looks", () => {
  const main = write("main.ts", "export const x = 1 as number;");
  const source = openSource({ cwd: folder });
  typeOf(source, main, "x");
  write("main.ts", 'export const x = "1" as string;');
  expect(typeOf(source, main, "x")).toBe("number");
  source.refresh();
  expect(typeOf(source, main, "x")).toBe("string");
});

test("a file on disk does not count while a text is over it", () => {
  const main = write("main.ts", "export const x = 1 as number;");
  const source = openSource({ cwd: folder });
  source.setText(main, "export const x = true as boolean;");
  write("main.ts", 'export const x = "1" as string;');
  source.refresh();
  expect(typeOf(source, main, "x")).toBe("boolean");
  source.setText(main, undefined);
  expect(typeOf(source, main, "x")).toBe("string");
});

test.each(["disk", "text"])("an import that led nowhere leads somewhere once the file is there (%s)", (where) => {
  const main = write("main.ts", 'import { y } from "./other.ts"; export const x = y;');
  const source = openSource({ cwd: folder });
  expect(typeOf(source, main, "x")).toBe("any");
  if (where === "disk") write("other.ts", "export const y = 1 as number;");
  else source.setText("other.ts", "export const y = 1 as number;");
  source.refresh();
  expect(typeOf(source, main, "x")).toBe("number");
});

test("an import is followed to another file once the first one is gone", () => {
  write("other.ts", "export const y = 1 as number;");
  write("other/index.ts", 'export const y = "" as string;');
  const main = write("main.ts", 'import { y } from "./other"; export const x = y;');
  const source = openSource({ cwd: folder });
  expect(typeOf(source, main, "x")).toBe("number");
  rmSync(join(folder, "other.ts"));
  source.refresh();
  expect(typeOf(source, main, "x")).toBe("string");
});

test("a file that was opened and is gone is no part of the program", () => {
  const main = write("main.ts", "export const x = 1;");
  const gone = write("gone.ts", "export const y = 1;");
  const source = openSource({ cwd: folder });
  treeOf(source, gone);
  rmSync(gone);
  source.refresh();
  expect(() => treeOf(source, gone)).toThrow("gone.ts");
  expect(typeOf(source, main, "x")).toBe("1");
});

const wantedX = [localName("x")];
const namesOf = (source: SourceProgram, file: string, wanted?: readonly Wanted[]): string[] =>
  internals(source, file, wanted)
    .program.getSourceFiles()
    .map((f) => f.fileName.replace(`${folder}/`, ""))
    .filter((name) => !name.startsWith("/") && !name.startsWith("lib."));

test("imports are followed for what is wanted", () => {
  write("model.ts", "export const one = 1 as number;");
  write("view.ts", 'import "./deep.ts"; export const view = 1;');
  write("deep.ts", "export {};");
  const main = write(
    "main.ts",
    'import { one } from "./model.ts"; import { view } from "./view.ts"; export const x = one; export const y = view;',
  );
  const source = openSource({ cwd: folder });
  expect(namesOf(source, main, wantedX)).toEqual(["model.ts", "main.ts"]);
  expect(typeOf(source, main, "x")).toBe("number");
  expect(namesOf(source, main)).toEqual(["model.ts", "deep.ts", "view.ts", "main.ts"]);
});

test("what turns out to be needed is opened, however many files lie between", () => {
  for (let i = 0; i < 6; i++)
    write(`m${i}.ts`, `import { y } from "./m${i + 1}.ts"; export const x = y; export { x as y };`);
  write("m6.ts", 'export { z as y } from "./m7.ts";');
  write("m7.ts", "export const z = 1 as number;");
  const source = openSource({ cwd: folder });
  const main = join(folder, "m0.ts");
  internals(source, main, wantedX);
  const { checker, program } = internals(source, main, wantedX);
  const symbol = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(main)!)!)[0]!;
  expect(checker.typeToString(checker.getTypeOfSymbol(symbol))).toBe("number");
});

test("a complete program leaves nothing out, until something changes", () => {
  write("view.ts", "export const view = 1;");
  const main = write("main.ts", 'import { view } from "./view.ts"; export const x = 1; export const y = view;');
  const source = openSource({ cwd: folder });
  internals(source, main, wantedX);
  expect(completeProgram(source)).toBe(true);
  expect(completeProgram(source)).toBe(false);
  expect(namesOf(source, main, wantedX)).toEqual(["view.ts", "main.ts"]);
  source.setText(main, 'import { view } from "./view.ts"; export const x = 2; export const y = view;');
  expect(namesOf(source, main, wantedX)).toEqual(["main.ts"]);
});

test("the declarations of Node are opened for names that nothing else explains", () => {
  const config = write(
    "tsconfig.json",
    '{ "compilerOptions": { "types": ["node"], "target": "ES2022", "lib": ["ES2022"] } }',
  );
  write(
    "node_modules/@types/node/package.json",
    '{ "name": "@types/node", "version": "1.0.0", "types": "index.d.ts" }',
  );
  write(
    "node_modules/@types/node/index.d.ts",
    'declare var process: { argv: string[] };\ndeclare module "fs" { export const x: 1; }',
  );
  const main = write(
    "main.ts",
    'import { x as fs } from "fs"; export const x = Math.PI; export const y = process.argv; export const z = fs;',
  );
  const declarations = "node_modules/@types/node/index.d.ts";
  for (const [name, isOpen] of [
    ["x", false],
    ["y", true],
    ["z", true],
  ] as const) {
    const source = openSource({ cwd: folder, tsconfig: config });
    expect(namesOf(source, main, [localName(name)]).includes(declarations)).toBe(isOpen);
  }
});

test("what a file refers to by name is opened, and the library with it", () => {
  write("shapes.d.ts", '/// <reference lib="dom" />\ndeclare interface Shape { canvas: HTMLCanvasElement }');
  const main = write(
    "main.ts",
    '/// <reference path="./shapes.d.ts" />\nexport const x = (s: Shape) => s.canvas.width;',
  );
  const source = openSource({ cwd: folder });
  expect(typeOf(source, main, "x")).toBe("(s: Shape) => number");
});
