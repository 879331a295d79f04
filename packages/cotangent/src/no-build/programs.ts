/**
 * The TypeScript programs that functions are compiled in: one for each configuration, of the files as they are on disk,
 * and of the texts that run where those are others or in no file.
 */
import { findConfig, openOn, type Program } from "../api/compile.ts";
import { openSource, type SourceProgram } from "../frontend/program/source.ts";
import type { ProgramText } from "./place.ts";

interface Opened {
  readonly source: SourceProgram;
  readonly program: Program;
}

const opened = new Map<string, Opened>();

/** Thrown where a file turns out to hold another text than the program has that is being compiled. */
export class ProgramChanged extends Error {}

/** The program that the text belongs to. */
export function programOf(text: ProgramText): Program {
  return openFor(text).program;
}

/** Makes the text, as it ran, part of the program of `of`. Throws `ProgramChanged` where it had another. */
export function addText(of: ProgramText, text: ProgramText): void {
  const { source } = openFor(of);
  const { version } = source;
  source.setText(text.file, text.text);
  if (source.version !== version) throw new ProgramChanged(text.file);
}

function configOf({ file, isScript }: ProgramText): string {
  return isScript ? "" : (findConfig(file, process.cwd()) ?? "");
}

function openFor(text: ProgramText): Opened {
  const key = configOf(text);
  const known = opened.get(key);
  if (known) return known;
  const source = openSource({ javascript: true, ...(key === "" ? {} : { tsconfig: key }) });
  const made = { source, program: openOn(source) };
  opened.set(key, made);
  return made;
}
