/**
 * Compiles the hostile programs one after the other and prints a line of JSON for each: the code of the error, or that there
 * was an answer, and how long it took. A program of its own, since it is the stack and the memory of a process that it tries.
 */
import { openProgram } from "../../src/compiler.ts";
import { CotangentError } from "../../src/core/errors.ts";
import { hostilePrograms } from "./hostile-programs.ts";

for (const [name, make] of Object.entries(hostilePrograms)) {
  const program = openProgram({ sources: { "/hostile/program.ts": make() } });
  const from = performance.now();
  let outcome = "answered";
  try {
    program.derive("/hostile/program.ts#f", { operator: "grad", mode: "reverse" });
  } catch (error) {
    outcome = error instanceof CotangentError ? error.code : `internal: ${String(error)}`;
  }
  process.stdout.write(`${JSON.stringify({ name, outcome, milliseconds: performance.now() - from })}\n`);
}
