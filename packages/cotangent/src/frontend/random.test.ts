import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryProgram } from "../../test/support/arbitrary-program.ts";
import { announce, expectSame } from "../../test/support/run-lowered.ts";

const seed = Number(process.env.SEED ?? 20_260);
const programs = fc.sample(arbitraryProgram, { numRuns: Number(process.env.RUNS ?? 120), seed });
announce(programs);

describe("random programs mean in IR what their text means", () => {
  test.each(programs.map((text, i) => ({ text, i })))("program $i", ({ text }) => {
    const points = [
      [0.5, -1, [1, 2, 3], { u: 1, v: 2 }],
      [2, 3, [], { u: -1, v: 0.5, w: 2 }],
      [-1.5, 0, [0.25], { u: 0, v: 0 }],
    ];
    try {
      expectSame(text, points);
    } catch (error) {
      expect.fail(`${error}\n${text}`);
    }
  });
});
