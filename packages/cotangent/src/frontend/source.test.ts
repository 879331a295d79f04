import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { internals, openSource, type SourceProgram } from "./source.ts";

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
