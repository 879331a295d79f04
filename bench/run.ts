/**
 * `npm run bench`: gradients that cotangent generates from natural TypeScript, against gradients written by hand.
 *
 * Each of four programs is spelled twice (flat typed arrays; nested arrays and objects) and compiled with
 * `valueAndGradInto`. Values and gradients are compared before anything is timed. Then all contenders run in turn,
 * round by round, so that what disturbs one disturbs all, and the 20th percentile of the rounds is reported. Times
 * include whatever the generated code allocates; compiling is reported apart.
 *
 * Options: `--quick` (few rounds, one size), `--only k1,k2`, `--rounds N`.
 */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { openProgram } from "cotangent/compiler";
import { type HandWritten, type Kernel, kernels, yardsticks, zerosLike } from "./kernels.ts";
import { buildNative, NativeContender } from "./native.ts";

const TOLERANCE = 1e-12;
/** The flat spelling is meant to take no more than this many times the time of the hand-written JavaScript. */
const LIMIT = 2;
/** Each contender runs for about this long in each round. */
const ROUND_NANOSECONDS = 2e6;

const spellings = ["flat", "nested"] as const;
type Spelling = (typeof spellings)[number];
type IntoFunction = (out: [number, unknown], ...args: unknown[]) => void;
type PlainFunction = (...args: unknown[]) => number;

interface Compiled {
  readonly primal: PlainFunction;
  readonly gradient: IntoFunction;
  readonly milliseconds: number;
  readonly lines: number;
}

interface Contender {
  readonly name: string;
  /** Nanoseconds of one run, the mean of `repeat`. */
  readonly time: (repeat: number) => number | Promise<number>;
}

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string" },
    rounds: { type: "string" },
  },
});

const root = fileURLToPath(new URL("..", import.meta.url));
// Generated code is put where it finds the package as a user's code does.
const folder = path.join(root, "node_modules", ".cache", "cotangent-bench");

function now(): number {
  return Number(process.hrtime.bigint());
}

async function loadHandWritten(): Promise<HandWritten | undefined> {
  const file = path.join(yardsticks, "kernels.js");
  return existsSync(file) ? ((await import(pathToFileURL(file).href)) as HandWritten) : undefined;
}

async function compile(program: ReturnType<typeof openProgram>, kernel: Kernel, spelling: Spelling): Promise<Compiled> {
  const file = path.join(root, "bench", "primals", spelling, `${kernel.id}.ts`);
  const from = now();
  const derived = program.derive(`${file}#${kernel.name}`, { operator: "valueAndGradInto" });
  const milliseconds = (now() - from) / 1e6;
  const generated = path.join(folder, `${kernel.id}.${spelling}.ts`);
  writeFileSync(generated, derived.text);
  const primals = (await import(pathToFileURL(file).href)) as Record<string, PlainFunction>;
  const derivatives = (await import(pathToFileURL(generated).href)) as Record<string, IntoFunction>;
  return {
    primal: primals[kernel.name],
    gradient: derivatives[derived.name],
    milliseconds,
    lines: derived.text.trimEnd().split("\n").length,
  };
}

/** Runs in this process, timed here. */
function local(name: string, run: () => unknown): Contender {
  return {
    name,
    time(repeat) {
      const from = now();
      for (let i = 0; i < repeat; i++) run();
      return (now() - from) / repeat;
    },
  };
}

/** Throws if two results differ by more than rounding does, measured against the largest entry of the gradient. */
function compareResults(what: string, value: number, gradient: Float64Array, expected: [number, Float64Array]): void {
  const [expectedValue, expectedGradient] = expected;
  const scale = expectedGradient.reduce((biggest, g) => Math.max(biggest, Math.abs(g)), 0);
  let worst = Math.abs(value - expectedValue) / Math.max(Math.abs(expectedValue), scale);
  if (gradient.length !== expectedGradient.length) throw new Error(`${what}: ${gradient.length} numbers`);
  expectedGradient.forEach((g, i) => {
    worst = Math.max(worst, Math.abs(gradient[i] - g) / scale);
  });
  // Written so that a difference that is not a number fails.
  if (!(worst <= TOLERANCE)) throw new Error(`${what}: differs by ${worst.toExponential(1)} of the largest entry`);
}

function percentile(times: readonly number[], share: number): number {
  return times.toSorted((a, b) => a - b)[Math.floor(share * (times.length - 1))];
}

/** The 20th percentile of each contender's time, in nanoseconds. */
async function measure(contenders: readonly Contender[], rounds: number): Promise<Map<string, number>> {
  const repeats: number[] = [];
  for (const contender of contenders) {
    // Warm up until the code has been optimised, then choose how often it runs in a round.
    let nanoseconds = 0;
    for (let spent = 0, i = 0; (spent < 20 * ROUND_NANOSECONDS || i < 10) && i < 2000; i++) {
      nanoseconds = await contender.time(1);
      spent += nanoseconds;
    }
    repeats.push(Math.max(1, Math.round(ROUND_NANOSECONDS / nanoseconds)));
  }
  const times = contenders.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, contender] of contenders.entries()) times[i].push(await contender.time(repeats[i]));
  }
  return new Map(contenders.map(({ name }, i) => [name, percentile(times[i], 0.2)]));
}

function printRow(cells: readonly string[]): void {
  console.log(cells.map((cell, i) => (i === 0 ? cell.padEnd(22) : cell.padStart(9))).join(" "));
}

async function main(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const chosen = kernels.filter(({ id }) => !options.only || options.only.split(",").includes(id));
  const rounds = options.rounds ? Number(options.rounds) : options.quick ? 5 : 41;
  const factors = options.quick ? [1] : [0.5, 1, 2];

  const byHand = await loadHandWritten();
  const native = byHand && buildNative(folder);
  if (!byHand) console.log(`No hand-written gradients in ${yardsticks}: their ratios are left out.\n`);
  else if (!native) console.log("No gcc: the ratios to C are left out.\n");

  const from = now();
  const files = chosen.flatMap(({ id }) => spellings.map((s) => path.join(root, "bench", "primals", s, `${id}.ts`)));
  const program = openProgram({ cwd: root, files });
  console.log(`Opened ${files.length} files in ${((now() - from) / 1e6).toFixed(0)} ms. Compiling, each apart:`);
  const compiled = new Map<string, Compiled>();
  for (const kernel of chosen) {
    for (const spelling of spellings) {
      const made = await compile(program, kernel, spelling);
      compiled.set(`${kernel.id} ${spelling}`, made);
      console.log(
        `  ${kernel.id} ${spelling.padEnd(6)} ${made.milliseconds.toFixed(0).padStart(5)} ms, ${made.lines} lines`,
      );
    }
  }

  console.log(`\nOne gradient in microseconds (20th percentile of ${rounds} rounds), then ratios:`);
  printRow(["", "f", "by hand", "C", "flat", "nested", "flat/hand", "nest/hand", "flat/C", "flat/f"]);
  for (const kernel of chosen) {
    for (const factor of factors) await measureKernel(kernel, kernel.size * factor, rounds);
  }

  async function measureKernel(kernel: Kernel, size: number, rounds: number): Promise<void> {
    const measured = kernel.make(size);
    const contenders: Contender[] = [];
    const results: { what: string; value: number; gradient: Float64Array }[] = [];

    if (byHand) {
      const gradient = new Float64Array(measured.flat[0].length);
      const run = measured.byHand(byHand, gradient);
      results.push({ what: "by hand", value: run(), gradient: gradient.slice() });
      contenders.push(local("by hand", run));
    }
    const c = native && (await NativeContender.start(native, folder, kernel, measured));
    if (c) {
      results.push({ what: "C", value: c.value, gradient: c.gradient });
      contenders.push({ name: "C", time: (repeat) => c.time(repeat) });
    }
    for (const spelling of spellings) {
      const { primal, gradient } = compiled.get(`${kernel.id} ${spelling}`)!;
      const args = measured[spelling];
      const out: [number, unknown] = [0, zerosLike(args[0])];
      gradient(out, ...args);
      const flattened = spelling === "flat" ? (out[1] as Float64Array).slice() : measured.flatten(out[1]);
      results.push({ what: spelling, value: out[0], gradient: flattened });
      contenders.push(local(spelling, () => gradient(out, ...args)));
      if (spelling === "flat") contenders.push(local("f", () => primal(...args)));
    }
    const [reference, ...others] = results;
    for (const { what, value, gradient } of others) {
      const name = `${kernel.id} at ${size}: ${what} against ${reference.what}`;
      compareResults(name, value, gradient, [reference.value, reference.gradient]);
    }

    const times = await measure(contenders, rounds);
    c?.stop();
    report(kernel, size, times);
  }
}

function report(kernel: Kernel, size: number, times: ReadonlyMap<string, number>): void {
  const microseconds = (name: string): string => {
    const time = times.get(name);
    return time === undefined ? "-" : (time / 1e3).toFixed(1);
  };
  const ratio = (a: string, b: string): string => {
    const [over, under] = [times.get(a), times.get(b)];
    return over === undefined || under === undefined ? "-" : (over / under).toFixed(2);
  };
  const mark = Number(ratio("flat", "by hand")) > LIMIT ? ` over ${LIMIT}` : "";
  printRow([
    `${kernel.id} ${kernel.title.split(",")[0]} ${size}`,
    ...["f", "by hand", "C", "flat", "nested"].map(microseconds),
    ratio("flat", "by hand"),
    ratio("nested", "by hand"),
    ratio("flat", "C"),
    ratio("flat", "f") + mark,
  ]);
}

await main();
