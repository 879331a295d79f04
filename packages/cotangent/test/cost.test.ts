/**
 * No derivative costs more than it did: how many instructions derivatives of fixed programs of the corpus have, and what they
 * call what is new in them, is written down and read in review (`support/cost.ts`). A change that makes one longer says
 * why, or is mended.
 */
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { CotangentError } from "../src/core/errors.ts";
import { argnumsOf, corpus, corpusFolder } from "./support/corpus.ts";
import { type Cost, costOf, measured, measuredWays } from "./support/cost.ts";
import { lowerFunction, openFiles, preparedOnce } from "./support/engines.ts";

const figures = fileURLToPath(new URL("cost/figures.txt", import.meta.url));
const source = openFiles([...new Set(corpus.map(({ file }) => corpusFolder + file))]);

function line(name: string, cost: () => Cost): string {
  try {
    const { instructions, names } = cost();
    return `  ${name}: ${instructions}; ${names.join(" ")}\n`;
  } catch (error) {
    if (error instanceof CotangentError) return `  ${name}: refused\n`;
    throw error;
  }
}

test("derivatives of fixed programs have so many instructions, and these names", { timeout: 120_000 }, async () => {
  const programs = corpus.filter(({ file, name }) => measured.has(`${file}#${name}`));
  expect(programs.length).toBe(measured.size);
  const texts = programs.map((program) => {
    const prepared = preparedOnce(lowerFunction(source, corpusFolder + program.file, program.name), true);
    const argnums = argnumsOf(program);
    const lines = Object.entries(measuredWays).map(([name, request]) =>
      line(name, () => costOf(prepared, { ...request, argnums })),
    );
    return `${program.file}#${program.name}\n${lines.join("")}`;
  });
  await expect(texts.join("")).toMatchFileSnapshot(figures);
});
