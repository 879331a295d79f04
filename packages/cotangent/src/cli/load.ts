/**
 * Loading a module of the user's program into this process, TypeScript included: generated code may read constants from
 * it, and a check compares with the function itself. The Node hook does it.
 */
import { pathToFileURL } from "node:url";

let registered: Promise<unknown> | undefined;

/** The exports of the module at an absolute path. Throws what the module throws. */
export async function loadModule(file: string): Promise<Readonly<Record<string, unknown>>> {
  registered ??= import("../register.ts");
  await registered;
  return import(pathToFileURL(file).href);
}
