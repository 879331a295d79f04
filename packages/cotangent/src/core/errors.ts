/**
 * How a diagnostic reaches people: an error that carries code, place, reason and way out, and its rendering with the
 * source line underlined. Passes know places as spans (offsets); lines and columns are found in the texts that the
 * front end has announced by `rememberText`, so that any layer may report without knowing where sources come from.
 */
import { type DiagnosticCode, diagnostics } from "./diagnostics.ts";

export { type DiagnosticCode, diagnostics } from "./diagnostics.ts";

/** Offsets into the text of a file; the IR's spans are of this shape. */
export interface Place {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

/** How parts of a shown diagnostic are coloured; each gives its text back, marked up or as it is. */
export interface ErrorPainter {
  readonly red: (text: string) => string;
  readonly cyan: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly dim: (text: string) => string;
}

const same = (text: string): string => text;
const plain: ErrorPainter = { red: same, cyan: same, yellow: same, dim: same };

export interface DiagnosticParts {
  /** A key of `diagnostics`, or TypeScript's own code (`TS2322`). */
  readonly code: string;
  readonly message: string;
  readonly reason?: string | undefined;
  readonly remedy?: string | undefined;
  readonly docs?: string | undefined;
  readonly span?: Place | undefined;
  /** Where it is, if that is known by line and column only. */
  readonly at?: FilePlace | undefined;
}

/** A place of a file as people count: line and column from 1. */
export interface FilePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

const texts = new Map<string, string>();

/** Announces the text of a file, so that places in it can be shown. Later announcements replace earlier ones. */
export function rememberText(file: string, text: string): void {
  texts.set(file, text);
}

/** Line and column, from 1, of an offset. */
function lineAndColumn(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const line = before.split("\n").length;
  return { line, column: offset - (before.lastIndexOf("\n") + 1) + 1 };
}

/** Where a place is, if its file's text has been announced: line and column count from 1. */
export function locate(place: Place): FilePlace | undefined {
  const text = texts.get(place.file);
  return text === undefined ? undefined : { file: place.file, ...lineAndColumn(text, place.start) };
}

const brand = Symbol.for("cotangent.error");

/** The program cannot be differentiated. `all` lists every diagnostic found, this one first. */
export class CotangentError extends Error {
  override readonly name = "CotangentError";
  /** Where a loader has made several copies of this module, an error of one is an error of the others. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === "object" && value !== null && brand in value;
  }
  readonly code: string;
  readonly reason: string | undefined;
  readonly remedy: string | undefined;
  /** Where the package's docs say more: `cotangent/docs/errors.md#code`. Undefined for TypeScript's own errors. */
  readonly docs: string | undefined;
  readonly span: Place | undefined;
  /** Absolute path; line and column count from 1. Undefined where the diagnostic has no place. */
  readonly file: string | undefined;
  readonly line: number | undefined;
  readonly column: number | undefined;
  readonly all: readonly CotangentError[];

  constructor(parts: DiagnosticParts, others: readonly CotangentError[] = []) {
    super(parts.message);
    Object.defineProperty(this, brand, { value: true });
    this.code = parts.code;
    this.reason = parts.reason;
    this.remedy = parts.remedy;
    this.docs = parts.docs;
    this.span = parts.span;
    const place = (parts.span && locate(parts.span)) ?? parts.at;
    this.file = parts.span?.file ?? place?.file;
    this.line = place?.line;
    this.column = place?.column;
    this.all = [this, ...others];
  }
}

/** Where the package's docs say more of an error with this code: a file of the package `cotangent`, and a heading in it. */
export function docsOf(code: string): string {
  return `cotangent/docs/errors.md#${code}`;
}

/** The message of a diagnostic: its title with each `{}` replaced by the next detail. */
export function describe(code: DiagnosticCode, ...details: readonly string[]): DiagnosticParts {
  const { title, why, instead } = diagnostics[code];
  const rest = [...details];
  const message = title.replace(/\{\}/g, () => rest.shift() ?? "…");
  return { code, message, reason: why, remedy: instead, docs: docsOf(code) };
}

/** The same with reason and way out in the message, for where nothing else is shown of an error. */
export function describeInFull(code: DiagnosticCode, ...details: readonly string[]): DiagnosticParts {
  const parts = describe(code, ...details);
  return { ...parts, message: `${parts.message}${restOf(parts)}` };
}

function restOf({ reason, remedy }: Pick<DiagnosticParts, "reason" | "remedy">): string {
  return `. ${reason} ${remedy}`;
}

/** What is wrong, without the reason and the way out that its message may say as well. */
export function headlineOf(error: CotangentError): string {
  const { message } = error;
  const rest = restOf(error);
  return message.endsWith(rest) ? message.slice(0, -rest.length) : message;
}

/** Throws the diagnostic `code` at `span`; `details` fill the places held open in its title, in order. */
export function report(code: DiagnosticCode, span: Place | undefined, ...details: readonly string[]): never {
  throw new CotangentError({ ...describe(code, ...details), span });
}

/** Throws the first of `errors`, which lists them all; nothing if there are none. */
export function reportAll(errors: readonly CotangentError[]): void {
  const [first, ...others] = errors;
  if (first) throw new CotangentError({ ...first, message: first.message }, others);
}

/**
 * One diagnostic as the command line shows it: place, code, message, the source line underlined, reason, way out, and
 * where to read on.
 */
function formatDiagnostic(error: CotangentError, show: (file: string) => string, paint: ErrorPainter): string {
  const text = error.span && texts.get(error.span.file);
  const lines: string[] = [];
  const headline = `${paint.red("error")} ${paint.dim(`${error.code}:`)} ${headlineOf(error)}`;
  if (error.span && text !== undefined && error.line !== undefined) {
    const { line, column = 1 } = error;
    lines.push(`${showPlace({ file: show(error.span.file), line, column }, paint)} - ${headline}`);
    lines.push("", ...underlinedLine(text, error.span, error.line, paint));
  } else if (error.file !== undefined && error.line !== undefined) {
    const { file, line, column = 1 } = error;
    lines.push(`${showPlace({ file: show(file), line, column }, paint)} - ${headline}`);
  } else {
    lines.push(headline);
  }
  if (error.reason) lines.push("", `  Why: ${error.reason}`);
  if (error.remedy) lines.push(`  Instead: ${error.remedy}`);
  if (error.docs) lines.push(`  ${paint.dim(`See: ${error.docs}`)}`);
  return lines.join("\n");
}

/** `file:line:column`. */
export function showPlace({ file, line, column }: FilePlace, paint: ErrorPainter): string {
  return `${paint.cyan(file)}:${paint.yellow(String(line))}:${paint.yellow(String(column))}`;
}

/** All diagnostics of an error, separated by blank lines, counted if several; paths as `show` gives them. */
export function formatError(
  error: CotangentError,
  show: (file: string) => string = same,
  paint: ErrorPainter = plain,
): string {
  const shown = error.all.map((e) => formatDiagnostic(e, show, paint));
  if (shown.length > 1) shown.push(paint.red(`${shown.length} errors`));
  return shown.join("\n\n");
}

const longestLine = 160;

function underlinedLine(text: string, span: Place, line: number, paint: ErrorPainter): readonly string[] {
  const start = text.lastIndexOf("\n", span.start - 1) + 1;
  const newline = text.indexOf("\n", span.start);
  const end = newline < 0 ? text.length : newline;
  // A line of generated or minified code is shown around the place, not whole.
  const from = end - start > longestLine ? Math.max(start, span.start - 40) : start;
  const source = text.slice(from, Math.min(end, from + longestLine)).replace(/\r$/, "");
  const gutter = `${line}  `;
  const indent = source.slice(0, span.start - from).replace(/[^\t]/g, " ");
  const length = Math.max(1, Math.min(span.end, from + source.length) - span.start);
  return [paint.dim(gutter) + source, " ".repeat(gutter.length) + indent + paint.red("~".repeat(length))];
}
