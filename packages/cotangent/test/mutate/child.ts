/**
 * The process that mutants of the transforms are run in: learns once which mutations each trial reaches, then takes
 * numbers of mutations from its arguments' file and says of each whether a trial tells it from the original.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { runInThisContext } from "node:vm";
import { makeTrials, type Trial } from "./programs.ts";
import { mutationSwitch } from "./schemata.ts";

const [, , listFile, knownFile, most = "60", random = "60"] = process.argv as [string, string, string, string];

/** What is known of a trial without mutation. */
interface Known {
  readonly numbers: readonly (number | string)[];
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

const trials = makeTrials(Number(random));
const current = mutationSwitch();
const known: (Known | undefined)[] = existsSync(knownFile)
  ? (JSON.parse(readFileSync(knownFile, "utf8")) as (Known | undefined)[])
  : learn();

function learn(): (Known | undefined)[] {
  const found = trials.map((trial): Known | undefined => {
    try {
      inTime(trial.observe, 10 * timeLimit);
      const started = performance.now();
      current.reached = new Set();
      const numbers = inTime(trial.observe, 10 * timeLimit);
      return { numbers: numbers.map(text), reached: [...current.reached], milliseconds: performance.now() - started };
    } catch {
      // Refused, or not for this verb.
      return undefined;
    } finally {
      current.reached = undefined;
    }
  });
  writeFileSync(knownFile, JSON.stringify(found));
  return found;
}

/** JSON has no NaN. */
function text(x: number): number | string {
  return Number.isFinite(x) ? x : String(x);
}

/** Why `trial` tells the mutation that is on from the original; undefined if it does not. */
function difference(trial: Trial, { numbers }: Known): string | undefined {
  try {
    const found = inTime(trial.observe);
    if (found.length !== numbers.length) return "other structure";
    const size = numbers.reduce((m: number, x) => (typeof x === "number" ? Math.max(m, Math.abs(x)) : m), 1e-3);
    const same = found.every((x, i) => {
      const y = numbers[i] as number | string;
      return typeof y === "string" ? String(x) === y : Math.abs(x - y) <= 1e-9 * size;
    });
    return same ? undefined : "other numbers";
  } catch (error) {
    return error instanceof Error ? (/timed out/.test(error.message) ? "no end" : error.name) : "thrown";
  }
}

for (const n of JSON.parse(readFileSync(listFile, "utf8")) as number[]) {
  const reaching = trials
    .map((trial, i) => ({ trial, known: known[i] }))
    .filter((t): t is { trial: Trial; known: Known } => t.known?.reached.includes(n) ?? false)
    .sort((a, b) => a.known.milliseconds - b.known.milliseconds);
  // The quick ones first, and of the others some of every kind.
  const step = Math.max(1, Math.floor(reaching.length / Number(most)));
  const chosen = reaching.filter((_, i) => i % step === 0);
  process.stdout.write(`start ${n}\n`);
  current.on = n;
  let outcome = reaching.length === 0 ? "not reached" : `survived ${chosen.length} trials`;
  for (const { trial, known: before } of chosen) {
    const why = difference(trial, before);
    if (why === undefined) continue;
    outcome = `killed: ${why}, by ${trial.name}`;
    break;
  }
  current.on = 0;
  process.stdout.write(`done ${n} ${outcome}\n`);
}
