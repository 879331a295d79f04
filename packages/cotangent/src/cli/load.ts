/**
 * Loading a module of the user's program into this process, TypeScript included: generated code may read constants from
 * it, and a check compares with the function itself. The Node hook does it.
 */
import { type Callable, type ImportModule, importFile } from "../api/evaluate.ts";
import { CotangentError } from "../core/errors.ts";
import { ThrownError } from "./output.ts";

let registered: Promise<unknown> | undefined;

/** The exports of the module at an absolute path. Throws ThrownError for what the module throws. */
export async function loadModule(file: string): Promise<Readonly<Record<string, unknown>>> {
  // Run from its sources, under a loader of TypeScript, it needs no second one; two wait for each other.
  registered ??= import.meta.url.endsWith(".ts") ? Promise.resolve() : import("../register.ts");
  await registered;
  try {
    return await importFile(file);
  } catch (error) {
    throw error instanceof CotangentError ? error : new ThrownError(error, isTypeScript);
  }
}

function isTypeScript(path: string): boolean {
  return /\.[cm]?tsx?$/.test(path);
}

/** The user's own function, if its module exports it: what it is compared with. */
export async function findExport(load: ImportModule, file: string, name: string): Promise<Callable | undefined> {
  const module = await load(file);
  const [first = name, ...rest] = name.split(".");
  const found = rest.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], module[first]);
  return typeof found === "function" ? (found as Callable) : undefined;
}
