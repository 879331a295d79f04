import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

// The rules are read from ARCHITECTURE.md, so that what people read is what holds.

const here = dirname(fileURLToPath(import.meta.url));
const src = resolve(here, "../src");
const root = resolve(here, "../../..");
const document = readFileSync(join(root, "ARCHITECTURE.md"), "utf8");
/** What git has or is about to have. */
const known = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\0")
  .filter((path) => path !== "" && existsSync(join(root, path)));

/** The table under the heading "Who may import whom": folder -> folders that its files may import. */
function readRules(): Map<string, ReadonlySet<string>> {
  const section = /^## Who may import whom$(.*?)(?=^## |(?![\s\S]))/ms.exec(document)?.[1] ?? "";
  const names = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map((m) => m[1]!);
  const rules = new Map<string, ReadonlySet<string>>();
  for (const line of section.split("\n").filter((l) => l.startsWith("| `"))) {
    const [, folders = "", allowed = ""] = line.split("|");
    for (const folder of names(folders)) rules.set(folder, new Set(names(allowed)));
  }
  return rules;
}

interface SourceFile {
  readonly path: string;
  readonly folder: string;
  readonly text: string;
}

const files: SourceFile[] = readdirSync(src, { recursive: true, encoding: "utf8" })
  .map((path) => path.replace(/\\/g, "/"))
  .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"))
  .map((path) => ({
    path,
    folder: path.includes("/") ? path.slice(0, path.indexOf("/")) : "",
    text: readFileSync(join(src, path), "utf8"),
  }));

/** Paths under src that a file imports; `valuesOnly`: without what is gone once types are erased. */
function importsOf(file: SourceFile, valuesOnly = false): string[] {
  const statements = /^(?:import|export)\s(?<clause>[^;"']*?\sfrom\s)?"(?<path>[^"]+)"|import\("(?<late>[^"]+)"\)/gm;
  return [...file.text.matchAll(statements)]
    .filter((m) => !(valuesOnly && /^(?:import|export) type\s/.test(m[0])))
    .map((m) => m.groups!.path ?? m.groups!.late!)
    .filter((path) => path.startsWith("."))
    .map((path) => relative(src, resolve(src, dirname(file.path), path)).replace(/\\/g, "/"));
}

const rules = readRules();

describe("the house", () => {
  test("ARCHITECTURE.md has a rule for each folder and no other", () => {
    const folders = new Set(files.map((f) => f.folder).filter((f) => f !== ""));
    expect([...rules.keys()].sort()).toEqual([...folders].sort());
  });

  test("rules go one way: no folder may import itself by way of others", () => {
    const visit = (folder: string, path: readonly string[]): void => {
      expect(path, `${[...path, folder].join(" -> ")} is a cycle`).not.toContain(folder);
      for (const next of rules.get(folder) ?? []) visit(next, [...path, folder]);
    };
    for (const folder of rules.keys()) visit(folder, []);
  });

  test("files import only what their folder may", () => {
    const wrong = files.flatMap((file) =>
      importsOf(file)
        .filter((path) => file.folder !== "" && !isAllowed(file, path))
        .map((path) => `${file.path} imports ${path}`),
    );
    expect(wrong).toEqual([]);
  });

  test("of the front end, what opens programs and what asks about text stand on nothing else", () => {
    const ground = ["program", "syntax"].map((room) => `frontend/${room}/`);
    const wrong = files.flatMap((file) => {
      const own = ground.find((room) => file.path.startsWith(room));
      if (!own) return [];
      return importsOf(file, true)
        .filter((path) => path.startsWith("frontend/") && !path.startsWith(own))
        .map((path) => `${file.path} imports ${path}`);
    });
    expect(wrong).toEqual([]);
    for (const room of ground) expect(files.some((file) => file.path.startsWith(room))).toBe(true);
  });

  test("files import each other in a circle only where ARCHITECTURE.md says so", () => {
    const [, listed = ""] = /circle only\s+in\s+([^,.]*)/.exec(document) ?? [];
    const recursive = [...listed.matchAll(/`([^`]+)`/g)].map((m) => m[1]);
    const graph = new Map(files.map((f) => [f.path, importsOf(f, true)]));
    const done = new Set<string>();
    const circles: string[] = [];
    const visit = (path: string, open: readonly string[]): void => {
      if (open.includes(path)) {
        circles.push([...open.slice(open.indexOf(path)), path].join(" -> "));
        return;
      }
      if (done.has(path)) return;
      for (const next of graph.get(path) ?? []) visit(next, [...open, path]);
      done.add(path);
    };
    for (const { path, folder } of files) if (!recursive.includes(folder)) visit(path, []);
    expect(circles.filter((c) => !recursive.some((folder) => c.startsWith(`${folder}/`)))).toEqual([]);
  });

  test("only the front end knows TypeScript's compiler", () => {
    const wrong = files.filter((f) => /from "typescript"/.test(f.text) && f.folder !== "frontend").map((f) => f.path);
    expect(wrong).toEqual([]);
  });

  test("what a browser imports loads no module of Node and no compiler", () => {
    const reached = new Set<string>();
    const visit = (path: string): void => {
      const file = files.find((f) => f.path === path);
      if (!file || reached.has(path)) return;
      reached.add(path);
      for (const next of importsOf(file, true)) visit(next);
    };
    visit("index.ts");
    visit("runtime/index.ts");
    const wrong = files.filter((f) => reached.has(f.path) && /from "(node:|typescript)/.test(f.text));
    expect(wrong.map((f) => f.path)).toEqual([]);
  });

  test("no file is longer than 500 lines, of the tests and examples either", () => {
    const long = known
      .filter((path) => path.endsWith(".ts"))
      .map((path) => ({ path, lines: readFileSync(join(root, path), "utf8").split("\n").length - 1 }))
      .filter((f) => f.lines > 500);
    expect(long).toEqual([]);
  });

  test("each file opens with what it is about", () => {
    const silent = files.filter((f) => f.folder !== "" && !/^(\/\*\*|\/\/)/.test(f.text));
    expect(silent.map((f) => f.path)).toEqual([]);
  });

  test("no file holds what a merge left undecided", () => {
    const undecided = known.filter((path) => /^(?:<{7}|>{7}) /m.test(readFileSync(join(root, path), "latin1")));
    expect(undecided).toEqual([]);
  });
});

/** Entry points of the package lie outside of the folders and are what programs import, so nothing imports them but `cli`. */
function isAllowed(file: SourceFile, path: string): boolean {
  const folder = path.includes("/") ? path.slice(0, path.indexOf("/")) : "";
  if (folder === "") return file.folder === "cli" && path === "register.ts";
  return folder === file.folder || (rules.get(file.folder)?.has(folder) ?? false);
}
