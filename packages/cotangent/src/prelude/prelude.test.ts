import ts from "typescript";
import { expect, test } from "vitest";
import { hostText, preludeText } from "./index.ts";
import { sortingText } from "./sorting.ts";

test("the prelude is well-typed TypeScript, under the strictest options a program may have", () => {
  const options: ts.CompilerOptions = {
    strict: true,
    noUnusedLocals: true,
    noImplicitReturns: true,
    exactOptionalPropertyTypes: true,
    target: ts.ScriptTarget.ES2024,
    module: ts.ModuleKind.ESNext,
    types: [],
    noEmit: true,
  };
  const texts = new Map([
    ["/array.ts", preludeText],
    ["/host.d.ts", hostText],
  ]);
  const host = ts.createCompilerHost(options, true);
  const { getSourceFile } = host;
  host.getSourceFile = (file, version) => {
    const text = texts.get(file);
    return text === undefined
      ? getSourceFile.call(host, file, version)
      : ts.createSourceFile(file, text, version, true);
  };
  const program = ts.createProgram([...texts.keys()], options, host);
  const found = ts.getPreEmitDiagnostics(program).filter((d) => d.file && texts.has(d.file.fileName));
  expect(found.map((d) => ts.flattenDiagnosticMessageText(d.messageText, " "))).toEqual([]);
});

test("sorts compare the elements that Node's compare, in its order, whatever the comparator says", async () => {
  const text = `const replace = (xs, i, x) => { xs[i] = x; };\n${ts.transpile(sortingText, { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext })}`;
  const ours = (await import(`data:text/javascript,${encodeURIComponent(text)}`)) as {
    sort(xs: number[], compare: (a: number, b: number) => number): number[];
    sortTyped(xs: Float64Array, compare: (a: number, b: number) => number): Float64Array;
  };
  let seed = 1;
  const random = () => {
    seed = (seed * 48271) % 2147483647;
    return seed / 2147483647;
  };
  const comparators: readonly ((a: number, b: number) => number)[] = [
    (a, b) => a - b,
    (a, b) => (a > b ? 1 : -1),
    (a, b) => (a > b ? 1 : 0),
    (a, b) => Math.sin(12.9898 * a + 78.233 * b),
    (a, b) => (a > b ? Number.NaN : a - b),
  ];
  const lists: number[][] = [];
  for (const n of [0, 1, 2, 3, 5, 17, 31, 32, 33, 63, 64, 65, 100, 129, 500, 2000]) {
    lists.push(Array.from({ length: n }, random));
    lists.push(Array.from({ length: n }, () => Math.floor(6 * random())));
    lists.push(Array.from({ length: n }, (_, i) => (random() < 0.02 ? random() * n : i % (1 + n / 3))));
    lists.push(Array.from({ length: n }, (_, i) => (i < n / 2 ? 1 : 2) * i + Math.floor(i / 40) * (i % 2)));
    lists.push(Array.from({ length: n }, (_, i) => (i % 97 < 50 ? i : n - i)));
  }
  for (const xs of lists)
    for (const compare of comparators) {
      const run = (sort: (order: (a: number, b: number) => number) => Iterable<number>) => {
        const asked: number[] = [];
        const sorted = sort((a, b) => {
          asked.push(a, b);
          return compare(a, b);
        });
        return [...sorted, "after", ...asked].join();
      };
      expect(run((c) => ours.sort([...xs], c)) === run((c) => [...xs].sort(c))).toBe(true);
      expect(run((c) => ours.sortTyped(new Float64Array(xs), c)) === run((c) => new Float64Array(xs).sort(c))).toBe(
        true,
      );
    }
});
