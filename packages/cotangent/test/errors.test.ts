/**
 * Every message that a program's text can cause: each folder of `test/errors` is a program that is refused, and what is
 * shown for it. The folder's name is the code. A first line `// @request {…}` asks for something other than `grad`.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { type OperatorRequest, openProgram } from "../src/api/compile.ts";
import { CotangentError, diagnostics, formatError } from "../src/core/errors.ts";

const folder = fileURLToPath(new URL("errors/", import.meta.url));
const cases = readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);

/** Cases that show something beside one message: TypeScript's own errors, and several messages at once. */
const others = ["type-error", "syntax-error", "several"];

/** Messages of the routes and of running derivatives, which their own tests hold. */
const notOfTheText = [
  "file-not-found",
  "not-compiled",
  "not-registered",
  "function-not-static",
  "captured-variable",
  "captured-reassigned",
  "captured-unreadable",
  "captured-written",
  "source-unseen",
  "value-not-taken",
  "captured-assigned",
  "captured-function",
  "captured-hidden",
  "captures-composed",
  "resolution-differs",
  "options-not-literal",
  "derivative-wrong",
  "required-commonjs",
  "not-taken",
  "too-deep",
  "complex-continuation",
  "complex-underflow",
  "complex-view",
  "symbolic-control",
  "symbolic-length",
  "symbolic-rounding",
  "symbolic-shape",
  "symbolic-view",
  "trace-length",
  "trace-place",
  "overload-plain",
  "overload-differs",
  "overload-outlived",
  "overload-branch",
  "overload-shape",
  "overload-bits",
  "overload-memory",
  "overload-key",
  "rule-engine",
  "other-scalars",
];

/** Messages for programs that TypeScript refuses first; they hold should it ever not. */
const refusedByTypeScript = ["await", "assignment-target", "possibly-missing"];

const program = openProgram({ cwd: folder, files: cases.map((name) => path.join(folder, name, "input.ts")) });

function refusalOf(name: string): CotangentError {
  const text = readFileSync(path.join(folder, name, "input.ts"), "utf8");
  const asked = /^\/\/ @request (.*)$/m.exec(text)?.[1];
  const request = asked ? (JSON.parse(asked) as OperatorRequest) : ({ operator: "grad" } as const);
  try {
    program.derive(`${name}/input.ts#f`, request);
  } catch (error) {
    if (error instanceof CotangentError) return error;
    throw error;
  }
  throw new Error(`${name} is not refused`);
}

describe("what is refused is shown with its place, its reason and the way out", () => {
  test.each(cases)("%s", async (name) => {
    const error = refusalOf(name);
    const shown = formatError(error, (file) => path.basename(file)).replaceAll(folder, "");
    await expect(`${shown}\n`).toMatchFileSnapshot(path.join(folder, name, "expected.txt"));
    if (!others.includes(name)) expect(error.code).toBe(name);
  });

  test("every message has a case", () => {
    const missing = Object.keys(diagnostics).filter(
      (code) => ![...cases, ...notOfTheText, ...refusedByTypeScript].includes(code),
    );
    expect(missing).toEqual([]);
  });
});
