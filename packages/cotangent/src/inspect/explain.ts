/**
 * What a reverse sweep keeps, for people: each value by its name and source line, the bytes that it takes, what uses it, and
 * why it is not computed again. What is kept and why has been decided elsewhere, and is taken as data.
 */
import type { Kept, Obstacle } from "../analysis/need.ts";
import type { Instr, Span, Type, Value } from "../ir/types.ts";
import { headOf, memberPath, onOneLine } from "./names.ts";
import type { Place, Source } from "./trace.ts";

export interface KeptEntry {
  /** The user's name, or the text that computes it. */
  readonly name: string;
  readonly place: Place | undefined;
  /** The source line. */
  readonly line: string;
  /** Where it is kept: with each turn of a loop, with each call of a function, or in a variable of the derivative. */
  readonly per: "turn" | "call" | "variable";
  /** The head of the loop, or the function. */
  readonly of: string;
  /** Bytes a turn or a call; 0 for a variable. A reference counts as 8. */
  readonly bytes: number;
  /** What uses it in the reverse sweep. */
  readonly uses: readonly string[];
  /** Why it is not computed again. */
  readonly why: string;
}

export interface Explanation {
  readonly function: string;
  readonly entries: readonly KeptEntry[];
}

/** Puts what is kept into words. */
export function explainKept(name: string, kept: readonly Kept[], source: LineSource): Explanation {
  return { function: name, entries: kept.map((one) => entryOf(one, source)) };
}

/** Where lines are read too. */
export interface LineSource extends Source {
  readonly lineOf: (span: Span) => string | undefined;
}

function entryOf(kept: Kept, source: LineSource): KeptEntry {
  const { value, func, instr, loop, isRecord, isVariable, uses, feeds, obstacle } = kept;
  const span = instr?.span ?? loop?.span ?? func.span;
  const textOf = (of: Instr | undefined): string => onOneLine((of?.span && source.textOf(of.span)) || "");
  const own = textOf(instr);
  const isOld = obstacle?.kind === "old";
  const per = isVariable ? "variable" : loop ? "turn" : "call";
  return {
    name: isRecord
      ? `what \`${own}\` keeps`
      : isOld
        ? `the old element at \`${own}\``
        : (value.hint ?? readPath(instr) ?? (own === "" ? "a value" : own)),
    place: span && source.placeOf(span),
    line: (span && source.lineOf(span)) ?? "",
    per,
    of: loop && !isVariable ? headOf((loop.span && source.textOf(loop.span)) || "a loop") : func.name,
    bytes: isVariable ? 0 : bytesOf(value.type),
    uses: [...new Set([...uses.map((use) => useText(use, value, source)), ...feedTexts(feeds)])].filter(
      (t) => t !== "",
    ),
    why: isRecord ? "the call gives it back, and its reverse sweep asks for it" : whyText(obstacle, source),
  };
}

/** What is read from an array or object, by its place: `x[i]`, `p.x`. */
function readPath(instr: Instr | undefined): string | undefined {
  if (instr?.op === "load" && instr.array.hint !== undefined) return `${instr.array.hint}[${instr.index.hint ?? "…"}]`;
  if (instr?.op === "getField" && instr.record.hint !== undefined) return memberPath(instr.record.hint, instr.field);
  return undefined;
}

function bytesOf(type: Type): number {
  // Numbers and truth values are kept as doubles, references as such.
  return type.kind === "undefined" ? 0 : 8;
}

function quoted(instr: Instr, source: Source): string {
  const text = instr.span && source.textOf(instr.span);
  const place = instr.span && source.placeOf(instr.span);
  const what = text ? `\`${onOneLine(text)}\`` : `a ${instr.op}`;
  return place ? `${what} (line ${place.line})` : what;
}

/** What the adjoint of an instruction wants a value for. */
function useText(instr: Instr, value: Value, source: Source): string {
  const where = quoted(instr, source);
  switch (instr.op) {
    case "apply":
      return `the derivative of ${where}`;
    case "load":
    case "store":
    case "accumulate":
      return value === instr.index ? `the index of ${where}` : `the adjoint of ${where}`;
    case "if":
      return `which side of ${where} ran`;
    case "for":
    case "while":
      return `the turns of ${onOneLine(headOf((instr.span && source.textOf(instr.span)) || "a loop"))}`;
    default:
      return `the adjoint of ${where}`;
  }
}

function feedTexts(feeds: readonly Value[]): readonly string[] {
  return feeds.flatMap(({ hint }) => (hint === undefined ? [] : [`computing ${hint} again`]));
}

function whyText(obstacle: Obstacle | undefined, source: Source): string {
  if (!obstacle) return "computing it again costs more";
  switch (obstacle.kind) {
    case "parameter":
      return "it comes from before: a loop carries it, or a call is given it";
    case "old":
      return "the store destroys it, and what was read there is computed again";
    case "unrepeatable":
      return `it comes out of ${quoted(obstacle.instr, source)}, which does not run again`;
    case "overwritten":
      return `where it was read is written later: ${quoted(obstacle.instr, source)}`;
    default:
      return obstacle satisfies never;
  }
}

/** The explanation for a terminal. */
export function explanationText({ function: name, entries }: Explanation): string {
  if (entries.length === 0) return `the reverse sweep of ${name} keeps nothing\n`;
  const lines = entries.flatMap(({ name: what, place, line, per, of, bytes, uses, why }) => {
    const where =
      per === "variable" ? "in a variable" : `${bytes} bytes ${per === "turn" ? "a turn of" : "a call of"} ${of}`;
    return [
      `${place ? `${place.line} | ` : ""}${line.trim()}`,
      `    ${what}: ${where}`,
      ...(uses.length > 0 ? [`      for ${uses.join("; ")}`] : []),
      `      kept, since ${why}`,
    ];
  });
  const totals = new Map<string, number>();
  for (const { per, of, bytes } of entries)
    if (bytes > 0) totals.set(`a ${per} of ${of}`, (totals.get(`a ${per} of ${of}`) ?? 0) + bytes);
  const sum = [...totals].map(([of, bytes]) => `${bytes} bytes ${of}`).join(", ");
  return `${[...lines, "", `in all: ${sum === "" ? "no memory" : sum}`].join("\n")}\n`;
}
