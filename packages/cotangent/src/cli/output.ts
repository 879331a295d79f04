/**
 * What the command prints: results for people or as JSON, and every failure in one shape. JSON has no NaN and no
 * infinities, so those are strings, here as on the way in.
 */
import { writeFileSync } from "node:fs";
import { isAbsolute, relative, resolve } from "node:path";
import { styleText } from "node:util";
import type { ImportModule } from "../api/evaluate.ts";
import { CotangentError, docsOf, type ErrorPainter, type FilePlace, formatError, showPlace } from "../core/errors.ts";
import { isStackExhausted } from "../runtime/error.ts";
import { RuntimeError } from "../runtime/index.ts";
import { Later } from "../runtime/later.ts";

/** What is around a command: where it reads and writes, and how it loads the user's modules. */
export interface Host {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** All of the standard input, line by line. */
  readonly lines: () => AsyncIterable<string>;
  /** The exports of the module at an absolute path. Throws ThrownError for what the module throws. */
  readonly load: ImportModule;
  readonly cwd: string;
  /** Of the package, if it was built. */
  readonly version?: string;
  /** Whether standard output and standard error show colours. */
  readonly colors: { readonly out: boolean; readonly err: boolean };
}

/** Wrong usage of the command: exit code 2. `not-built`: what is asked for does not exist yet. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly code: "usage" | "not-built";
  constructor(message: string, code: "usage" | "not-built" = "usage") {
    super(message);
    this.code = code;
  }
}

/** An exception of the program that was run; its place is the innermost call's in a file that `isOwn` says is the program's. */
export class ThrownError extends Error {
  override readonly name = "ThrownError";
  readonly place: FilePlace | undefined;
  constructor(thrown: unknown, isOwn: (file: string) => boolean) {
    super(thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown), { cause: thrown });
    this.place = thrown instanceof Error ? framesOf(thrown).find(({ file }) => isOwn(file)) : undefined;
  }
}

/** The places in files that the stack of an error names, innermost first: in the sources, where Node follows maps. */
function framesOf(error: Error): readonly FilePlace[] {
  const frames = (error.stack ?? "").matchAll(/^ +at (?:.*\()?((?:\/|[A-Za-z]:[\\/]).*):(\d+):(\d+)\)?$/gm);
  return [...frames].map(([, file = "", line, column]) => ({
    file: file.replace(/\\/g, "/"),
    line: Number(line),
    column: Number(column),
  }));
}

interface FailureEntry {
  readonly code: string;
  readonly message: string;
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
  /** Where the docs say more, `null` for TypeScript's own errors. */
  readonly docs: string | null;
}
export interface Failure {
  readonly error: FailureEntry;
  readonly errors: readonly FailureEntry[];
}

/** Diagnostics that are about the command's own arguments. */
const aboutUsage: ReadonlySet<string> = new Set([
  "file-not-found",
  "function-not-found",
  "argument-out-of-range",
  "trace-place",
]);

/** 1: the program cannot be differentiated, or threw, or we failed. 2: wrong usage. */
export function exitCodeOf(error: unknown): 1 | 2 {
  if (error instanceof UsageError) return 2;
  return error instanceof CotangentError && aboutUsage.has(error.code) ? 2 : 1;
}

/** A failure as JSON. */
export function describeFailure(error: unknown): Failure {
  const errors = error instanceof CotangentError ? error.all.map(entryOf) : [entryOf(error)];
  return { error: errors[0] as FailureEntry, errors };
}

function entryOf(error: unknown): FailureEntry {
  if (error instanceof CotangentError) {
    const { code, message, file, line, column, docs } = error;
    return { code, message, file: file ?? null, line: line ?? null, column: column ?? null, docs: docs ?? null };
  }
  const message = ownMessageOf(error) ?? (error instanceof Error ? error.message : String(error));
  const code = codeOf(error);
  const place = error instanceof ThrownError ? error.place : undefined;
  return { code, message, ...(place ?? { file: null, line: null, column: null }), docs: docsOf(code) };
}

function codeOf(error: unknown): string {
  if (error instanceof UsageError) return error.code;
  if (error instanceof ThrownError) return error.cause instanceof RuntimeError ? error.cause.code : "threw";
  // Of what walks over values, too: `JSON.stringify` of a list that is too long.
  if (isStackExhausted(error)) return "stack-exhausted";
  return "internal";
}

/** What generated code raises on its own account: it is about what it was given, and was not thrown by the program. */
function ownMessageOf(error: unknown): string | undefined {
  return error instanceof ThrownError && error.cause instanceof RuntimeError ? error.cause.message : undefined;
}

/** A failure for people. */
export function showFailure(error: unknown, { cwd, colors }: Host): string {
  const paint = painter(colors.err);
  if (error instanceof CotangentError) return formatError(error, (file) => shorten(file, cwd), paint);
  if (error instanceof UsageError) return `${paint.red("error")}: ${error.message}`;
  if (error instanceof ThrownError) {
    const { place } = error;
    const where = place ? `${showPlace({ ...place, file: shorten(place.file, cwd) }, paint)} - ` : "";
    const code = codeOf(error);
    const own = ownMessageOf(error);
    const what =
      own !== undefined ? `${own}\n\n  ${paint.dim(`See: ${docsOf(code)}`)}` : `the program threw ${error.message}`;
    return `${where}${paint.red("error")} ${code}: ${what}`;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `${paint.red("error")} internal: this is a defect of cotangent, please report it\n${stack}`;
}

/** A path as people read it: relative to the working directory if it is inside. */
export function shorten(file: string, cwd: string): string {
  const path = relative(cwd, file);
  return path.startsWith("..") || isAbsolute(path) ? file : path;
}

export interface Painter extends ErrorPainter {
  readonly green: (text: string) => string;
}

/** Colours by escape codes, or none. */
export function painter(colors: boolean): Painter {
  const paint =
    (color: "red" | "green" | "cyan" | "yellow" | "dim") =>
    (text: string): string =>
      colors ? styleText(color, text, { validateStream: false }) : text;
  return { red: paint("red"), green: paint("green"), cyan: paint("cyan"), yellow: paint("yellow"), dim: paint("dim") };
}

/** How tables look: columns, and nothing drawn around them. */
export const frameless = {
  style: { head: [], border: [], compact: true, "padding-left": 0, "padding-right": 2 },
  chars: {
    top: "",
    "top-mid": "",
    "top-left": "",
    "top-right": "",
    bottom: "",
    "bottom-mid": "",
    "bottom-left": "",
    "bottom-right": "",
    left: "",
    "left-mid": "",
    mid: "",
    "mid-mid": "",
    right: "",
    "right-mid": "",
    middle: "",
  },
};

/** Writes to the file that is named, or to standard output. Throws UsageError. */
export function writeOut(text: string, { output }: { readonly output?: string }, host: Host): void {
  if (output === undefined) {
    host.out(text);
    return;
  }
  const file = resolve(host.cwd, output);
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new UsageError(`--output: ${(error as Error).message}`);
  }
  host.err(`wrote ${shorten(file, host.cwd)}\n`);
}

/** A value as JSON data: typed arrays as lists, not-finite numbers as strings, what has no JSON as null. */
export function toJson(value: unknown): unknown {
  const later = new Later();
  const json = jsonOf(value, later);
  later.finish();
  return json;
}

function jsonOf(value: unknown, later: Later): unknown {
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value !== "object" || value === null) return null;
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>, toJson);
  if (value instanceof Map || value instanceof Set) return jsonOf([...(value as Iterable<unknown>)], later);
  const made = Array.isArray(value) ? [] : {};
  for (const [key, element] of Object.entries(value)) later.set(made, key, () => jsonOf(element, later));
  return made;
}

/** The text of JSON data, which may be deeper than `JSON.stringify` can go. */
export function jsonText(json: unknown): string {
  try {
    return JSON.stringify(json);
  } catch (error) {
    if (!isStackExhausted(error)) throw error;
    return deepJsonText(json);
  }
}

function deepJsonText(json: unknown): string {
  let text = "";
  // What is still to be written, last first: values, and text between them.
  const pending: ({ readonly value: unknown } | string)[] = [{ value: json }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (typeof next === "string") {
      text += next;
      continue;
    }
    const { value } = next;
    if (typeof value !== "object" || value === null) {
      text += JSON.stringify(value);
      continue;
    }
    const isList = Array.isArray(value);
    const entries = Object.entries(value).filter(([, element]) => element !== undefined);
    pending.push(isList ? "]" : "}");
    for (const [i, [key, element]] of [...entries.entries()].reverse())
      pending.push({ value: element }, `${i === 0 ? "" : ","}${isList ? "" : `${JSON.stringify(key)}:`}`);
    text += isList ? "[" : "{";
  }
  return text;
}

/** A value for people: as JSON, with spaces, rows of nested lists on lines of their own. */
export function showValue(value: unknown): string {
  return show(toJson(value), "");
}

/** Numbers that JSON has none of are texts there, and shown as what they are. */
function isNotFinite(json: unknown): json is string {
  return json === "NaN" || json === "Infinity" || json === "-Infinity";
}

function show(json: unknown, indent: string): string {
  if (typeof json !== "object" || json === null) return isNotFinite(json) ? json : JSON.stringify(json);
  const entries = Array.isArray(json)
    ? json.map((e) => show(e, `${indent}  `))
    : Object.entries(json).map(([key, e]) => `${key}: ${show(e, `${indent}  `)}`);
  const [open, close] = Array.isArray(json) ? ["[", "]"] : ["{ ", " }"];
  const line = `${open}${entries.join(", ")}${close}`;
  if (line.length <= 100 && !line.includes("\n")) return line;
  return `${open.trim()}\n${entries.map((e) => `${indent}  ${e},\n`).join("")}${indent}${close.trim()}`;
}
