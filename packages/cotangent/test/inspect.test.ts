/**
 * What pictures of a run say is so: over the corpus, both sweeps of the noted run agree with the derivatives of the source
 * engine, its values with the program's own, and with each other.
 */
import { describe, expect, test } from "vitest";
import { readGlobals } from "../src/api/evaluate.ts";
import { CotangentError } from "../src/core/errors.ts";
import { record } from "../src/inspect/record.ts";
import { isStep, type Step } from "../src/inspect/steps.ts";
import { sweepForward, sweepReverse } from "../src/inspect/sweeps.ts";
import { argnumsOf, corpus, corpusFolder, importsOf, loadProgram } from "./support/corpus.ts";
import { engines, lowerFunction, openFiles } from "./support/engines.ts";
import { makeRandom, numbersAlong, numbersOf, withNumbers } from "./support/numbers.ts";

const source = openFiles([...new Set(corpus.map(({ file }) => corpusFolder + file))]);
const [engine] = engines;

describe("a noted run has the derivatives of the source engine", () => {
  // Some of each file: what all have in common with differences, the corpus test holds.
  const some = corpus.filter((__, i) => i % 6 === 0);
  test.each(some.map((program) => [program.name, program] as const))("%s", async (_, program) => {
    const lowered = lowerFunction(source, corpusFolder + program.file, program.name);
    const imports = await importsOf(program);
    const global = readGlobals(imports);
    const argnums = argnumsOf(program);
    const f = await loadProgram(program);
    const jvp = await engine!.derive(lowered, { operator: "jvp", argnums }, imports);

    const tolerance = Math.max(1e-9, program.tolerance ?? 0);
    for (const [p, make] of program.args.entries()) {
      const random = makeRandom(p + 1);
      let run: ReturnType<typeof record>;
      try {
        run = record(lowered.module, lowered.entry, make(), { names: [], global });
      } catch (error) {
        if (error instanceof CotangentError && ["rule-engine", "other-scalars", "not-taken"].includes(error.code))
          return;
        throw error;
      }
      const args = make();
      const numbers = args.map((arg) => numbersOf(arg).length);
      // What is given twice is one input of a run, whose derivative is the total.
      if (run.inputs.length < args.flatMap(numbersOf).length) return;
      expect(run.inputs.map(({ value }) => value)).toEqual(args.flatMap(numbersOf));
      const value = f(...make());
      expect(run.outputs.map((output) => output.value)).toEqual(numbersOf(value));

      const owner = numbers.flatMap((count, i) => new Array<number>(count).fill(i));
      const chosen = run.inputs.filter((__, i) => argnums.includes(owner[i] as number));
      const v = chosen.map(random);
      const w = run.outputs.map(random);
      const tangents = argnums.map((i) => {
        const from = chosen.findIndex((step) => owner[run.inputs.indexOf(step)] === i);
        return withNumbers(args[i], from < 0 ? [] : v.slice(from, from + (numbers[i] ?? 0)), true);
      });
      const [, expected] = jvp(make(), tangents) as [unknown, unknown];
      const jv = numbersAlong(expected, value);
      const sum = jv.reduce((total, x, i) => total + x * (w[i] ?? 0), 0);
      const scale = jv.reduce((total, x) => total + Math.abs(x), 0);

      const forward = sweepForward(run, new Map(chosen.map((step, i) => [step, v[i] as number])));
      run.outputs.forEach(({ source: from }, i) => {
        const dy = isStep(from) ? (forward.get(from) ?? 0) : 0;
        expect(Math.abs(dy - (jv[i] as number)), `point ${p}, tangent ${i}`).toBeLessThanOrEqual(
          tolerance * (1 + scale),
        );
      });
      const seeds = new Map<Step, number>();
      run.outputs.forEach(({ source: from }, i) => {
        if (isStep(from)) seeds.set(from, (seeds.get(from) ?? 0) + (w[i] as number));
      });
      const { cotangents } = sweepReverse(run, seeds);
      const back = chosen.reduce((total, step, i) => total + (cotangents.get(step) ?? 0) * (v[i] as number), 0);
      expect(Math.abs(back - sum), `point ${p}, cotangents`).toBeLessThanOrEqual(tolerance * (1 + scale));
    }
  });
});
