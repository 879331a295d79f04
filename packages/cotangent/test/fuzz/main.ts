/**
 * `npm run fuzz -- [--seconds N] [--count N] [--seed S] [--from N]`: random programs until the time is over or there were
 * so many; exit code 1 if one failed. `--program N` checks program N of the seed alone, `--file F` the program in a file,
 * with its points in comments as failures are printed. `--until-failure` stops at the first one and says its number.
 * `--tally F` keeps the counts in a file, from run to run.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type Outcome, turnCount } from "./derive.ts";
import { constructNames, type Program, programOf } from "./program.ts";
import { showFailure, Tally } from "./report.ts";
import { Batches, checkBatch, type Result, shrink } from "./run.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string" },
    seed: { type: "string", default: "1" },
    count: { type: "string" },
    program: { type: "string" },
    file: { type: "string" },
    batch: { type: "string", default: "100" },
    from: { type: "string", default: "0" },
    "no-shrink": { type: "boolean", default: false },
    tally: { type: "string" },
    "until-failure": { type: "boolean", default: false },
  },
});
const seed = Number(values.seed);
const seconds = Number(values.seconds ?? (values.count ? Number.POSITIVE_INFINITY : 60));
const from = Number(values.from);
const count = Number(values.count ?? Number.POSITIVE_INFINITY);
/** Failures that are made smaller; the others are of the same cause, likely. */
const mostShrunk = 5;

const started = Date.now();
const elapsed = (): number => (Date.now() - started) / 1000;

if (values.file !== undefined) await one(0, programIn(readFileSync(values.file, "utf8")));
else if (values.program !== undefined) await one(Number(values.program), programOf(seed, Number(values.program)));
else await many();

function programIn(text: string): Program {
  const points = [...text.matchAll(/^\/\/ at (.*)$/gm)].map(([, point]) => point as string);
  return { text: text.replace(/^(\/\/|---).*\n/gm, ""), points, used: new Set(), mutatesInLoop: false };
}

async function one(n: number, program: Program): Promise<void> {
  for (const variant of values.program === undefined ? Array.from({ length: turnCount }, (_, i) => i) : [n]) {
    const [outcome] = (await new Batches().check([program], [variant])) as [Outcome];
    const result: Result = { n: variant, program, outcome };
    console.log(showFailure(result, seed));
    if (outcome.kind !== "failed") continue;
    process.exitCode = 1;
    if (!values["no-shrink"]) console.log(showFailure(await shrink(result), seed));
    return;
  }
}

async function many(): Promise<void> {
  const tally = new Tally(constructNames);
  const size = Math.min(Number(values.batch), count);
  const live = process.stdout.isTTY;
  const { tally: kept } = values;
  if (kept !== undefined && existsSync(kept)) tally.resume(readFileSync(kept, "utf8"));
  let batches = new Batches();
  for (let done = 0; done < count && elapsed() < seconds; done += size) {
    // What is kept of programs that are gone is given up now and then.
    if (done % (size * 50) === 0) batches = new Batches();
    for (const result of await checkBatch(batches, seed, from + done, Math.min(size, count - done))) {
      tally.add(result);
      if (result.outcome.kind !== "failed") continue;
      if (values["until-failure"]) {
        console.log(`first failure: program ${result.n}, ${result.outcome.law}`);
        return;
      }
      const short = tally.failures.length <= mostShrunk && !values["no-shrink"] ? await shrink(result) : result;
      console.log(`${live ? "\r\x1b[K" : ""}${showFailure(short, seed)}`);
    }
    if (kept !== undefined) writeFileSync(kept, tally.save(seed, elapsed()));
    const line = tally.line(elapsed());
    if (live) process.stdout.write(`\r\x1b[K${line}`);
    else if (done % (size * 20) === 0) console.log(line);
  }
  console.log(`${live ? "\r\x1b[K" : ""}${tally.text(elapsed())}`);
  if (tally.failures.length > 0) process.exitCode = 1;
}
