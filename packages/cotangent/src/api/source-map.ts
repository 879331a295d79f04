/**
 * The map of generated text as others read it: places in the program, which the compiler knows as offsets, become lines
 * and columns, and files become sources with their texts. A variable keeps the name that it has on the line that it
 * comes from, where it had to be renamed; names that the compiler made up (`dx`, `xBar`) are nobody's.
 */
import { basename, dirname, relative } from "node:path";
import { GenMapping, maybeAddSegment, setIgnore, setSourceContent, toEncodedMap } from "@jridgewell/gen-mapping";
import type { Mapping } from "../backend/text.ts";
import type { SourceMap } from "../core/source-map.ts";
import { preludeFile } from "../prelude/index.ts";

export interface EncodeOptions {
  /** The file that the text is written to: sources are relative to its folder. Without it they are absolute paths. */
  readonly outFile?: string | undefined;
  /** The text of a file that is mapped to. */
  readonly textOf: (file: string) => string | undefined;
}

/** The source of JavaScript's own methods as the compiler reads them, which is no file. */
const preludeSource = "cotangent://prelude/array.ts";

/** `mappings` as a source map. What comes from a file without a text is left out. */
export function encodeMappings(mappings: readonly Mapping[], { outFile, textOf }: EncodeOptions): SourceMap {
  const map = new GenMapping(outFile === undefined ? {} : { file: basename(outFile) });
  const files = new Map<string, Lines | undefined>();
  for (const { line, column, file, offset, name } of mappings) {
    let lines = files.get(file);
    const source = sourceOf(file, outFile);
    if (!lines) {
      const content = textOf(file);
      if (content === undefined) continue;
      lines = new Lines(content);
      files.set(file, lines);
      setSourceContent(map, source, content);
      if (file === preludeFile) setIgnore(map, source);
    }
    const place = lines.at(offset);
    if (name !== undefined && lines.mention(place.line, name)) {
      maybeAddSegment(map, line, column, source, place.line, place.column, name);
    } else maybeAddSegment(map, line, column, source, place.line, place.column);
  }
  const { file, sources, sourcesContent, names, mappings: encoded, ignoreList } = toEncodedMap(map);
  return {
    version: 3,
    ...(file ? { file } : {}),
    sources: sources as string[],
    sourcesContent: sourcesContent ?? [],
    names,
    mappings: encoded,
    ...(ignoreList && ignoreList.length > 0 ? { ignoreList } : {}),
  };
}

function sourceOf(file: string, outFile: string | undefined): string {
  if (file === preludeFile) return preludeSource;
  return outFile === undefined ? file : relativePath(outFile, file);
}

function relativePath(outFile: string, file: string): string {
  return relative(dirname(outFile), file).replace(/\\/g, "/");
}

/** A text by its lines. */
class Lines {
  readonly #starts: readonly number[];
  readonly #rows: readonly string[];
  readonly #words = new Map<number, ReadonlySet<string>>();

  constructor(text: string) {
    this.#rows = text.split("\n");
    let start = 0;
    this.#starts = this.#rows.map((row) => {
      const own = start;
      start += row.length + 1;
      return own;
    });
  }

  /** Line and column, from 0. */
  at(offset: number): { readonly line: number; readonly column: number } {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low, column: offset - (this.#starts[low] as number) };
  }

  /** True if the line has `name` in it as a name, and not as the name of a member. */
  mention(line: number, name: string): boolean {
    let words = this.#words.get(line);
    if (!words) {
      words = new Set((this.#rows[line] ?? "").match(/(?<=\.\.\.|[^.\p{ID_Continue}$]|^)[\p{ID_Continue}$]+/gu));
      this.#words.set(line, words);
    }
    return words.has(name);
  }
}
