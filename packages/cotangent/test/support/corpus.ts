/**
 * The list of corpus programs: one list that every test run over programs reads. An entry names a function of
 * `test/corpus` and gives points at which it is differentiable. Programs are loaded by name, so that they are type-checked
 * under the settings of an ordinary strict project (`test/corpus/tsconfig.json`) and not under this package's own.
 */
import { fileURLToPath } from "node:url";
import type { CorpusProgram } from "./corpus-entries.ts";
import { language } from "./corpus-language.ts";
import { numeric } from "./corpus-numeric.ts";
import { objects } from "./corpus-objects.ts";
import { numbersOf } from "./numbers.ts";

export type { CorpusProgram };

export type CorpusFunction = (...args: unknown[]) => unknown;

/** The folder that `file` of an entry is in. */
export const corpusFolder: string = fileURLToPath(new URL("../corpus/", import.meta.url));

/** What a file of `test/corpus` exports. */
export async function loadFile(file: string): Promise<Record<string, unknown>> {
  return (await import(`../corpus/${file.replace(/\.ts$/, "")}.ts`)) as Record<string, unknown>;
}

/** The plain function of `program`, as Node runs it. */
export async function loadProgram(program: CorpusProgram): Promise<CorpusFunction> {
  const module = await loadFile(program.file);
  const found = module[program.name];
  if (typeof found !== "function") throw new TypeError(`${program.file} exports no function ${program.name}`);
  return found as CorpusFunction;
}

export const corpus: readonly CorpusProgram[] = [...numeric, ...language, ...objects];

/** The arguments that a program is differentiated by: those that the entry names, else those that hold numbers at every point. */
export function argnumsOf(program: CorpusProgram): readonly number[] {
  if (program.argnums) return program.argnums;
  const [first = [], ...others] = program.args.map((make) =>
    make().flatMap((arg, i) => (numbersOf(arg).length > 0 ? [i] : [])),
  );
  return first.filter((i) => others.every((list) => list.includes(i)));
}

/** The modules that code generated of `program` may import, by file: its own, and that of constants. */
export async function importsOf({ file }: CorpusProgram): Promise<Map<string, Record<string, unknown>>> {
  const names = ["constants.ts", file];
  return new Map(await Promise.all(names.map(async (name) => [corpusFolder + name, await loadFile(name)] as const)));
}
