/**
 * Gradients by operator overloading, here and by the package `ad.js` (reverse mode, first derivatives alone, its fastest):
 * the same functions, by each one's own functions in the place of operators; and from a recorded tape that is replayed.
 * Results are compared before anything is timed, and all are timed in turns: with code made from text, and once more in a
 * process that forbids it, as a strict Content-Security-Policy does. Each has a copy of the function to itself, as a program
 * that uses one library has: what the engine learns of a function's calls it learns for all closures of one text.
 * `ad.js` is installed into a temporary directory.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { grad, vjp } from "cotangent";
import { add, div, exp, log, makeOverload, mul, overload, record, sin, sub } from "cotangent/overload";

const other = "ad.js@1.4.1";
const rounds = 200;

type Binary = (a: number, b: number) => number;
type Unary = (x: number) => number;

/** What functions are written with. */
interface Operations {
  readonly add: Binary;
  readonly sub: Binary;
  readonly mul: Binary;
  readonly div: Binary;
  readonly sin: Unary;
  readonly exp: Unary;
  readonly log: Unary;
}
type Of = (o: Operations) => (x: number[]) => number;
type Gradient = (x: number[]) => number[];

const functions: Readonly<Record<string, { readonly size: number; readonly f: Of }>> = {
  rosenbrock: {
    size: 1000,
    f: (o) => (x) => {
      let s = 0;
      for (let i = 1; i < x.length; i++) {
        const a = o.sub(x[i], o.mul(x[i - 1], x[i - 1]));
        const b = o.sub(1, x[i - 1]);
        s = o.add(s, o.add(o.mul(100, o.mul(a, a)), o.mul(b, b)));
      }
      return s;
    },
  },
  "log-sum-exp": {
    size: 1000,
    f: (o) => (x) => {
      let s = 0;
      for (const v of x) s = o.add(s, o.exp(v));
      return o.log(s);
    },
  },
  "iterated map": {
    size: 1,
    f: (o) => (x) => {
      let y = x[0];
      for (let i = 0; i < 500; i++) y = o.div(o.sin(y), o.add(1, o.mul(0.1, y)));
      return y;
    },
  },
};

const strict = "--disallow-code-generation-from-strings";
const given = process.env.COTANGENT_BENCH_FOLDER;
const folder = given ?? mkdtempSync(join(tmpdir(), "cotangent-overload-"));
try {
  if (given === undefined) {
    writeFileSync(join(folder, "package.json"), "{}");
    execFileSync("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", other], { cwd: folder });
  }
  await measure(createRequire(join(folder, "package.json")));
  if (given === undefined) {
    const env = { ...process.env, COTANGENT_BENCH_FOLDER: folder };
    spawnSync(process.execPath, [strict, ...process.execArgv, ...process.argv.slice(1)], { env, stdio: "inherit" });
  }
} finally {
  if (given === undefined) rmSync(folder, { recursive: true });
}

/** The function from a module of its own. */
async function copyOf(f: Of, name: string): Promise<Of> {
  const text = `export default ${f} // ${name}`;
  return ((await import(`data:text/javascript,${encodeURIComponent(text)}`)) as { readonly default: Of }).default;
}

async function measure(require: NodeJS.Require): Promise<void> {
  const ad = require("ad.js")({ mode: "r", noHigher: true });
  const theirs: Operations = { ...ad, sin: ad.maths.sin, exp: ad.maths.exp, log: ad.maths.log };
  const ours: Operations = { add, sub, mul, div, sin, exp, log };
  console.log(`microseconds a gradient, best of ${rounds} turns${given === undefined ? "" : ", no code from text"}`);
  const head = [other, "overloading", "times", "unchecked", "times", "replayed", "times", "bytes"];
  console.log("".padEnd(14) + head.map((text) => text.padStart(13)).join(""));
  for (const [name, { size, f }] of Object.entries(functions)) {
    const x = Array.from({ length: size }, (_, i) => 0.5 + 0.4 * Math.sin(i + 1));
    const its: Gradient = ad.gradientR((await copyOf(f, "theirs"))(theirs));
    const checked: Gradient = grad((await copyOf(f, "checked"))(ours), { engine: overload });
    const unchecked: Gradient = grad((await copyOf(f, "unchecked"))(ours), { engine: makeOverload({ check: false }) });
    const recording = record(f(ours), [x], { check: false });
    const own = [checked, unchecked, grad(recording.replay) as Gradient];
    for (const gradient of own) compare(name, gradient(x), its(x));
    const [theirTime, ...ownTimes] = timeInTurns([its, ...own].map((gradient) => () => gradient(x)));
    const row = [theirTime.toFixed(1), ...ownTimes.flatMap((t) => [t.toFixed(1), (theirTime / t).toFixed(1)])];
    console.log(name.padEnd(14) + [...row, String(kept(f(ours), x))].map((text) => text.padStart(13)).join(""));
  }
}

/** The bytes that a pullback keeps alive. */
function kept(f: (x: number[]) => number, x: number[]): number {
  const pullbacks: unknown[] = [];
  const size = (): number => {
    globalThis.gc?.();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const before = size();
  for (let i = 0; i < 32; i++) pullbacks.push(vjp(f, { engine: overload })(x));
  return Math.round((size() - before) / pullbacks.length);
}

function compare(name: string, left: readonly number[], right: readonly number[]): void {
  const isSame = left.every((v, i) => Math.abs(v - right[i]) <= 1e-9 * (1 + Math.abs(v)));
  if (!isSame || left.length !== right.length) throw new Error(`the gradients of ${name} differ`);
}

/** The best microseconds of each. */
function timeInTurns(runs: readonly (() => unknown)[]): readonly number[] {
  const best = runs.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < rounds; round++) {
    for (const [k, run] of runs.entries()) {
      const from = performance.now();
      run();
      best[k] = Math.min(best[k], 1e3 * (performance.now() - from));
    }
  }
  return best;
}
