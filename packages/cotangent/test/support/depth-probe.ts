/**
 * How deep derivatives of recursive programs go before the stack is exhausted, and what happens then: a program of its
 * own, since a test's worker has another stack. Prints, for each function of `corpus/deep.ts`, the greatest depth of the
 * function and of each of its derivatives, and the code of the error beyond it. The engine's compilers are off: frames of
 * its interpreter are the largest, and how soon they are replaced is a matter of chance.
 */
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { type Callable, evaluateText } from "../../src/api/evaluate.ts";
import { openProgram } from "../../src/compiler.ts";

for (const flag of ["--no-opt", "--no-sparkplug"]) setFlagsFromString(flag);

const file = fileURLToPath(new URL("../corpus/deep.ts", import.meta.url));
const functions = (await import(file)) as Record<string, (x: number, n: number) => number>;
const program = openProgram();
const x = 0.3;

/** The greatest depth at which `run` ends by itself, to 50, and the code of what it throws beyond. */
function deepest(run: (depth: number) => unknown): { depth: number; code: string | undefined } {
  let [ends, throws, code]: [number, number, string | undefined] = [100, 40_000, undefined];
  while (throws - ends > 50) {
    const depth = Math.floor((ends + throws) / 2);
    try {
      run(depth);
      ends = depth;
    } catch (error) {
      code = (error as { code?: string }).code ?? (error as Error).name;
      throws = depth;
    }
  }
  return { depth: ends, code };
}

const measures = {
  grad: ["valueAndGrad", "reverse", "tape", (f: Callable, n: number) => f(x, n)],
  gradClosure: ["valueAndGrad", "reverse", "closure", (f: Callable, n: number) => f(x, n)],
  jvp: ["jvp", "forward", undefined, (f: Callable, n: number) => f([x, n], [1, 0])],
  vjp: ["vjp", undefined, undefined, (f: Callable, n: number) => ((f(x, n) as unknown[])[1] as Callable)(1)],
  hvp: ["hvp", undefined, undefined, (f: Callable, n: number) => f([x, n], 1)],
} as const;

const found: Record<string, unknown> = {};
for (const name of process.argv.slice(2)) {
  const row: Record<string, unknown> = { plain: deepest((n) => functions[name]?.(x, n)).depth };
  for (const [label, [operator, mode, strategy, run]] of Object.entries(measures)) {
    const { text, name: exported } = program.derive(`${file}#${name}`, { operator, mode, strategy });
    const f = (await evaluateText(text)).get(exported) as Callable;
    row[label] = deepest((n) => run(f, n));
  }
  found[name] = row;
}
process.stdout.write(JSON.stringify(found));
