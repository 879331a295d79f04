/** Random control flow, from source text to generated text: breaks, continues and returns are taken away and given back. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { printTypeScript } from "../src/backend/typescript.ts";
import { lower } from "../src/frontend/index.ts";
import { openSource } from "../src/frontend/program/source.ts";
import { arbitraryControl } from "./support/arbitrary-control.ts";
import { runGenerated, typeErrors } from "./support/generated.ts";

const file = "/control/f.ts";

function outcome(f: ((...args: unknown[]) => unknown) | undefined, x: number[], a: number, b: number): unknown[] {
  const memory = [...x];
  try {
    return [f?.(a, b, memory), memory];
  } catch (error) {
    return [(error as Error).name, memory];
  }
}

function regenerate(sources: readonly string[]): readonly string[] {
  const overlay = new Map(sources.map((text, i) => [file.replace("f.ts", `f${i}.ts`), text]));
  const program = openSource({ files: [...overlay.keys()], overlay });
  return [...overlay.keys()].map((name) => {
    const { module, entry } = lower(program, { file: name, name: "f" });
    return printTypeScript(module, [{ func: entry, name: "f" }]).text;
  });
}

/** Programs that random ones have found. */
const found = [
  // After the outer loop TypeScript knows that the exit code is 0, and reports that it is compared with another.
  `export function f(a: number, b: number, x: number[]): number {
    let s = 0.25;
    let i0 = 0;
    do {
      i0++;
      for (let i1 = 0; i1 < 2; i1++) {
        let i2 = 0;
        for (;;) {
          if (i2++ >= 3) break;
          s = 0.5 * a + 0.1;
        }
        let i3 = 0;
        for (;;) {
          if (i3++ >= 4) break;
          a = 0.5 * x[0] + 0.1;
          x[1] = 0.5 * s + 0.1;
          a = 0.5 * x[0] + 0.1;
          if (x[1] <= 1) return 1;
        }
      }
      if (!(x[1] <= a) || s > 2) break;
    } while (i0 < 3);
    return s + a * b;
  }`,
];

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);

describe("control flow, printed again", () => {
  it(`does what it did, and passes the type checker (SEED=${seed})`, () => {
    const sources = [...found, ...fc.sample(arbitraryControl(), { numRuns: Number(process.env.RUNS ?? 150), seed })];
    const texts = regenerate(sources);
    sources.forEach((source, i) => {
      const text = texts[i] as string;
      const [before, after] = [runGenerated(source).f, runGenerated(text).f];
      for (const [a, b, x] of [
        [0.3, -0.7, [1, 2]],
        [1.5, 0.4, [-0.2, 0.6]],
        [-1, 2, [0.5, 0]],
      ] as const) {
        expect(outcome(after, [...x], a, b), `${source}\n${text}`).toEqual(outcome(before, [...x], a, b));
      }
    });
    expect(typeErrors(texts)).toEqual([]);
  });
});
