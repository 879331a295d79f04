/** The hand-written C gradients as a contender: a process of its own that runs and times itself on demand. */
import { type ChildProcessByStdio, spawn, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { type Case, type Kernel, readDoubles, yardsticks } from "./kernels.ts";

const source = fileURLToPath(new URL("native.c", import.meta.url));

/** The program, built twice: as it is timed, and without fused multiply-add, whose rounding JavaScript has not. */
export interface NativeProgram {
  readonly timed: string;
  readonly exact: string;
}

/** Builds the C program in `folder`; undefined where there is no gcc. */
export function buildNative(folder: string): NativeProgram | undefined {
  const build = (name: string, ...flags: string[]): string | undefined => {
    const output = path.join(folder, name);
    const run = spawnSync("gcc", ["-O3", "-march=native", ...flags, "-I", yardsticks, "-o", output, source, "-lm"], {
      encoding: "utf8",
    });
    if (run.error) return undefined;
    if (run.status !== 0) throw new Error(`gcc failed:\n${run.stderr}`);
    return output;
  };
  const timed = build("native");
  const exact = timed && build("native-exact", "-ffp-contract=off");
  return timed && exact ? { timed, exact } : undefined;
}

/** A running C program, ready to be timed. */
export class NativeContender {
  readonly value: number;
  readonly gradient: Float64Array;
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  private constructor(result: Float64Array, process: ChildProcessByStdio<Writable, Readable, null>) {
    this.value = result[0];
    this.gradient = result.subarray(1);
    this.#process = process;
    this.#lines = createInterface({ input: process.stdout })[Symbol.asyncIterator]();
  }

  /** Starts the timed build on the inputs of `measured`; value and gradient are those of the exact build. */
  static async start(program: NativeProgram, folder: string, kernel: Kernel, measured: Case): Promise<NativeContender> {
    const [input, output] = [path.join(folder, `${kernel.id}.in`), path.join(folder, `${kernel.id}.out`)];
    writeFileSync(
      input,
      Buffer.concat(measured.doubles.map((a) => new Uint8Array(a.buffer, a.byteOffset, a.byteLength))),
    );
    const args = [kernel.id.slice(1), input, output, ...measured.integers.map(String)];
    const check = spawnSync(program.exact, args, { input: "", encoding: "utf8" });
    if (check.status !== 0) throw new Error(`${kernel.id} in C failed: ${check.stderr}`);
    const result = readDoubles(output);
    const contender = new NativeContender(result, spawn(program.timed, args, { stdio: ["pipe", "pipe", "inherit"] }));
    await contender.#lines.next();
    return contender;
  }

  /** Nanoseconds of one run, the mean of `repeat`. */
  async time(repeat: number): Promise<number> {
    this.#process.stdin.write(`${repeat}\n`);
    const line = await this.#lines.next();
    if (line.done) throw new Error("the C program ended early");
    return Number(line.value);
  }

  stop(): void {
    this.#process.stdin.end();
  }
}
