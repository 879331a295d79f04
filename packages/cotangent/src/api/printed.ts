/**
 * The text of a module, kept with what it was made from besides the IR: the lines of the program that its comments
 * show. To print takes longer than to find out that nothing has changed.
 */
import { dirname, relative } from "node:path";
import type { Mapping } from "../backend/text.ts";
import { printTypeScript } from "../backend/typescript.ts";
import type { Move } from "../frontend/index.ts";
import type { Border } from "../ir/border.ts";
import type { Module, Span } from "../ir/types.ts";

/** Where a derivative's text will be: decides how it imports what it needs. */
export interface Placement {
  /** The file that it is written to: imports are relative to its folder. Without it they are absolute paths. */
  readonly outFile?: string | undefined;
  /** Where the runtime is imported from; `cotangent/runtime` by default. */
  readonly runtime?: string | undefined;
}

/** What is printed: a module, with the function that it exports. */
interface Printable {
  readonly module: Module;
  readonly entry: string;
  readonly name: string;
  /** The function in the program. */
  readonly origin: Span | undefined;
  readonly border?: Border | undefined;
}

export interface Printed {
  readonly text: string;
  readonly mappings: readonly Mapping[];
  /** The lines that were asked for, by the places that they are of. */
  readonly lines: readonly (readonly [Span, string | undefined])[];
}

type LineOf = (span: Span) => string | undefined;

/** Prints a module; `lineOf` gives the line of the program at a place. */
export function print(made: Printable, placement: Placement, lineOf: LineOf): Printed {
  const lines: [Span, string | undefined][] = [];
  const { text, mappings } = printTypeScript(
    place(made.module, placement),
    [{ func: made.entry, name: made.name, origin: made.origin, border: made.border }],
    {
      source: (span) => {
        const line = lineOf(span);
        lines.push([span, line]);
        return line;
      },
      ...(placement.runtime === undefined ? {} : { runtime: placement.runtime }),
    },
  );
  return { text, mappings, lines };
}

/** True if the lines that the text shows are the same now. */
export function showsWhatIs({ lines }: Printed, lineOf: LineOf): boolean {
  return lines.every(([span, line]) => lineOf(span) === line);
}

/** The same text of a program in which places have moved. */
export function moved({ text, mappings, lines }: Printed, move: Move): Printed {
  return {
    text,
    mappings: mappings.map((mapping) => {
      const { file, offset } = mapping;
      return { ...mapping, offset: move({ file, start: offset, end: offset }).start };
    }),
    lines: lines.map(([span, line]) => [move(span), line]),
  };
}

/** `module` with the files of imported constants as specifiers. */
function place(module: Module, { outFile }: Placement): Module {
  if (outFile === undefined) return module;
  const globals = [...module.globals].map(([name, global]) => {
    const { source } = global;
    if (source.kind !== "import") return [name, global] as const;
    const path = relative(dirname(outFile), source.file).replace(/\\/g, "/");
    const file = path.startsWith(".") ? path : `./${path}`;
    return [name, { ...global, source: { ...source, file } }] as const;
  });
  return { ...module, globals: new Map(globals) };
}
