import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { expand } from "../src/api/expand.ts";
import { CotangentError } from "../src/core/errors.ts";
import { lower } from "../src/frontend/index.ts";
import { completeProgram, openSource, type SourceProgram } from "../src/frontend/program/source.ts";
import { printModule } from "../src/ir/print.ts";
import { type CorpusProgram, corpus, corpusFolder } from "./support/corpus.ts";

// What is left out of a program must not matter: the IR is what a program with nothing left out gives.

const files = [...new Set(corpus.map((program) => program.file))];

/** All files with all of the library, opened once: nothing is left out of it, whatever is asked for. */
const complete = openSource({ cwd: corpusFolder, files });
completeProgram(complete);

function irOf(file: string, programs: readonly CorpusProgram[], source: SourceProgram): readonly string[] {
  return programs.map(({ name }) => {
    try {
      return printModule(lower(source, { file: join(corpusFolder, file), name }, expand).module);
    } catch (error) {
      if (error instanceof CotangentError) return error.message;
      throw error;
    }
  });
}

describe("a program lowers to the same IR, whether all is open or what it names", () => {
  test.each(files)("%s", (file) => {
    const programs = corpus.filter((program) => program.file === file);
    expect(irOf(file, programs, openSource({ cwd: corpusFolder }))).toEqual(irOf(file, programs, complete));
  });
});
