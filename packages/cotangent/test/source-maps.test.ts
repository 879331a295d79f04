/**
 * Laws of the maps from derivatives to programs, on every corpus program: each place that is mapped means a place in
 * the code that the program reaches, and each line that a derivative flows through has code that maps to it.
 */
import { readdirSync } from "node:fs";
import { eachMapping, TraceMap } from "@jridgewell/trace-mapping";
import ts from "typescript";
import { afterAll, describe, expect, test } from "vitest";
import { analyzeActivity } from "../src/analysis/activity.ts";
import { reachableFunctions } from "../src/analysis/points-to.ts";
import { type Derivative, type Operator, openOn, openProgram } from "../src/api/compile.ts";
import { CotangentError } from "../src/core/errors.ts";
import { transpile } from "../src/frontend/program/emit.ts";
import { holdsNumbers } from "../src/ir/type.ts";
import { forEachInstr } from "../src/ir/visit.ts";
import { preludeFile } from "../src/prelude/index.ts";
import { argnumsOf, type CorpusProgram, corpus, corpusFolder } from "./support/corpus.ts";
import { openFiles } from "./support/engines.ts";

const files = readdirSync(corpusFolder).flatMap((name) => (name.endsWith(".ts") ? [corpusFolder + name] : []));
const source = openFiles(files);
const program = openOn(source);
/** Half of the operators, by the number of the program: the value or a tangent, and one of the two that go backwards. */
function operatorsOf(n: number): readonly Operator[] {
  return [n % 2 === 0 ? "value" : "jvp", Math.floor(n / 2) % 2 === 0 ? "grad" : "vjp"];
}

interface Stretch {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

interface TopLevel extends Stretch {
  readonly declares: readonly string[];
  readonly mentions: ReadonlySet<string>;
  /** Of a class the name of the one that it extends. */
  readonly extended?: string | undefined;
}

/** The names that a declaration or a pattern binds. */
function namesIn(name: ts.Node | undefined): readonly string[] {
  if (!name) return [];
  if (ts.isIdentifier(name)) return [name.text];
  return ts.isObjectBindingPattern(name) || ts.isArrayBindingPattern(name)
    ? name.elements.flatMap((e) => (ts.isBindingElement(e) ? namesIn(e.name) : []))
    : [];
}

/** The statements of the corpus by what they declare and mention; an import that renames declares the one by the other. */
const topLevel: readonly TopLevel[] = files.flatMap((file) => {
  const parsed = ts.createSourceFile(file, source.textOf(file) ?? "", ts.ScriptTarget.ES2024, true);
  return parsed.statements.flatMap((statement): TopLevel[] => {
    const at = { file, start: statement.getStart(parsed), end: statement.end };
    if (ts.isImportDeclaration(statement)) {
      const bindings = statement.importClause?.namedBindings;
      const renamed = bindings && ts.isNamedImports(bindings) ? bindings.elements : [];
      return renamed.map(({ name, propertyName }) => {
        return { ...at, declares: [name.text], mentions: new Set(propertyName ? [propertyName.text] : []) };
      });
    }
    const mentions = new Set<string>();
    const collect = (node: ts.Node): void => {
      if (ts.isIdentifier(node)) mentions.add(node.text);
      node.forEachChild(collect);
    };
    collect(statement);
    const declared = ts.isVariableStatement(statement) ? statement.declarationList.declarations : [statement];
    const declares = declared.flatMap((d) => namesIn((d as ts.NamedDeclaration).name));
    const base = ts.isClassDeclaration(statement) ? statement.heritageClauses?.[0]?.types[0]?.expression : undefined;
    return [{ ...at, declares, mentions, extended: base?.getText(parsed) }];
  });
});

/** The statements that a function can reach by names. */
function reachedFrom(file: string, name: string): ReadonlySet<TopLevel> {
  const found = new Set(topLevel.filter((s) => s.file === file && s.declares.includes(name)));
  for (const statement of found) {
    // Of a class the compiler considers all that extend it, too: which one an instance has is asked when the program runs.
    const extended = (other: TopLevel): boolean =>
      other.file === statement.file && other.extended !== undefined && statement.declares.includes(other.extended);
    for (const other of topLevel)
      if (other.declares.some((d) => statement.mentions.has(d)) || extended(other)) found.add(other);
  }
  return found;
}

/** Of each file the places that its lines begin at. */
const lineStarts = new Map<string, readonly number[]>();

function lineOf(file: string, offset: number): string {
  let starts = lineStarts.get(file);
  if (!starts) {
    starts = [0, ...[...(source.textOf(file) ?? "").matchAll(/\n/g)].map(({ index }) => index + 1)];
    lineStarts.set(file, starts);
  }
  return `${file}:${starts.findLastIndex((start) => start <= offset) + 1}`;
}

/** The lines of corpus files that derivatives flow through. */
function activeLines({ file, name, argnums }: CorpusProgram): ReadonlySet<string> {
  // What is never needed is in no derivative.
  const { module, entry } = program.lower(`${corpusFolder}${file}#${name}`);
  const params = module.functions.get(entry)?.body.params ?? [];
  const active = params.map((p, i) => (argnums ? argnums.includes(i) : holdsNumbers(p.type)));
  const { isActive } = analyzeActivity(module, entry, active);
  const lines = new Set<string>();
  for (const func of reachableFunctions(module, entry)) {
    forEachInstr(func.body, ({ op, span, results }) => {
      if (op === "apply" && span && span.file !== preludeFile && results.some(isActive)) {
        lines.add(lineOf(span.file, span.start));
      }
    });
  }
  return lines;
}

/** Undefined for the gradient of a function that has none. */
function derive(entry: CorpusProgram, operator: Operator): Derivative | undefined {
  const { file, name } = entry;
  const argnums = entry.argnums ?? argnumsOf(entry);
  try {
    const options = operator === "value" ? {} : { argnums };
    return program.derive(`${corpusFolder}${file}#${name}`, { operator, ...options });
  } catch (error) {
    if (operator === "grad" && error instanceof CotangentError && error.code === "result-not-scalar") return undefined;
    throw error;
  }
}

let mapped = 0;
afterAll(() => expect(mapped).toBeGreaterThan(corpus.length * 1.5));

describe("maps of derivatives", () => {
  test.each(corpus)("$file $name", (entry) => {
    const reached = [...reachedFrom(corpusFolder + entry.file, entry.name)];
    const active = activeLines(entry);
    for (const operator of operatorsOf(corpus.indexOf(entry))) {
      const derivative = derive(entry, operator);
      if (!derivative) continue;
      mapped++;
      const { text, mappings } = derivative;
      const rows = text.split("\n");
      const isIn = (file: string, offset: number): boolean =>
        file === preludeFile ||
        // Names do not lead to a rule that a table has for them.
        (entry.file === "rules-tables.ts" && file === corpusFolder + entry.file) ||
        reached.some((s) => s.file === file && s.start <= offset && offset < s.end);
      expect(mappings.filter((m) => !isIn(m.file, m.offset))).toEqual([]);
      expect(mappings.filter((m) => !/\S/.test(rows[m.line]?.charAt(m.column) ?? ""))).toEqual([]);
      const hit = new Set(mappings.map(({ file, offset }) => lineOf(file, offset)));
      expect([...active].filter((line) => !hit.has(line))).toEqual([]);
    }
  });
});

describe("a map as others read it", () => {
  const file = "/somewhere/src/model.ts";
  const text = `const rate = 0.5;
export function f(xs: number[], f: number): number {
  const t1 = xs.reduce((a, x) => a + Math.exp(x), 0);
  return t1 * f * rate;
}
`;
  const open = openProgram({ sources: { [file]: text } });

  /** Every mapping with a source, as generated and original text from there on. */
  function pairs({ text: generated, map }: Pick<Derivative, "text" | "map">): [string, string, string | null][] {
    const rows = generated.split("\n");
    const trace = new TraceMap(JSON.stringify(map));
    const found: [string, string, string | null][] = [];
    eachMapping(trace, (m) => {
      if (m.source === null || !m.source.endsWith("model.ts")) return;
      const row = text.split("\n")[m.originalLine - 1] ?? "";
      found.push([rows[m.generatedLine - 1]?.slice(m.generatedColumn) ?? "", row.slice(m.originalColumn), m.name]);
    });
    return found;
  }

  test("says lines, columns and names", () => {
    const derivative = open.derive(`${file}#f`, { operator: "value" });
    const found = pairs(derivative);
    const starting = (start: string): unknown => found.filter(([generated]) => generated.startsWith(start));
    expect(starting("return ")).toEqual([[expect.anything(), "t1 * f * rate;", null]]);
    expect(starting("Math.exp")).toEqual([[expect.anything(), "Math.exp(x), 0);", null]]);
    // Renamed, since the function has that name.
    expect(starting("f2: ")).toEqual([[expect.anything(), expect.stringMatching(/^export function f/), "f"]]);
    expect(new Set(derivative.map.names)).toEqual(new Set(["xs", "f", "a", "i"]));
    // Names that the compiler made up are nobody's.
    expect(open.derive(`${file}#f`, { operator: "grad" }).map.names).not.toContain("xsBar");
  });

  test("has the sources, and says which of them are not the user's", () => {
    const { map } = open.derive(`${file}#f`, { operator: "grad" });
    expect(map.sources).toEqual([file, "cotangent://prelude/array.ts"]);
    expect(map.sourcesContent).toEqual([text, expect.stringContaining("export function")]);
    expect(map.ignoreList).toEqual([1]);
    const placed = open.derive(`${file}#f`, { operator: "grad" }, { outFile: "/somewhere/out/f.grad.ts" }).map;
    expect(placed.sources).toEqual(["../src/model.ts", "cotangent://prelude/array.ts"]);
    expect(placed.file).toBe("f.grad.ts");
  });

  test("goes through TypeScript's own", () => {
    const { text: generated, map } = open.derive(`${file}#f`, { operator: "grad" });
    const { code, map: composed } = transpile(generated, { file: "/somewhere/f.grad.ts", map });
    expect(code).not.toContain("sourceMappingURL");
    expect(composed.sources).toEqual(map.sources);
    expect(composed.sourcesContent).toEqual(map.sourcesContent);
    expect(composed.ignoreList).toEqual([1]);
    const lines = (found: [string, string, string | null][]): Set<string> =>
      new Set(found.map(([, original]) => original));
    expect(lines(pairs({ text: code, map: composed }))).toEqual(lines(pairs({ text: generated, map })));
  });
});
