/** A diagnostic as bundlers take errors: place, code frame and text apart, so that overlays and terminals show them. */
import { readFileSync } from "node:fs";
import { type CotangentError, formatError } from "../core/errors.ts";

export interface BundlerMessage {
  readonly message: string;
  readonly name: string;
  readonly id?: string;
  /** Line from 1, column from 0. */
  readonly loc?: { readonly file: string; readonly line: number; readonly column: number };
  readonly frame?: string;
  readonly stack: string;
  readonly plugin: string;
}

/** Bundlers that show a message as it is: it holds the place, and the line. */
const plain: ReadonlySet<string> = new Set(["webpack", "rspack", "esbuild"]);

/** The first diagnostic with its place and frame; the others follow in the text. */
export function toBundlerMessage(error: CotangentError, bundler: string): BundlerMessage {
  if (plain.has(bundler)) return { ...common, message: formatError(error) };
  const [, ...others] = error.all;
  const { code, message, reason, remedy, docs, file, line, column } = error;
  const more = others.map((other) => formatError(other));
  const text = [
    `${code}: ${message}`,
    ...(reason ? [`Why: ${reason}`] : []),
    ...(remedy ? [`Instead: ${remedy}`] : []),
    ...(docs ? [`See: ${docs}`] : []),
    ...(more.length > 0 ? ["", `And ${more.length} more:`, "", more.join("\n\n")] : []),
  ].join("\n");
  const place =
    file !== undefined && line !== undefined && column !== undefined
      ? { id: file, loc: { file, line, column: column - 1 }, ...frameAt(error, file, line) }
      : {};
  return { ...common, message: text, ...place };
}

const common = { name: "CotangentError", plugin: "cotangent", stack: "" };

const around = 2;

/** The lines around a place, with the place underlined. */
function frameAt({ span, column = 1 }: CotangentError, file: string, line: number): { frame?: string } {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return {};
  }
  const lines = text.split(/\r?\n/);
  const from = Math.max(1, line - around);
  const to = Math.min(lines.length, line + around);
  const width = String(to).length;
  const shown: string[] = [];
  for (let n = from; n <= to; n++) {
    const source = lines[n - 1] ?? "";
    shown.push(`${String(n).padStart(width)} | ${source}`);
    if (n !== line) continue;
    const length = Math.max(1, Math.min((span?.end ?? 0) - (span?.start ?? 0), source.length - column + 1));
    shown.push(`${" ".repeat(width)} | ${source.slice(0, column - 1).replace(/[^\t]/g, " ")}${"^".repeat(length)}`);
  }
  return { frame: shown.join("\n") };
}
