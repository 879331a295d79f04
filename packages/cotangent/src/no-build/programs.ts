/**
 * The TypeScript programs that functions are compiled in: one for each configuration, of the files as they are on disk,
 * and of the texts that run where those are others or in no file.
 */
import { findConfig, openOn, type Program } from "../api/compile.ts";
import { openSource, type SourceProgram } from "../frontend/source.ts";
import type { ProgramText } from "./place.ts";

interface Opened {
  readonly source: SourceProgram;
  readonly program: Program;
  readonly texts: Map<string, string>;
}

const opened = new Map<string, Opened>();

/** Thrown where a file turns out to hold another text than the program that is being compiled has. */
export class ProgramChanged extends Error {}

/** The program that the text belongs to. */
export function programOf(text: ProgramText): Program {
  return openFor(text).program;
}

/** Makes the text of the file part of the program of `of`. Throws `ProgramChanged` where it had another. */
export function addText(of: ProgramText, text: ProgramText): void {
  const { source, texts } = openFor(of);
  const had = source.readText(text.file) ?? texts.get(text.file);
  if (had === text.text || (had === undefined && text.isOnDisk)) return;
  if (had === undefined) {
    texts.set(text.file, text.text);
    return;
  }
  open(configOf(of), new Map(texts).set(text.file, text.text));
  throw new ProgramChanged(text.file);
}

function configOf({ file, isScript }: ProgramText): string {
  return isScript ? "" : (findConfig(file, process.cwd()) ?? "");
}

function openFor(text: ProgramText): Opened {
  const key = configOf(text);
  return opened.get(key) ?? open(key, new Map());
}

function open(key: string, texts: Map<string, string>): Opened {
  const source = openSource({ javascript: true, late: texts, ...(key === "" ? {} : { tsconfig: key }) });
  const made = { source, program: openOn(source), texts };
  opened.set(key, made);
  return made;
}
