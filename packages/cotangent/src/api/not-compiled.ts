/** What a verb does that no route has compiled: it says so, and names the routes. */
import { CotangentError, describe } from "../core/errors.ts";
import type { AnyFunction } from "./types.ts";

/** Throws `not-compiled`. The message names the routes too, since a browser's console shows nothing else. */
export function reportNotCompiled(verb: string, f: AnyFunction): never {
  const parts = describe("not-compiled", `${verb}(${f.name || "function"})`);
  throw new CotangentError({ ...parts, message: `${parts.message}. ${parts.reason} ${parts.remedy}` });
}
