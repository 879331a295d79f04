/** The comparison of engines for functions of this process: what `cotangent compare` does for those of files. */
import type { AnyFunction } from "../api/types.ts";
import { type CompareOptions, type Comparison, compare } from "./compare.ts";
import type { Callable, Subject } from "./ways.ts";

export type { Compared, CompareOptions, Comparison } from "./compare.ts";
export type { WayName } from "./ways.ts";

/**
 * Differentiates `f` at `args` by every engine and in every mode: value, derivative, agreement, time, memory and code;
 * ways that do not apply say why. In Node. Throws what `f` throws, and CotangentError where no argument holds a number.
 */
export async function compareEngines<F extends AnyFunction>(
  f: F,
  args: Readonly<Parameters<F>>,
  options: CompareOptions = {},
): Promise<Comparison> {
  const { compileRunning } = await import("../no-build/derive.ts");
  const subject: Subject = {
    name: f.name || "f",
    call: f as unknown as Callable,
    compile: async (request) => compileRunning(f, [request], args),
  };
  return compare(subject, args, options);
}
