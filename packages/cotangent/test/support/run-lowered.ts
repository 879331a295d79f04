/** Holds lowering to the language: a program's IR, interpreted, does what the program's text does when it is run. */
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { lower, openSource, type SourceProgram } from "../../src/frontend/index.ts";
import { interpret } from "../../src/ir/interpret.ts";
import type { Module } from "../../src/ir/types.ts";
import { verifyModule } from "../../src/ir/verify.ts";

const announced = new Map<string, string>();
let shared: SourceProgram | undefined;

/**
 * Announces texts, before any is lowered: they are opened as one program, which is much faster. What is announced after
 * that is of another file of tests, in the same process, and begins a program of its own.
 */
export function announce(texts: readonly string[]): void {
  if (shared) {
    announced.clear();
    shared = undefined;
  }
  for (const text of texts) if (!announced.has(text)) announced.set(text, `program${announced.size}.ts`);
}

function openText(text: string): { source: SourceProgram; file: string } {
  const known = announced.get(text);
  if (known !== undefined) {
    const overlay = new Map([...announced].map(([content, name]) => [name, content]));
    shared ??= openSource({ cwd: "/programs", overlay, files: [...overlay.keys()] });
    return { source: shared, file: known };
  }
  return { source: openSource({ cwd: "/programs", overlay: new Map([["program.ts", text]]) }), file: "program.ts" };
}

/** Lowers function `name` of a program given as one text. */
export function lowerText(text: string, name = "f"): { module: Module; entry: string } {
  const { source, file } = openText(text);
  const lowered = lower(source, { file, name });
  verifyModule(lowered.module);
  return lowered;
}

/** The function as JavaScript runs it. */
function runText(text: string, name = "f"): (...args: unknown[]) => unknown {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS },
  });
  const exports: Record<string, unknown> = {};
  const stub = (specifier: string): unknown => {
    if (specifier === "cotangent") return { stopGradient: (x: unknown) => structuredClone(x) };
    throw new Error(`no module ${specifier}`);
  };
  new Function("exports", "require", outputText)(exports, stub);
  let found: unknown = exports;
  for (const part of name.split(".")) found = (found as Record<string, unknown>)[part];
  return found as (...args: unknown[]) => unknown;
}

type Outcome = { readonly value: unknown; readonly args: unknown } | { readonly threw: string; readonly code?: string };

function outcome(call: (...args: unknown[]) => unknown, args: readonly unknown[]): Outcome {
  const copies = structuredClone(args) as unknown[];
  try {
    return { value: call(...copies), args: copies };
  } catch (error) {
    const { code } = error as { readonly code?: string };
    return { threw: String(error), ...(code !== undefined && { code }) };
  }
}

/** Expects the same result, the same exception and the same final arguments from both, for each list of arguments. */
export function expectSame(text: string, calls: readonly (readonly unknown[])[], name = "f"): void {
  const { module, entry } = lowerText(text, name);
  const run = runText(text, name);
  const arity = module.functions.get(entry)?.body.params.length ?? 0;
  for (const args of calls) {
    const padded = [...args, ...Array(Math.max(0, arity - args.length)).fill(undefined)];
    const expected = outcome(run, padded);
    const actual = outcome((...given) => interpret(module, entry, given)[0], padded);
    // JavaScript goes on where elements are missing, which is refused when the program comes to one.
    if ("code" in actual && actual.code === "array-gap") {
      const isShort = args.some((a) => Array.isArray(a) && a.length < 3);
      expect(isShort, `no argument has room for gaps: ${JSON.stringify(args)}`).toBe(true);
      continue;
    }
    expect(actual, `arguments ${JSON.stringify(args)}`).toEqual(expected);
  }
}

export type Case = readonly [title: string, text: string, ...calls: (readonly unknown[])[]];

/** A table of programs with the arguments to call each one with, as tests. */
export function table(title: string, cases: readonly Case[]): void {
  announce(cases.map(([, text]) => text));
  describe(title, () => {
    test.each(cases.map(([name, text, ...calls]) => ({ name, text, calls })))("$name", ({ text, calls }) => {
      expectSame(text, calls);
    });
  });
}
