/**
 * Comments that show where statements come from: the original line, before the first of the statements that it became,
 * unless the statement says the same by itself.
 */
import type { Span } from "../ir/types.ts";
import type { Commentary } from "./layout.ts";

const LONGEST = 96;
/** What is longer is text that nobody reads by lines, and comparing it with each of its statements takes its time. */
const LONGEST_READ = 1000;
/** A line is not shown again while the reader still sees it. */
const MEMORY = 3;

/** What of a line counts when two are compared. */
function gist(text: string): string {
  return text
    .replace(/\b(export|const|let|var)\b/g, "")
    .replace(/(?<=[\w$\])])\s*!?: *[\w$]+(\[\])*(?= *[=,;)])/g, "")
    .replace(/(?<=[\w\])])!/g, "")
    .replace(/[\s;()]/g, "");
}

/** How much of a line its statement repeats. */
function likeness(line: string, text: string): "whole" | "part" | "none" {
  const said = gist(text);
  const written = gist(line);
  if (written.includes(said)) return "whole";
  const value = said.slice(said.indexOf("=") + 1);
  return value.length > 3 && value !== said && written.includes(value) ? "part" : "none";
}

/** Comments for the statements of one function. */
export function writeComments(source: ((span: Span) => string | undefined) | undefined): Commentary {
  const recent: string[] = [];
  return (s, text) => {
    if (!source || !s.span) return undefined;
    switch (s.kind) {
      case "if":
      case "for":
      case "while":
      case "declare":
      case "return":
      case "break":
        // What is inside speaks for itself.
        return undefined;
      default:
        break;
    }
    const whole = source(s.span);
    if (whole === undefined || whole.length > LONGEST_READ) return undefined;
    const line = whole.replace(/\s+/g, " ").trim();
    if (!/[\w$]/.test(line) || recent.includes(line)) return undefined;
    const alike = likeness(line, text);
    // A part of the line in the same words needs no explanation, but what comes after it may.
    if (alike === "part") return undefined;
    recent.push(line);
    if (recent.length > MEMORY) recent.shift();
    if (alike === "whole") return undefined;
    return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
  };
}
