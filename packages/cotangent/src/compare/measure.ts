/**
 * What a call costs: time, as the median of rounds of many calls, and memory that stays alive with what it returns.
 * Arguments are copied outside of the time that is measured, since functions may write into them.
 */
import { copyArguments, numbersOf } from "../core/tree.ts";

type Callable = (...args: unknown[]) => unknown;

const rounds = 7;
const roundMilliseconds = 4;
const warmUpMilliseconds = 15;
/** Pullbacks that are held at a time. */
const mostHeld = 1000;
/** Numbers in all copies of the arguments that are alive at a time. */
const mostCopied = 200_000;

/** Nanoseconds of one call of `run` on copies of `args`. */
export function timeOf(run: Callable, args: readonly unknown[]): number {
  const most = Math.max(1, Math.min(2000, Math.floor(mostCopied / (1 + numbersOf(args).length))));
  const measure = (calls: number): number => {
    const copies = Array.from({ length: calls }, () => copyArguments(args));
    const from = process.hrtime.bigint();
    for (const copy of copies) run(...copy);
    return Number(process.hrtime.bigint() - from) / calls;
  };
  let each = measure(1);
  for (let spent = 0, calls = 1; spent < warmUpMilliseconds * 1e6; spent += each * calls) {
    calls = Math.max(1, Math.min(most, calls * 4, Math.ceil((warmUpMilliseconds * 1e6) / each)));
    each = measure(calls);
  }
  const calls = Math.max(1, Math.min(most, Math.round((roundMilliseconds * 1e6) / each)));
  return median(Array.from({ length: rounds }, () => measure(calls)));
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] as number;
}

/**
 * Bytes that one of what `make` returns keeps from the collector: of three times as many as can be made in a moment, the
 * median of the means.
 */
export async function bytesKeptBy(make: () => unknown): Promise<number> {
  // Also what the engine keeps of the code is there before.
  const from = performance.now();
  let made = 0;
  for (; made < mostHeld && performance.now() - from < warmUpMilliseconds; made++) make();
  const count = Math.max(8, made);
  const held: unknown[][] = [];
  const used = [await bytesInUse()];
  for (let round = 0; round < 3; round++) {
    held.push(Array.from({ length: count }, make));
    used.push(await bytesInUse());
  }
  const means = used.slice(1).map((bytes, i) => (bytes - (used[i] as number)) / count);
  // Read behind the measurement, so that nothing is let go of before.
  return held.length === means.length ? Math.max(0, Math.round(median(means))) : Number.NaN;
}

async function bytesInUse(): Promise<number> {
  collect ??= await exposeCollector();
  for (let i = 0; i < 2; i++) {
    collect();
    // Buffers are freed after the objects that hold them.
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

let collect: (() => void) | undefined;

/** The collector, which Node shows only where it is asked to. */
async function exposeCollector(): Promise<() => void> {
  const [{ setFlagsFromString }, { runInNewContext }] = await Promise.all([import("node:v8"), import("node:vm")]);
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
}
