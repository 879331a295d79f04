/**
 * `node --import cotangent/register app.ts`: from here on, imported TypeScript is compiled, and its derivatives with it.
 * The hooks run in a thread of their own; here is what must happen in the program's.
 */
import Module, { register } from "node:module";
import { CotangentError, describe } from "./core/errors.ts";
import { showInStack } from "./plugin/show-in-stack.ts";

const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
register(new URL(`./plugin/hooks.${extension}`, import.meta.url));

// Stack traces name lines of the TypeScript, not of what it became.
process.setSourceMapsEnabled(true);

type Extensions = Record<string, ((module: unknown, file: string) => void) | undefined>;
const extensions = (Module as unknown as { readonly _extensions: Extensions })._extensions;

function refuseRequire(_module: unknown, file: string): never {
  throw showInStack(new CotangentError(describe("required-commonjs", file)));
}

// Where another loader (tsx) has taken charge of require(), its modules run, without compiled derivatives.
const isForeign = extensions[".ts"] !== undefined && !("typescript" in process.features);
for (const name of isForeign ? [] : [".ts", ".tsx", ".mts", ".cts"]) extensions[name] = refuseRequire;
