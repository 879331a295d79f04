/**
 * The process that mutants of the transforms are run in: learns once which mutations each trial reaches, then takes
 * numbers of mutations from its arguments' file and says of each whether a trial tells it from the original.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { runInThisContext } from "node:vm";
import { refusal } from "../fuzz/derive.ts";
import { makeTrials, type Trial } from "./programs.ts";
import { mutationSwitch } from "./schemata.ts";
import { NotFitting, type Observed } from "./ways.ts";

const [listFile, knownFile, most, random, only] = process.argv.slice(2) as [string, string, string, string, string];

/** What is known of a trial without mutation. */
interface Known {
  readonly numbers: readonly (number | string)[];
  /** What is said of a trial that is refused. */
  readonly refused?: string;
  readonly cost: Observed["cost"];
  readonly figures?: string | undefined;
  readonly reached: readonly number[];
  readonly milliseconds: number;
}

/** Milliseconds after which a trial of a mutant has no end; machines are busy, so it is long. */
const timeLimit = 20_000;
const shared = globalThis as { trialOfMutants?: () => unknown };

function inTime<T>(run: () => T, timeout = timeLimit): T {
  shared.trialOfMutants = run;
  return runInThisContext("trialOfMutants()", { timeout }) as T;
}

const trials = await makeTrials(only, only ? 0 : Number(random));
const current = mutationSwitch();
/** In JSON nothing is undefined. */
const known: readonly (Known | null)[] = existsSync(knownFile)
  ? (JSON.parse(readFileSync(knownFile, "utf8")) as (Known | null)[])
  : learn();

function learn(): readonly (Known | null)[] {
  let refused = 0;
  const broken: string[] = [];
  const found = trials.map((trial): Known | null => {
    const started = performance.now();
    try {
      inTime(trial.prepare, 10 * timeLimit);
      current.reached = new Set();
      const { numbers, cost, figures } = inTime(trial.observe, 10 * timeLimit);
      const milliseconds = performance.now() - started;
      return { numbers: numbers.map(text), cost, figures, reached: [...current.reached], milliseconds };
    } catch (error) {
      const why = saidBy(error);
      if (why !== undefined) {
        refused++;
        const milliseconds = performance.now() - started;
        return { numbers: [], refused: why, cost: undefined, reached: [...(current.reached ?? [])], milliseconds };
      }
      if (!(error instanceof NotFitting)) broken.push(`${trial.name}: ${String(error).split("\n", 1)[0]}`);
      return null;
    } finally {
      current.reached = undefined;
    }
  });
  // A trial that fails without a mutation tells none: that must not go unseen.
  process.stderr.write(`${found.filter(Boolean).length} trials, ${refused} refused, ${broken.length} broken\n`);
  for (const line of broken) process.stderr.write(`  ${line}\n`);
  writeFileSync(knownFile, JSON.stringify(found));
  return found;
}

/** The refusal that an error is. */
function saidBy(error: unknown): string | undefined {
  const said = refusal(error);
  return said?.kind === "refused" ? `${said.code}: ${said.message}` : undefined;
}

/** JSON has no NaN. */
function text(x: number): number | string {
  return Number.isFinite(x) ? x : String(x);
}

/** Why `trial` tells the mutation that is on from the original; undefined if it does not. */
function difference(trial: Trial, { numbers, refused, cost, figures }: Known): string | undefined {
  try {
    const found = inTime(trial.observe);
    if (refused !== undefined) return "not refused";
    if (found.numbers.length !== numbers.length) return "other structure";
    const size = numbers.reduce((m: number, x) => (typeof x === "number" ? Math.max(m, Math.abs(x)) : m), 1e-3);
    const same = found.numbers.every((x, i) => {
      const y = numbers[i] as number | string;
      return typeof y === "string" ? String(x) === y : Math.abs(x - y) <= 1e-9 * size;
    });
    if (!same) return "other numbers";
    if (found.figures !== figures) return "other figures";
    if (!cost || !found.cost) return undefined;
    if (found.cost.instructions > cost.instructions) return "costs more";
    return found.cost.names.join() === cost.names.join() ? undefined : "other names";
  } catch (error) {
    if (refused !== undefined && saidBy(error) === refused) return undefined;
    return error instanceof Error ? (/timed out/.test(error.message) ? "no end" : error.name) : "thrown";
  }
}

/** The trials that have told a mutant from the original, the last one first: they tell its neighbours, too. */
let killers: number[] = [];

for (const n of JSON.parse(readFileSync(listFile, "utf8")) as number[]) {
  const reaching = trials
    .map((trial, i) => ({ i, trial, known: known[i] }))
    .filter((t): t is { i: number; trial: Trial; known: Known } => t.known?.reached.includes(n) ?? false)
    .sort((a, b) => a.known.milliseconds - b.known.milliseconds);
  // Those that tell most first, and what was written for mutants or is cost; the quick ones, and of the others some of
  // every kind.
  const step = Math.max(1, Math.floor(reaching.length / Number(most)));
  const often = new Set(killers.slice(0, 20));
  const isFirst = ({ i, trial }: (typeof reaching)[number]): boolean =>
    often.has(i) || /^(IR, |(corners|flow|refused)\.ts)|, cost of /.test(trial.name);
  const chosen = [...reaching.filter(isFirst), ...reaching.filter((t, i) => i % step === 0 && !isFirst(t))];
  process.stdout.write(`start ${n}\n`);
  let outcome = reaching.length === 0 ? "not reached" : `survived ${chosen.length} trials`;
  for (const { i, trial, known: before } of chosen) {
    // What is lowered has derivatives in it where the program asks for them: without the mutation.
    trial.prepare();
    current.on = n;
    const why = difference(trial, before);
    current.on = 0;
    if (why === undefined) continue;
    killers = [i, ...killers.filter((other) => other !== i)];
    outcome = `killed: ${why}, by ${trial.name}`;
    break;
  }
  process.stdout.write(`done ${n} ${outcome}\n`);
}
