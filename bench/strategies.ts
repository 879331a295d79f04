/**
 * `npm run bench:strategies`: reverse mode with residuals on tapes against residuals that belong to the call, on the
 * four measured programs in both spellings. Times are ratios of runs in turn (the median of the rounds, so that what
 * disturbs one disturbs both): of a gradient, and of a value with one call of its pullback. Memory is what a pullback
 * that is held keeps from the collector, the mean of many.
 *
 * Options: `--only k1,k2`, `--rounds N`.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { openProgram } from "cotangent/compiler";
import { kernels, zerosLike } from "./kernels.ts";

const strategies = ["tape", "closure"] as const;
const spellings = ["flat", "nested"] as const;
const ROUND_NANOSECONDS = 3e6;
/** Pullbacks that are held at a time while memory is measured. */
const HELD = 20;

const { values: options } = parseArgs({ options: { only: { type: "string" }, rounds: { type: "string" } } });
const rounds = Number(options.rounds ?? 31);

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = path.join(root, "node_modules", ".cache", "cotangent-bench");
mkdirSync(folder, { recursive: true });

const collect = globalThis.gc;
if (!collect) throw new Error("run with --expose-gc");

type AnyFunction = (...args: unknown[]) => unknown;
type Pullback = (cotangent: number) => unknown;

/** Time of the processor, which other processes do not count in; the collector's threads do. */
function nanoseconds(run: () => void, repeat: number): number {
  const from = process.cpuUsage();
  for (let i = 0; i < repeat; i++) run();
  const { user, system } = process.cpuUsage(from);
  return (1e3 * (user + system)) / repeat;
}

/** Runs in turn; the median time of each, and of the ratios of the second to the first. */
function compare(runs: readonly [() => void, () => void]): { times: readonly number[]; ratio: number } {
  const repeats = runs.map((run) => {
    for (let i = 0; i < 30; i++) run();
    return Math.max(1, Math.round(ROUND_NANOSECONDS / nanoseconds(run, 10)));
  });
  const measured = Array.from({ length: rounds }, () => runs.map((run, i) => nanoseconds(run, repeats[i])));
  const times = runs.map((_, i) => median(measured.map((round) => round[i])));
  return { times, ratio: median(measured.map(([a, b]) => b / a)) };
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
}

/** The bytes that one of what `make` makes keeps alive. */
async function bytesOf(make: () => unknown): Promise<number> {
  const used = async (): Promise<number> => {
    // Buffers are freed after the objects that hold them.
    for (let i = 0; i < 4; i++) {
      collect?.();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const held: unknown[] = new Array(HELD).fill(undefined);
  make();
  const before = await used();
  for (let i = 0; i < HELD; i++) held[i] = make();
  const after = await used();
  if (held.length !== HELD) throw new Error("nothing is held");
  return (after - before) / HELD;
}

console.log("Times in microseconds, closure/tape as the median ratio of rounds; memory in kB a pullback.\n");
const row = (cells: readonly string[]): void =>
  console.log(cells.map((cell, i) => (i === 0 ? cell.padEnd(26) : cell.padStart(11))).join(" "));
row(["", "grad tape", "closure", "ratio", "vjp tape", "closure", "ratio", "kB tape", "closure"]);

const chosen = kernels.filter(({ id }) => !options.only || options.only.split(",").includes(id));
const program = openProgram({ cwd: root });
for (const kernel of chosen) {
  for (const spelling of spellings) {
    const target = `${path.join(root, "bench", "primals", spelling, `${kernel.id}.ts`)}#${kernel.name}`;
    const load = async (operator: "valueAndGradInto" | "vjp", strategy: "tape" | "closure"): Promise<AnyFunction> => {
      const derived = program.derive(target, { operator, strategy, ...(operator === "vjp" ? { argnums: [0] } : {}) });
      const file = path.join(folder, `${kernel.id}.${spelling}.${operator}.${strategy}.ts`);
      writeFileSync(file, derived.text);
      return ((await import(pathToFileURL(file).href)) as Record<string, AnyFunction>)[derived.name];
    };
    const args = kernel.make(kernel.size)[spelling];
    const out = [0, zerosLike(args[0])];
    const [gradTape, gradClosure] = await Promise.all(strategies.map((s) => load("valueAndGradInto", s)));
    const [vjpTape, vjpClosure] = await Promise.all(strategies.map((s) => load("vjp", s)));
    const pull = (vjp: AnyFunction): unknown => (vjp(...args) as [number, Pullback])[1](1);
    if (JSON.stringify(pull(vjpTape)) !== JSON.stringify(pull(vjpClosure))) throw new Error(`${target}: they differ`);
    const grad = compare([() => void gradTape(out, ...args), () => void gradClosure(out, ...args)]);
    const vjp = compare([() => void pull(vjpTape), () => void pull(vjpClosure)]);
    const kilobytes: string[] = [];
    for (const f of [vjpTape, vjpClosure]) kilobytes.push(((await bytesOf(() => f(...args))) / 1e3).toFixed(1));
    const timed = ({ times, ratio }: typeof grad): string[] => [
      ...times.map((t) => (t / 1e3).toFixed(1)),
      ratio.toFixed(2),
    ];
    row([`${kernel.id} ${kernel.title.split(",")[0]}, ${spelling}`, ...timed(grad), ...timed(vjp), ...kilobytes]);
  }
}
