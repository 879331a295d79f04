import { posix } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { everything, localName, Reach, type Wanted } from "./reach.ts";

/** What is reached of a program in memory: for each file the names that its reached statements declare. */
function reached(texts: Readonly<Record<string, string>>, file: string, ...wanted: Wanted[]): Record<string, string> {
  const trees = new Map(
    Object.entries(texts).map(([path, text]) => [path, ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true)]),
  );
  const reach = new Reach(
    (from, { text }) => {
      const path = posix.join(posix.dirname(from.fileName), text);
      return trees.has(path) ? path : undefined;
    },
    (path) => trees.get(path),
  );
  for (const one of wanted) reach.ask(file, one);
  return Object.fromEntries(
    [...reach.files.values()].map(({ path, pieces, isAll }) => {
      const names = [...pieces].sort((a, b) => a.index - b.index).map((p) => p.declares.join("+") || "-");
      return [path, isAll && names.length === 0 ? "all" : names.join(" ")];
    }),
  );
}

describe("what is reached", () => {
  test("are declarations, and the declarations of what they mention", () => {
    const text = "export const a = 1; const b = a; function f() { return b; } function g() {} type T = typeof g;";
    expect(reached({ "/m.ts": text }, "/m.ts", localName("f"))).toEqual({ "/m.ts": "a b f" });
    expect(reached({ "/m.ts": text }, "/m.ts", localName("T"))).toEqual({ "/m.ts": "g T" });
  });

  test("is behind imports by the names that they import", () => {
    const texts = {
      "/m.ts":
        'import { f as g, type T } from "./a.ts"; import d from "./b.ts"; export const x = g; export const y: T = d;',
      "/a.ts": "export function f() {} export interface T {} export const other = 1;",
      "/b.ts": "export default 1; export const other = 2;",
    };
    expect(reached(texts, "/m.ts", localName("x"))).toEqual({ "/m.ts": "x", "/a.ts": "f" });
    expect(reached(texts, "/m.ts", localName("y"))).toEqual({ "/m.ts": "y", "/a.ts": "T", "/b.ts": "default" });
  });

  test("is passed on by exports, by names, namespaces and stars", () => {
    const texts = {
      "/m.ts": 'import { f, ns } from "./a.ts"; export const x = f; export const y = ns;',
      "/a.ts": 'export * from "./b.ts"; export * as ns from "./c.ts"; export { z } from "./d.ts";',
      "/b.ts": "const inner = 1; export { inner as f }; export const unused = 2;",
      "/c.ts": "export const c = 1; const hidden = 2;",
      "/d.ts": "export const z = 1;",
    };
    expect(reached(texts, "/m.ts", localName("x"))).toEqual({ "/m.ts": "x", "/a.ts": "", "/b.ts": "inner" });
    expect(reached(texts, "/m.ts", localName("y"))).toEqual({ "/m.ts": "y", "/a.ts": "", "/c.ts": "c hidden" });
  });

  test("is all of a module that is imported as a whole, in code or in a type", () => {
    const texts = {
      "/m.ts": 'import * as ns from "./a.ts"; export const x = ns; export let y: import("./a.ts").T;',
      "/a.ts": "export interface T {} export const other = 1;",
    };
    expect(reached(texts, "/m.ts", localName("x"))["/a.ts"]).toBe("T other");
    expect(reached(texts, "/m.ts", localName("y"))["/a.ts"]).toBe("T other");
  });

  test("are members of nobody: names behind a dot, of fields and of properties", () => {
    const text = "export const a = 1; const o = { a: 2, b: 3 }; export const f = () => o.a; export type T = { a: 1 };";
    expect(reached({ "/m.ts": text }, "/m.ts", localName("f"), localName("T"))).toEqual({ "/m.ts": "o f T" });
  });

  test("is what adds to a function, and what declares for all, whoever sees the file", () => {
    const texts = {
      "/m.ts": 'import "./global.ts"; export function f() {} f.x = 1; function g() {} g.y = 2;',
      "/global.ts": "export {}; interface Own {} declare global { interface Math { own: Own } } const unused = 1;",
    };
    expect(reached(texts, "/m.ts", localName("f"))).toEqual({ "/m.ts": "f f", "/global.ts": "Own global" });
  });

  test("is all of a script, and of a module that is one value", () => {
    const texts = {
      "/m.ts": 'import a from "./a.ts"; export const x = a;',
      "/a.ts": "const a = 1, b = 2; export = a;",
      "/script.ts": "var shared = 1; function f() {}",
    };
    expect(reached(texts, "/m.ts", localName("x"))).toEqual({ "/m.ts": "x", "/a.ts": "all" });
    expect(reached(texts, "/script.ts", localName("f"))).toEqual({ "/script.ts": "all" });
  });

  test("ends, where files import each other", () => {
    const texts = {
      "/a.ts": 'import { g } from "./b.ts"; export const f = (): number => g();',
      "/b.ts": 'import { f } from "./a.ts"; export const g = (): number => f();',
    };
    expect(reached(texts, "/a.ts", everything)).toEqual({ "/a.ts": "- f", "/b.ts": "g" });
  });
});
