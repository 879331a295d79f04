/**
 * What a lowering depends on: the files that it could have taken code or types from, as they were. Trees are kept until
 * the text of their file changes, so a file is the same if its tree is.
 */
import type ts from "typescript";
import { hostFile, preludeFile } from "../prelude/index.ts";
import { type Internals, internals, type SourceProgram } from "./source.ts";

export interface Dependencies {
  /** Absolute paths. */
  readonly files: readonly string[];
  /** True while what was made is what would be made now. */
  readonly hold: () => boolean;
}

/** The dependencies of what was made of `file` in the program as it is now. */
export function dependenciesOf(source: SourceProgram, file: string): Dependencies {
  const trees = contributing(internals(source, file)).map((tree) => [tree.fileName, tree] as const);
  return {
    files: trees.map(([name]) => name),
    hold: () => {
      const { program } = internals(source, file);
      return trees.every(([name, tree]) => program.getSourceFile(name) === tree);
    },
  };
}

function contributing({ program }: Internals): ts.SourceFile[] {
  const provided = new Set([preludeFile, hostFile]);
  return program.getSourceFiles().filter((f) => !provided.has(f.fileName) && !program.isSourceFileDefaultLibrary(f));
}
