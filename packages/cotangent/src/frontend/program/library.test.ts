import ts from "typescript";
import { describe, expect, test } from "vitest";
import { Library } from "./library.ts";

const parse = (path: string, text: string): ts.SourceFile => ts.createSourceFile(path, text, ts.ScriptTarget.ESNext);

/** The text of the library for a program that mentions these names. */
function textFor(library: Library, names: readonly string[] | "all", members: readonly string[] = []): string {
  library.choose(names === "all" ? names : { names, members: new Set(members) });
  return library.fileNames.map((name) => library.file(name, parse).text).join("\n");
}

const language = (): Library => new Library(["lib.es2024.d.ts", "lib.esnext.d.ts"]);

describe("a library holds", () => {
  test("what the checker looks up, whatever a program mentions", () => {
    const text = textFor(language(), []);
    for (const name of ["Array", "ReadonlyArray", "Iterable", "Promise", "String", "Number"]) {
      expect(text).toMatch(new RegExp(`interface ${name}\\b`));
    }
    expect(text).not.toMatch(/\b(Float64Array|Temporal|WeakRef|Intl)\b.*\{/);
  });

  test("what a program mentions, and what that mentions", () => {
    const text = textFor(language(), ["Float64Array"]);
    expect(text).toContain("declare var Float64Array: Float64ArrayConstructor");
    expect(text).toContain("interface Float64ArrayConstructor");
    expect(text).toContain("interface ArrayBufferView");
    expect(text).not.toContain("interface Float32Array");
  });

  test("the options of methods that write numbers, if such a method is called", () => {
    expect(textFor(language(), [])).not.toContain("namespace Intl");
    expect(textFor(language(), [], ["toLocaleString"])).toContain("namespace Intl");
  });

  test("everything, for who looks at the global object", () => {
    const all = textFor(language(), "all");
    expect(textFor(language(), ["globalThis"])).toBe(all);
    expect(all).toContain("Temporal");
  });

  test("modules as files of their own, empty where nobody needs them", () => {
    const library = language();
    expect(library.fileNames).toContain("lib.es2025.iterator.d.ts");
    library.choose({ names: [], members: new Set() });
    expect(library.file("lib.es2025.iterator.d.ts", parse).text).toContain("declare global");
    expect(library.file("lib.es2015.core.d.ts", parse).text).toBe("");
  });

  test("the same file again, if that serves", () => {
    const library = language();
    const fileFor = (...names: string[]): ts.SourceFile => {
      library.choose({ names, members: new Set() });
      return library.file(library.fileNames[0]!, parse);
    };
    const both = fileFor("Float64Array", "Map");
    expect(fileFor("Map")).toBe(both);
    const more = fileFor("Set");
    expect(more).not.toBe(both);
    expect(more.text).toContain("interface Float64Array");
  });
});

test("what hosts define is part of libraries that refer to it", () => {
  const library = new Library(["lib.es2024.full.d.ts"]);
  expect(library.definesInLanguage("Math")).toBe(true);
  expect(library.definesInLanguage("HTMLElement")).toBe(false);
  expect(textFor(library, ["HTMLCanvasElement"])).toContain("interface HTMLCanvasElement");
  expect(textFor(language(), ["HTMLCanvasElement"])).not.toContain("interface HTMLCanvasElement");
});
