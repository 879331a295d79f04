/**
 * `npm run mutate -- [--files TEXT,…] [--sample N] [--seed S] [--most N] [--only TEXT] [--alone]`: mutates the rule table and the constructions of
 * derivatives, one place at a time, and runs what must tell the mutant from the original: the tests of the table, or the
 * corpus and random programs. Prints the mutants that survive; exit code 1 if one is not listed as equivalent, with a
 * proof, in `equivalent.ts`. `--most`: how many trials a mutant of the transforms must survive. `--only`: programs of the
 * corpus whose names hold this, and no random ones. `--alone`: no programs, but the tests of single files alone.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { bundle } from "../fuzz/bundle.ts";
import { corpusFolder } from "../support/corpus.ts";
import { makeRandom } from "../support/numbers.ts";
import {
  asksOnlyPrimitive,
  asksWhetherStepIsZero,
  equivalents,
  reordersOpen,
  setsOnlySpan,
  swapsCommuting,
  weakensAssertion,
} from "./equivalent.ts";
import { type Mutation, mutationsOf } from "./mutations.ts";
import { preamble, withMutations } from "./schemata.ts";

const table = ["arithmetic", "comparison", "identities", "rounding", "transcendental"].map((f) => `elementals/${f}.ts`);
const sourceFolder = fileURLToPath(new URL("../../src/", import.meta.url));
/** Transforms that have tests of their own, which take less time than programs do. */
const testedAlone = [
  "flow",
  "reverse/augment",
  "reverse/adjoint",
  "reverse/flow-flags",
  "reverse/kept",
  "reverse/past-end",
  "reverse/ruled-call",
  "reverse/steering",
  "tangent-types",
].map((f) => `transform/${f}.ts`);
/** The constructions of derivatives; not what only names things or refuses them. */
const transforms = readdirSync(`${sourceFolder}transform`, { recursive: true, encoding: "utf8" })
  .map((file) => `transform/${file.replaceAll("\\", "/")}`)
  .filter((file) => /\.ts$/.test(file) && !/(\.test|names|no-derivative|refuse)\.ts$/.test(file))
  .sort();

const { values } = parseArgs({
  options: {
    files: { type: "string", default: "" },
    sample: { type: "string" },
    seed: { type: "string", default: "1" },
    most: { type: "string", default: "400" },
    programs: { type: "string", default: "60" },
    only: { type: "string", default: "" },
    alone: { type: "boolean", default: false },
  },
});
const wanted = values.files.split(",");
/** `flow.ts:63` is one line of a file. */
const isWanted = ({ file, line }: Mutant): boolean =>
  wanted.some((text) => (/:\d+$/.test(text) ? `${file}:${line}`.endsWith(text) : file.includes(text)));

interface Mutant extends Mutation {
  readonly n: number;
  readonly file: string;
  readonly line: number;
  readonly from: string;
}

type Outcome = { readonly kind: "killed" | "timed out" | "survived" | "not reached"; readonly by: string };

/** A mutant that says nothing for so many milliseconds is stuck. */
const patience = 300_000;

const sources = new Map([...table, ...transforms].map((file) => [file, readFileSync(sourceFolder + file, "utf8")]));
const firstOf = new Map<string, number>();
const mutants: Mutant[] = [];
for (const [file, text] of sources) {
  firstOf.set(file, mutants.length + 1);
  for (const mutation of mutationsOf(file, text)) {
    const line = text.slice(0, mutation.start).split("\n").length;
    const from = text.slice(mutation.start, mutation.end);
    mutants.push({ ...mutation, n: mutants.length + 1, file, line, from });
  }
}
/** Sources with all their mutations in them. */
const edit = (file: string, text: string): string => {
  const first = firstOf.get(file);
  if (first === undefined) return text;
  const own = mutants.filter((m) => m.file === file);
  return withMutations(file, text, own, first);
};

const started = Date.now();
const outcomes = new Map<number, Outcome>();
await runAll(table, () => tested("table"));
await runAll(testedAlone, () => tested("transform"));
if (!values.alone) {
  // What these tests do not tell, programs may.
  for (const { n, file } of mutants)
    if (testedAlone.includes(file) && outcomes.get(n)?.kind === "survived") outcomes.delete(n);
  await runAll(transforms, async () => {
    const child = await bundle("../mutate/child.ts", "mutants", { edit, preamble });
    return [child, [knownFile(child), values.most, values.programs, values.only]];
  });
}
report();

/** Tests that need no programs, as a process that runs mutants on them. */
async function tested(what: "table" | "transform"): Promise<readonly [script: string, args: readonly string[]]> {
  const instead = { vitest: fileURLToPath(new URL("vitest-here.ts", import.meta.url)) };
  const tests = await bundle(`../mutate/${what}-killers.ts`, `${what}-killers`, { edit, preamble, instead });
  return [await bundle("../mutate/table-child.ts", `${what}-child`), [tests]];
}

/** Where is kept what is learnt without mutation: that takes minutes, and is the same while sources and programs are. */
function knownFile(child: string): string {
  const texts = [child, ...readdirSync(corpusFolder).map((file) => corpusFolder + file)];
  const hash = createHash("sha256").update(`${values.programs} ${values.only}`);
  for (const file of texts) hash.update(readFileSync(file));
  const folder = dirname(child);
  const name = `known-${hash.digest("hex").slice(0, 16)}.json`;
  for (const old of readdirSync(folder)) if (/^known-/.test(old) && old !== name) rmSync(`${folder}/${old}`);
  return `${folder}/${name}`;
}

/** Runs the wanted mutants of `files` in a process that is started again where one does not come back. */
async function runAll(
  files: readonly string[],
  prepare: () => Promise<readonly [script: string, args: readonly string[]]>,
): Promise<void> {
  const all = sampled(mutants.filter((m) => files.includes(m.file) && isWanted(m))).map((m) => m.n);
  const chosen = all.filter((n) => !outcomes.has(n));
  if (chosen.length === 0) return;
  const [script, args] = await prepare();
  const list = script.replace(/\.mjs$/, ".list.json");
  for (let rest = chosen; rest.length > 0; rest = chosen.filter((n) => !outcomes.has(n))) {
    writeFileSync(list, JSON.stringify(rest));
    const stuck = await runChild(script, [list, ...args]);
    if (stuck !== undefined) outcomes.set(stuck, { kind: "timed out", by: "the process had to be ended" });
    else if (rest.every((n) => !outcomes.has(n))) throw new Error("the process that runs mutants does not come up");
  }
}

/** Some of the mutants, as `--sample` says. */
function sampled(all: readonly Mutant[]): readonly Mutant[] {
  if (values.sample === undefined) return all;
  const random = makeRandom(Number(values.seed));
  const ranked = all.map((m) => ({ m, rank: random() })).sort((a, b) => a.rank - b.rank);
  return ranked.slice(0, Number(values.sample)).map(({ m }) => m);
}

/** Takes down what a process says of mutants; the mutant that it ended with, if it did not come to its end. */
async function runChild(script: string, args: readonly string[]): Promise<number | undefined> {
  const child = spawn(process.execPath, ["--max-semi-space-size=64", script, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let at: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  // Until the first mutant the process learns what reaches which: that takes as long as it takes.
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) {
    const [, word, number, rest = ""] = /^(start|done) (\d+) ?(.*)$/.exec(line) ?? [];
    clearTimeout(timer);
    if (word === "start") {
      at = Number(number);
      timer = setTimeout(() => child.kill("SIGKILL"), patience);
    } else if (word === "done") {
      at = undefined;
      const [, kind = "survived", by = ""] = /^(killed|survived|not reached):? ?(.*)$/.exec(rest) ?? [];
      outcomes.set(Number(number), { kind: kind as Outcome["kind"], by });
      const mutant = mutants[Number(number) - 1] as Mutant;
      const isLast = !(script.includes("transform-child") || isEquivalent(mutant));
      if (kind === "survived" && isLast) console.log(described(mutant));
      if (outcomes.size % 50 === 0) console.log(summary());
    }
  }
  clearTimeout(timer);
  return at;
}

function isEquivalent(mutant: Mutant): boolean {
  const text = sources.get(mutant.file) as string;
  const line = text.split("\n")[mutant.line - 1] as string;
  if (weakensAssertion(mutant, text.slice(0, mutant.start), text.slice(mutant.end))) return true;
  if (setsOnlySpan(mutant) || reordersOpen(mutant) || asksWhetherStepIsZero(mutant)) return true;
  if (asksOnlyPrimitive(mutant) || swapsCommuting(mutant, text.slice(0, mutant.start))) return true;
  return equivalents.some(
    (e) => e.file === mutant.file && e.from === mutant.from && e.by === mutant.by && line.includes(e.line),
  );
}

function summary(): string {
  const count = (kind: Outcome["kind"]): number => [...outcomes.values()].filter((o) => o.kind === kind).length;
  const listed = mutants.filter((m) => outcomes.get(m.n)?.kind === "survived" && isEquivalent(m)).length;
  const costlier = [...outcomes.values()].filter(
    (o) => o.kind === "killed" && /^(costs more|other names)/.test(o.by),
  ).length;
  const seconds = ((Date.now() - started) / 1000).toFixed(0);
  return (
    `${outcomes.size} mutants: ${count("killed")} killed (${costlier} by cost or names), ${count("timed out")} timed out, ${listed} equivalent, ` +
    `${count("survived") - listed} survived, ${count("not reached")} not reached (${seconds} s)`
  );
}

/** A mutant on one line: where it is, and what it changes. */
function described(m: Mutant): string {
  const short = (text: string): string => text.replace(/\s+/g, " ").slice(0, 100);
  const what = m.kind === "statement" ? short(m.from) : `${short(m.from)}  →  ${short(m.by)}`;
  return `  ${m.file}:${m.line} ${m.operator}: ${what} (${outcomes.get(m.n)?.kind})`;
}

function report(): void {
  let open = 0;
  for (const file of sources.keys()) {
    const own = mutants.filter((m) => m.file === file && outcomes.has(m.n));
    if (own.length === 0) continue;
    const of = (kind: Outcome["kind"]): Mutant[] => own.filter((m) => outcomes.get(m.n)?.kind === kind);
    const survived = of("survived").filter((m) => !isEquivalent(m));
    const unreached = of("not reached").filter((m) => !isEquivalent(m));
    open += survived.length + unreached.length;
    const done = of("killed").length + of("timed out").length;
    console.log(
      `${file}: ${own.length} mutants, ${done} killed, ${survived.length} survived, ${unreached.length} not reached`,
    );
    for (const m of [...survived, ...unreached]) console.log(described(m));
  }
  console.log(summary());
  if (open > 0) process.exitCode = 1;
}
