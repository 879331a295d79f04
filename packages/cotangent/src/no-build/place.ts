/**
 * From a running function to a function of the program: the text that runs, and, where a source map leads on, the text
 * that was written. What was written is taken only if the map says exactly which function it is and nothing shows that
 * the file has changed since; else what runs is compiled, which is right by itself.
 */
import { readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { AnyMap, sourceContentFor, type TraceMap, traceSegment } from "@jridgewell/trace-mapping";
import { readScript, type Script, type ScriptFunction, type ScriptName } from "../frontend/syntax/script.ts";
import type { ScriptSource } from "./inspect.ts";

/** A text of the program: a file as it is, or as it was when it was loaded, or a script that is in no file. */
export interface ProgramText {
  readonly file: string;
  readonly text: string;
  /** The file on disk has this very text. */
  readonly isOnDisk: boolean;
  /** Any script may assign its top-level names. */
  readonly isScript: boolean;
}

/** A function of the program. */
export interface Place {
  readonly source: ProgramText;
  readonly position: number;
  readonly fn: ScriptFunction;
  readonly running: RunningScript;
}

/** The same for the same function of a program. A script that was bundled comes from many texts. */
export function placeKey({ running, source, position }: Place): string {
  return JSON.stringify([running.id, source.file, position]);
}

/** A script that runs, read; with the way back to what was written. */
interface RunningScript {
  readonly id: string;
  readonly script: Script;
  /** The text that ran, as a text of the program. */
  readonly own: ProgramText;
  /** What a name that was written at a place is in the script. */
  readonly nameAt: (source: ProgramText, offset: number) => RanAs | undefined;
  readonly original: Original | undefined;
}

/** A name, and what it is read off: `imported.f` for an `f` that is imported. */
interface RanAs {
  readonly name: string;
  readonly holder: readonly string[];
}

interface Original {
  readonly textOf: (index: number) => { readonly source: ProgramText; readonly script: Script } | undefined;
  /** The place in the original that a place of the script has a mapping for. */
  readonly exact: (offset: number) => { readonly index: number; readonly offset: number } | undefined;
}

const scripts = new Map<string, RunningScript>();

/** The script that runs. */
function openScript(source: ScriptSource): RunningScript {
  const known = scripts.get(source.id);
  if (known) return known;
  const own = ownText(source);
  const script = readScript(source.text, own.file.endsWith("x") || isTyped(own.file) ? "script.js" : own.file);
  const original = readOriginal(source, own, script);
  let written: Map<string, RanAs> | undefined;
  const byPlace = placesOf(script);
  const made: RunningScript = {
    id: source.id,
    script,
    own,
    original,
    nameAt: (text, offset) => {
      const same = text === own ? byPlace.get(offset) : undefined;
      if (text === own) return same && { name: same.name, holder: [] };
      written ??= namesByOrigin(script, original);
      return written.get(`${text.file}:${offset}`);
    },
  };
  scripts.set(source.id, made);
  return made;
}

function isTyped(file: string): boolean {
  return /\.[cm]?tsx?$/.test(file);
}

function placesOf({ names }: Script): ReadonlyMap<number, ScriptName> {
  return new Map(names.map((n) => [n.start, n]));
}

function namesByOrigin(script: Script, original: Original | undefined): Map<string, RanAs> {
  const found = new Map<string, RanAs>();
  const writtenNames = new Map<Script, ReadonlyMap<number, ScriptName>>();
  for (const name of script.names) {
    // `(0, imported.f)(x)` is mapped as a whole.
    const at =
      original?.exact(name.start) ??
      [3, 4]
        .map((n) => (isCallPrefix(script, name.start, n) ? original?.exact(name.start - n) : undefined))
        .find(Boolean);
    const text = at && original?.textOf(at.index);
    if (!text) continue;
    const names = writtenNames.get(text.script) ?? placesOf(text.script);
    writtenNames.set(text.script, names);
    const written = names.get(at.offset);
    // A name with one property more than was written is the module that it is imported from.
    const more = written ? name.members.length - written.members.length : -1;
    if (more === 0 || more === 1)
      found.set(`${text.source.file}:${at.offset}`, { name: name.name, holder: name.members.slice(0, more) });
  }
  return found;
}

function isCallPrefix({ text }: Script, start: number, length: number): boolean {
  return /^\(0, ?$/.test(text.slice(Math.max(0, start - length), start));
}

/** The function that the engine takes to start at a line and column of the script; undefined if there is none. */
export function placeOf(source: ScriptSource, line: number, column: number): Place | undefined {
  const running = openScript(source);
  const inner = line - source.startLine;
  const offset = running.script.offsetAt(inner, inner === 0 ? column - source.startColumn : column);
  const fn = running.script.functionAt(offset);
  if (!fn) return undefined;
  const written = writtenAs(running, fn);
  return written ?? { source: running.own, position: fn.start, fn, running };
}

/** The function of the original text that `fn` was made from, if the map says so without a doubt. */
function writtenAs(running: RunningScript, fn: ScriptFunction): Place | undefined {
  const { original, script } = running;
  if (!original || fn.form === "class" || fn.form === "accessor") return undefined;
  const inside = script.names.map((n) => n.start).filter((at) => script.functionAround(at) === fn);
  const own = fn.binders.length > 0 ? fn.binders : inside.length > 0 ? inside : [fn.start];
  const mapped = own.map((at) => original.exact(at));
  const first = mapped.find((m) => m !== undefined);
  const text = first && original.textOf(first.index);
  if (!text) return undefined;
  const candidates = new Set<ScriptFunction | undefined>();
  for (const m of mapped) {
    if (m && m.index !== first.index) return undefined;
    if (m) candidates.add(text.script.functionAround(m.offset));
    // A parameter that leads nowhere was not written.
    else if (fn.binders.length > 0) return undefined;
  }
  const [found] = candidates;
  if (!found || candidates.size > 1 || found.form === "class" || found.form === "accessor") return undefined;
  const sameParameters =
    found.parameters === fn.parameters &&
    found.binders.length === fn.binders.length &&
    found.binders.every((at, i) => mapped[i]?.offset === at);
  if (fn.binders.length > 0 ? !sameParameters : found.parameters !== fn.parameters) return undefined;
  return { source: text.source, position: found.start, fn: found, running };
}

// ---------------------------------------------------------------------------------------------------------- Texts

function slashed(path: string): string {
  return path.replace(/\\/g, "/");
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8").replace(/^\uFEFF/, "");
  } catch {
    return undefined;
  }
}

function pathOf(url: string): string | undefined {
  if (/^file:/.test(url)) {
    const bare = new URL(url);
    bare.search = "";
    bare.hash = "";
    return slashed(fileURLToPath(bare));
  }
  return /^(\/|[A-Za-z]:[\\/])/.test(url) ? slashed(url.replace(/[?#].*$/, "")) : undefined;
}

function ownText({ id, url, text }: ScriptSource): ProgramText {
  const path = pathOf(url);
  const onDisk = path === undefined ? undefined : readText(path);
  if (path === undefined || onDisk === undefined) {
    // A script of no file: from a prompt, `eval`, or `new Function`.
    const name = url.replace(/^node:/, "").replace(/[^\w.@-]+/g, "_") || "evaluated";
    return { file: slashed(join(process.cwd(), `[${name} ${id}].js`)), text, isOnDisk: false, isScript: true };
  }
  if (onDisk === text) return { file: path, text, isOnDisk: true, isScript: false };
  // Node takes types away by putting blanks in their place: every place is where it was.
  if (isTyped(path) && isBlanked(onDisk, text)) return { file: path, text: onDisk, isOnDisk: true, isScript: false };
  return { file: `${path}.${id}.js`, text, isOnDisk: false, isScript: false };
}

function isBlanked(written: string, runs: string): boolean {
  if (written.length !== runs.length) return false;
  for (let i = 0; i < runs.length; i++) {
    const c = runs[i] as string;
    // Node writes a semicolon where a blank would join two statements.
    if (c !== written[i] && c.trim() !== "" && c !== ";") return false;
  }
  return true;
}

// ------------------------------------------------------------------------------------------------------------ Maps

function readOriginal(source: ScriptSource, own: ProgramText, script: Script): Original | undefined {
  const read = source.sourceMapUrl === undefined ? undefined : readMap(source, source.sourceMapUrl);
  if (!read) return undefined;
  const { map, isInline } = read;
  const loadedFrom = pathOf(source.url);
  // A map beside a script that has been written anew since is the map of another text.
  if (!isInline && !own.isOnDisk) return undefined;
  const texts = new Map<number, ReturnType<Original["textOf"]>>();
  const textOf: Original["textOf"] = (index) => {
    if (texts.has(index)) return texts.get(index);
    const found = originalText(map, index, loadedFrom);
    const made = found && { source: found, script: readScript(found.text, found.file) };
    texts.set(index, made);
    return made;
  };
  return {
    textOf,
    exact: (offset) => {
      const { line, character } = script.placeAt(offset);
      // The map is of what was put into a wrapper, which stands before it in the first line.
      const column = line === 0 ? character + Math.min(0, source.startColumn) : character;
      const segment = column < 0 ? null : traceSegment(map, line, column);
      if (!segment || segment.length === 1 || segment[0] !== column) return undefined;
      const [, index, originalLine, originalColumn] = segment;
      const text = textOf(index);
      return text && { index, offset: text.script.offsetAt(originalLine, originalColumn) };
    },
  };
}

function readMap(
  source: ScriptSource,
  sourceMapUrl: string,
): { readonly map: TraceMap; readonly isInline: boolean } | undefined {
  const data = /^data:application\/json[^,]*?(;base64)?,(.*)$/s.exec(sourceMapUrl);
  const base = pathOf(source.url);
  try {
    if (data) {
      const text = data[1] ? Buffer.from(data[2] ?? "", "base64").toString("utf8") : decodeURIComponent(data[2] ?? "");
      const url = base === undefined ? pathToFileURL(join(process.cwd(), "script.js")).href : pathToFileURL(base).href;
      return { map: new AnyMap(JSON.parse(text), url) as TraceMap, isInline: true };
    }
    if (base === undefined) return undefined;
    const file = pathOf(sourceMapUrl) ?? resolve(dirname(base), decodeURIComponent(sourceMapUrl));
    const text = readText(file);
    if (text === undefined) return undefined;
    const url = pathToFileURL(file).href;
    return { map: new AnyMap(JSON.parse(text), url) as TraceMap, isInline: false };
  } catch {
    // A map that cannot be read leads nowhere.
    return undefined;
  }
}

function originalText(map: TraceMap, index: number, script: string | undefined): ProgramText | undefined {
  const name = map.resolvedSources[index];
  const given = map.sources[index];
  const file = name ? pathOf(name) : undefined;
  if (file === undefined || !/\.([cm]?[jt]s|[jt]sx)$/.test(file)) return undefined;
  const content = given ? sourceContentFor(map, given) : null;
  const onDisk = readText(file);
  if (content !== null) {
    const text = content.replace(/^\uFEFF/, "");
    return { file, text, isOnDisk: onDisk === text, isScript: false };
  }
  // Without the text in the map, the file is what was compiled only if it is older than what it became.
  if (onDisk === undefined) return undefined;
  if (script === undefined || !(script === file ? isOlderThanProcess(file) : wasMadeFrom(script, file)))
    return undefined;
  return { file, text: onDisk, isOnDisk: true, isScript: false };
}

/** A file that a loader compiles as it is imported, and that was not written since. */
function isOlderThanProcess(file: string): boolean {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats !== undefined && stats.mtimeMs < performance.timeOrigin;
}

function wasMadeFrom(script: string, source: string): boolean {
  const made = statSync(script, { throwIfNoEntry: false });
  const from = statSync(source, { throwIfNoEntry: false });
  return made !== undefined && from !== undefined && from.mtimeMs <= made.mtimeMs;
}
