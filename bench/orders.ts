/**
 * `npm run bench:orders`: what derivatives of higher order cost, as multiples of the function's own time, and how much
 * code they are and how long they take to compile: nested modes of orders 1 to 4, Taylor coefficients of orders 1 to 10,
 * Hessians and their products with vectors. All contenders of one function run in turn, round by round; the ratio is
 * that of the 20th percentiles.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type OperatorRequest, openProgram } from "cotangent/compiler";

type Callable = (...args: unknown[]) => unknown;
type Mode = "forward" | "reverse";

interface Contender {
  readonly name: string;
  readonly run: () => unknown;
  readonly lines: number;
  readonly milliseconds: number;
}

const root = fileURLToPath(new URL("..", import.meta.url));
const file = path.join(root, "bench", "primals", "orders", "elementary.ts");
// Generated code is put where it finds the package as a user's code does.
const folder = path.join(root, "node_modules", ".cache", "cotangent-bench");
const ROUNDS = 31;
const ROUND_NANOSECONDS = 1e6;

const program = openProgram({ cwd: root, files: [file] });
let made = 0;

async function compile(
  target: string,
  name: string,
  requests: readonly OperatorRequest[],
  args: readonly unknown[],
): Promise<Contender> {
  const from = performance.now();
  const derived = program.derive(`${file}#${target}`, requests);
  const milliseconds = performance.now() - from;
  const generated = path.join(folder, `orders.${made++}.ts`);
  writeFileSync(generated, derived.text);
  const run = ((await import(pathToFileURL(generated).href)) as Record<string, Callable>)[derived.name] as Callable;
  return { name, run: () => run(...args), lines: derived.text.trimEnd().split("\n").length, milliseconds };
}

function timeOf(run: () => unknown, repeat: number): number {
  const from = process.hrtime.bigint();
  for (let i = 0; i < repeat; i++) run();
  return Number(process.hrtime.bigint() - from) / repeat;
}

/** The 20th percentile of each contender's time, in nanoseconds. */
function measure(contenders: readonly Contender[]): readonly number[] {
  const repeats = contenders.map(({ run }) => {
    timeOf(run, 2000);
    return Math.max(1, Math.round(ROUND_NANOSECONDS / Math.max(timeOf(run, 200), 1)));
  });
  const times = contenders.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++)
    contenders.forEach(({ run }, i) => times[i]?.push(timeOf(run, repeats[i] as number)));
  return times.map((of) => of.toSorted((a, b) => a - b)[Math.floor(0.2 * (of.length - 1))] as number);
}

function report(title: string, contenders: readonly Contender[]): void {
  const times = measure(contenders);
  const base = times[0] as number;
  console.log(`\n${title}: ${base.toFixed(0)} ns`);
  contenders.slice(1).forEach(({ name, lines, milliseconds }, i) => {
    const ratio = ((times[i + 1] as number) / base).toFixed(1);
    console.log(
      `  ${name.padEnd(34)} ${ratio.padStart(8)} ×   ${String(lines).padStart(5)} lines   ${milliseconds.toFixed(0).padStart(5)} ms`,
    );
  });
}

/** One order's modes, innermost first. */
const nested: readonly (readonly Mode[])[] = [
  ["forward"],
  ["reverse"],
  ["forward", "forward"],
  ["reverse", "forward"],
  ["reverse", "reverse"],
  ["forward", "forward", "forward"],
  ["reverse", "forward", "forward"],
  ["reverse", "reverse", "reverse"],
  ["forward", "forward", "forward", "forward"],
  ["reverse", "forward", "forward", "forward"],
  ["reverse", "reverse", "reverse", "reverse"],
];

async function main(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const [target, x] of [
    ["elementary", 0.7],
    ["iterated", 3.4],
  ] as const) {
    const contenders = [await compile(target, "f", [{ operator: "value" }], [x])];
    for (const modes of nested) {
      const requests = modes.map((mode) => ({ operator: "grad", mode }) as const);
      contenders.push(await compile(target, `order ${modes.length}: ${modes.join(", ")}`, requests, [x]));
    }
    for (let order = 1; order <= 10; order++) {
      contenders.push(await compile(target, `taylor, order ${order}`, [{ operator: "taylor", order }], [x]));
    }
    report(target, contenders);
  }
  for (const n of [2, 8, 32]) {
    const x = Float64Array.from({ length: n }, (_, i) => 0.5 + i / n);
    const target = "rosenbrock";
    report(`${target} of ${n} variables`, [
      await compile(target, "f", [{ operator: "value" }], [x]),
      await compile(target, "grad", [{ operator: "grad" }], [x]),
      await compile(target, "hvp", [{ operator: "hvp" }], [[x], x]),
      await compile(
        target,
        "gradient and product: jvp of grad",
        [{ operator: "grad" }, { operator: "jvp" }],
        [[x], [x]],
      ),
      await compile(target, "hessian", [{ operator: "hessian" }], [x]),
    ]);
  }
}

await main();
