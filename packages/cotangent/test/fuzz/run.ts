/**
 * Runs random programs in batches: many texts opened as one program, erased together, run in this process with a limit
 * of time. A program that fails is made smaller, in batches too, as long as it fails by the same law.
 */
import { runInThisContext } from "node:vm";
import { transform } from "esbuild";
import { openSource, type SourceProgram } from "../../src/frontend/program/source.ts";
import { check, type Runnable } from "./check.ts";
import { type Compiled, compile, messageOf, type Outcome } from "./derive.ts";
import { arbitraryProgram, type Program, programOf } from "./program.ts";

export interface Result {
  /** The number of the program in its run. */
  readonly n: number;
  readonly program: Program;
  readonly outcome: Outcome;
}

const folder = "/fuzz";
const timeLimit = 10_000;

/** Programs opened together; the next ones take the places of those before. */
export class Batches {
  readonly #source: SourceProgram = openSource({ cwd: folder });

  /** Checks each program; `variants` says which engines run it besides the usual ones. */
  async check(programs: readonly Program[], variants: readonly number[]): Promise<Outcome[]> {
    const file = (i: number): string => `${folder}/program${i}.ts`;
    programs.forEach(({ text }, i) => {
      this.#source.setText(file(i), text);
    });
    const compiled = programs.map(({ text }, i) => compile(this.#source, file(i), text, variants[i] as number));
    const erased = await Promise.all(compiled.map(async (c) => ("derived" in c ? await erase(c) : c)));
    return erased.map((e, i) => ("derived" in e ? inTime(e, (programs[i] as Program).points) : e));
  }
}

async function erase({ source, derived }: Compiled): Promise<Runnable | Outcome> {
  const toJavaScript = async (text: string): Promise<string> =>
    (await transform(text, { loader: "ts", format: "cjs", target: "es2022", logLevel: "silent" })).code;
  const erased = derived.map(async ({ made, ...rest }) => ({
    ...rest,
    made: typeof made === "string" ? await toJavaScript(made) : made,
  }));
  try {
    const [plain, ...rest] = await Promise.all([toJavaScript(source), ...erased]);
    return { source: plain, derived: rest };
  } catch (error) {
    return { kind: "failed", law: "is TypeScript", message: messageOf(error) };
  }
}

/** As `check`, and a failure if it does not come to an end. */
function inTime(runnable: Runnable, points: readonly string[]): Outcome {
  const shared = globalThis as { checkOfFuzz?: () => Outcome };
  shared.checkOfFuzz = () => check(runnable, points);
  try {
    return runInThisContext("checkOfFuzz()", { timeout: timeLimit }) as Outcome;
  } catch (error) {
    return { kind: "failed", law: "comes to an end", message: String(error) };
  }
}

/** Programs number `from` to `from + count - 1` of `seed`. */
export async function checkBatch(batches: Batches, seed: number, from: number, count: number): Promise<Result[]> {
  const programs = Array.from({ length: count }, (_, i) => programOf(seed, from + i));
  const outcomes = await batches.check(
    programs,
    programs.map((_, i) => from + i),
  );
  return programs.map((program, i) => ({ n: from + i, program, outcome: outcomes[i] as Outcome }));
}

/** The smallest program found that fails as `result` does. */
export async function shrink(result: Result, seconds = 60): Promise<Result> {
  const batches = new Batches();
  const until = Date.now() + seconds * 1000;
  const lawOf = (outcome: Outcome): string => {
    if (outcome.kind !== "failed") return outcome.kind;
    const { law, message } = outcome;
    return ["runs", "compiles"].includes(law) ? message.split("\n", 1).join() : law;
  };
  const law = lawOf(result.outcome);
  let best = result;
  for (;;) {
    const smaller = await firstOf(best.program);
    if (!smaller) return best;
    best = smaller;
  }

  async function firstOf(program: Program): Promise<Result | undefined> {
    const candidates = arbitraryProgram.shrink(program, undefined)[Symbol.iterator]();
    for (let size = 4; Date.now() < until; size = Math.min(2 * size, 32)) {
      const some: Program[] = [];
      while (some.length < size) {
        const { value, done } = candidates.next();
        if (done) break;
        some.push(value.value_);
      }
      if (some.length === 0) return undefined;
      const outcomes = await batches.check(
        some,
        some.map(() => result.n),
      );
      const found = outcomes.findIndex((outcome) => lawOf(outcome) === law);
      if (found >= 0) return { n: result.n, program: some[found] as Program, outcome: outcomes[found] as Outcome };
    }
    return undefined;
  }
}
