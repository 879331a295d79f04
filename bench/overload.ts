/**
 * Gradients by operator overloading, here and by the package `ad.js` (reverse mode, first derivatives alone, its fastest):
 * the same functions, by each one's own functions in the place of operators. Results are compared before anything is timed,
 * and the two are timed in turns. `ad.js` is installed into a temporary directory.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { grad } from "cotangent";
import { add, div, exp, log, mul, overload, sin, sub } from "cotangent/overload";

const other = "ad.js@1.4.1";
const rounds = 40;

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

const folder = mkdtempSync(join(tmpdir(), "cotangent-overload-"));
try {
  writeFileSync(join(folder, "package.json"), "{}");
  execFileSync("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", other], { cwd: folder });
  const require = createRequire(join(folder, "package.json"));
  const ad = require("ad.js")({ mode: "r", noHigher: true });
  const theirs: Operations = { ...ad, sin: ad.maths.sin, exp: ad.maths.exp, log: ad.maths.log };
  const ours: Operations = { add, sub, mul, div, sin, exp, log };
  console.log(`microseconds a gradient, best of ${rounds} turns`);
  console.log(`${"".padEnd(14)}${"ours".padStart(10)}${other.padStart(14)}${"times".padStart(8)}`);
  for (const [name, { size, f }] of Object.entries(functions)) {
    const x = Array.from({ length: size }, (_, i) => 0.5 + 0.4 * Math.sin(i + 1));
    const own: Gradient = grad(f(ours), { engine: overload });
    const its: Gradient = ad.gradientR(f(theirs));
    compare(name, own(x), its(x));
    const [a, b] = timeInTurns(
      () => own(x),
      () => its(x),
    );
    console.log(
      `${name.padEnd(14)}${a.toFixed(1).padStart(10)}${b.toFixed(1).padStart(14)}${(b / a).toFixed(1).padStart(8)}`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}

function compare(name: string, left: readonly number[], right: readonly number[]): void {
  const isSame = left.every((v, i) => Math.abs(v - right[i]) <= 1e-9 * (1 + Math.abs(v)));
  if (!isSame || left.length !== right.length) throw new Error(`the gradients of ${name} differ`);
}

/** The best microseconds of each. */
function timeInTurns(first: () => unknown, second: () => unknown): [number, number] {
  const best = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY] as [number, number];
  for (let round = 0; round < rounds; round++) {
    for (const [k, run] of [first, second].entries()) {
      const from = performance.now();
      run();
      best[k] = Math.min(best[k], 1e3 * (performance.now() - from));
    }
  }
  return best;
}
