/**
 * A trace as a table, for terminals, for Markdown, and as a picture. All three show the same lines: a row with several
 * statements of the reverse sweep takes several lines, and since that sweep is read upwards, so are they.
 */

import { type Colour, lineHeight, round, svgDocument, svgText, widthOf } from "./svg.ts";
import type { ScopeRow, StepRow, Trace, TraceRow } from "./trace.ts";
import { cotangentName, formatNumber } from "./writing.ts";

/** One line: cells by column, or a heading that goes across. */
interface TableLine {
  readonly depth: number;
  readonly cells: readonly string[];
  readonly isHeading: boolean;
}

const columns = 6;

function linesOf(trace: Trace): readonly TableLine[] {
  return trace.rows.flatMap((row) => (isScope(row) ? [headingOf(row)] : stepLines(row)));
}

function isScope(row: TraceRow): row is ScopeRow {
  return "text" in row;
}

function headingOf(row: ScopeRow): TableLine {
  return { depth: row.depth, cells: [textOfScope(row)], isHeading: true };
}

/** What a scope's row says: the source text, and which way the run went. */
function textOfScope(row: ScopeRow): string {
  switch (row.kind) {
    case "loop": {
      const { turns = 0, shown = 0 } = row;
      if (turns === 0) return `${row.text}: no turn`;
      return `${row.text}: ${turns === 1 ? "1 turn" : `turn ${shown} of 0 … ${turns - 1}`}`;
    }
    case "branch":
      return `${row.text}: ${row.taken ? "true" : "false"}`;
    case "call":
      return `${row.text}:`;
    default:
      return row.kind satisfies never;
  }
}

function stepLines(row: StepRow): readonly TableLine[] {
  const { kind, depth, name, expression, tangent } = row;
  const primal = [
    kind === "elsewhere" ? `${name} (another turn)` : expression === "" ? name : `${name} = ${expression}`,
    formatNumber(row.value),
  ];
  const forward = tangent ? [tangent.text, formatNumber(tangent.value)] : ["", ""];
  const upwards = [...row.statements].reverse();
  const own =
    kind === "step" || kind === "output" || row.cotangent === undefined
      ? upwards
      : [{ text: cotangentName(name), value: row.cotangent }];
  const back = own.map(({ text, value }) => [text, formatNumber(value)]);
  const count = Math.max(1, back.length);
  return Array.from({ length: count }, (_, i) => ({
    depth,
    cells: [...(i === 0 ? [...primal, ...forward] : ["", "", "", ""]), ...(back[i] ?? ["", ""])],
    isHeading: false,
  }));
}

function headersOf({ function: name, input }: Trace): readonly string[] {
  return [name, "value", `tangent by ${input} (downwards)`, "value", "cotangent (upwards)", "value"];
}

/** The table for a terminal. */
export function traceText(trace: Trace): string {
  const lines = linesOf(trace).map(({ depth, cells, isHeading }) => ({
    isHeading,
    cells: [`${"  ".repeat(depth)}${cells[0]}`, ...cells.slice(1)],
  }));
  const headers = headersOf(trace);
  const widths = Array.from({ length: columns }, (_, c) =>
    Math.max(headers[c]?.length ?? 0, ...lines.map((l) => (l.isHeading ? 0 : (l.cells[c] ?? "").length))),
  );
  const format = (cells: readonly string[]): string =>
    cells
      .map((cell, c) => (c % 2 === 0 ? cell.padEnd(widths[c] ?? 0) : `${cell.padStart(widths[c] ?? 0)} `))
      .join("  ")
      .trimEnd();
  const rule = widths.map((width, c) => "─".repeat(width + (c % 2))).join("──");
  return `${[format(headers), rule, ...lines.map((l) => (l.isHeading ? (l.cells[0] ?? "") : format(l.cells)))].join("\n")}\n`;
}

/** The table in Markdown. */
export function traceMarkdown(trace: Trace): string {
  const code = (text: string): string => (text === "" ? "" : `\`${text.replace(/\|/g, "\\|")}\``);
  const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const lines = linesOf(trace).map(({ depth, cells, isHeading }) => {
    const indent = "&emsp;".repeat(depth);
    if (isHeading) return row([`${indent}*${code(cells[0] ?? "")}*`, ...new Array<string>(columns - 1).fill("")]);
    return row(
      cells.map((cell, c) => (c === 0 ? `${cell === "" ? "" : indent}${code(cell)}` : c % 2 === 0 ? code(cell) : cell)),
    );
  });
  const alignment = Array.from({ length: columns }, (_, c) => (c % 2 === 0 ? ":--" : "--:"));
  return `${[row(headersOf(trace).map((h, c) => (c === 0 ? code(h) : h))), row(alignment), ...lines].join("\n")}\n`;
}

const margin = 12;
const gap = 24;

/** The table as a picture: values on the right of their statements, tangents and cotangents each in a colour of its own. */
export function traceSvg(trace: Trace): string {
  const indent = widthOf("  ");
  const lines = linesOf(trace);
  const headers = headersOf(trace);
  const widthIn = (c: number): number =>
    Math.max(
      widthOf(headers[c] ?? ""),
      ...lines.map(({ isHeading, cells, depth }) =>
        isHeading ? 0 : widthOf(cells[c] ?? "") + (c === 0 ? depth * indent : 0),
      ),
    );
  const lefts: number[] = [];
  let x = margin;
  for (let c = 0; c < columns; c++) {
    lefts.push(x);
    x += widthIn(c) + gap;
  }
  const across = Math.max(
    0,
    ...lines.map((l) => (l.isHeading ? margin + l.depth * indent + widthOf(l.cells[0] ?? "") : 0)),
  );
  const width = Math.max(x - gap, across) + margin;
  const colourOf = (c: number): Colour => (c < 2 ? "text" : c < 4 ? "forward" : "reverse");
  const cell = (text: string, c: number, y: number, depth: number, weight?: "bold"): string => {
    if (text === "") return "";
    const options = { colour: colourOf(c), ...(weight ? { weight } : {}) };
    const left = lefts[c] ?? 0;
    if (c % 2 === 0) return svgText(left + (c === 0 ? depth * indent : 0), y, text, options);
    return svgText(left + widthIn(c), y, text, { ...options, anchor: "end" });
  };
  let y = margin + lineHeight * 0.75;
  const parts = headers.map((header, c) => cell(header, c, y, 0, "bold"));
  y += lineHeight * 0.4;
  parts.push(`<path d="M${margin} ${round(y)}H${round(width - margin)}" class="line-stroke"/>`);
  for (const { cells, depth, isHeading } of lines) {
    y += lineHeight;
    if (isHeading) parts.push(svgText(margin + depth * indent, y, cells[0] ?? "", { colour: "faint" }));
    else parts.push(...cells.map((text, c) => cell(text, c, y, depth)));
  }
  const title = `Evaluation trace of ${trace.function}: values, tangents by ${trace.input}, cotangents`;
  return svgDocument(
    width,
    y + margin,
    title,
    parts.filter((part) => part !== ""),
  );
}
