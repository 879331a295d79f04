/**
 * The three shapes of forward mode against one another on every corpus program: `J v` by `jvp`, by the pushforward of
 * `linearize` (called twice, after all that the caller can reach has been overwritten), and by the dense Jacobian, whose
 * columns are computed several at a time. `corpus.test.ts` holds `jvp` against differences.
 */
import { describe, expect, test } from "vitest";
import { CotangentError } from "../src/core/errors.ts";
import { type CorpusProgram, corpus, corpusFolder, importsOf, loadProgram } from "./support/corpus.ts";
import { type AnyFunction, engines, type Imports, lowerFunction, openFiles } from "./support/engines.ts";
import { makeRandom, numbersAlong, numbersOf, scribble, withNumbers } from "./support/numbers.ts";

const source = openFiles([...new Set(corpus.map(({ file }) => corpusFolder + file))]);

/** The arguments that the entry names, else those that hold numbers at every point. */
function argnumsOf(program: CorpusProgram): readonly number[] {
  const [first = [], ...others] = program.args.map((make) =>
    make().flatMap((arg, i) => (numbersOf(arg).length > 0 ? [i] : [])),
  );
  return program.argnums ?? first.filter((i) => others.every((list) => list.includes(i)));
}

function expectClose(found: readonly number[], expected: readonly number[], what: string, tolerance = 1e-9): void {
  expect(found.length, what).toBe(expected.length);
  const scale = expected.reduce((biggest, x) => Math.max(biggest, Math.abs(x)), 1e-3);
  expected.forEach((x, i) => {
    expect(Math.abs((found[i] as number) - x), `${what}, number ${i}`).toBeLessThanOrEqual(tolerance * scale);
  });
}

describe.each(corpus.map((program) => [`${program.file} ${program.name}`, program] as const))("%s", (_, program) => {
  test.each([engines[0], engines[2]].map((engine) => [engine?.name, engine] as const))("%s", async (_, engine) => {
    if (!engine) throw new Error("no engine");
    const f = await loadProgram(program);
    const argnums = argnumsOf(program);
    const imports: Imports = await importsOf(program);
    const lowered = lowerFunction(source, corpusFolder + program.file, program.name);
    const derive = async (operator: "jvp" | "linearize" | "jacobian"): Promise<AnyFunction | undefined> => {
      try {
        return await engine.derive(lowered, { operator, argnums, mode: "forward" }, imports);
      } catch (error) {
        // A recursive structure has no dense Jacobian; everything else has all three.
        if (operator === "jacobian" && error instanceof CotangentError && error.message.includes("recursive")) return;
        throw error;
      }
    };
    const jvp = (await derive("jvp")) as (...args: unknown[]) => [unknown, unknown];
    const linearize = (await derive("linearize")) as (...args: unknown[]) => [unknown, (v: unknown) => unknown];
    const jacobian = await derive("jacobian");

    for (const [p, make] of program.args.entries()) {
      const after = make();
      const value = structuredClone(f(...after));
      const selected = (): unknown[] => argnums.map((i) => make()[i]);
      const random = makeRandom(p + 7);
      const v = numbersOf(selected()).map(random);
      const tangents = (): unknown => withNumbers(selected(), v, true);
      const [, tangent] = jvp(make(), tangents());
      const expected = numbersAlong(tangent, value);

      const args = make();
      const [linearized, push] = linearize(...args);
      expectClose(numbersOf(linearized), numbersOf(value), "value of linearize");
      expectClose(numbersOf(args), numbersOf(after), "arguments after linearize");
      scribble(args);
      scribble(linearized);
      expectClose(numbersAlong(push(tangents()), value), expected, "first pushforward");
      expectClose(numbersAlong(push(tangents()), value), expected, "second pushforward");

      if (!jacobian) continue;
      const given = make();
      const entries = numbersOf(jacobian(...given));
      expectClose(numbersOf(given), numbersOf(after), "arguments after jacobian");
      // A number that is missing in an argument has a column of zeros, for which v has no entry.
      if (entries.length !== expected.length * v.length) continue;
      const products = expected.map((_, k) =>
        v.reduce((sum, x, j) => sum + x * (entries[k * v.length + j] as number), 0),
      );
      // Rows of a Float32Array are rounded.
      expectClose(products, expected, "Jacobian times vector", program.tolerance && 1e-6);
    }
  });
});
