import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryNumbers, arbitraryProgram } from "../../test/support/arbitrary-ir.ts";
import * as p from "../elementals/index.ts";
import { buildFunc } from "../ir/build.ts";
import { interpret } from "../ir/interpret.ts";
import * as t from "../ir/type.ts";
import type { Module, Value } from "../ir/types.ts";
import { verifyModule } from "../ir/verify.ts";
import { type Level, optimize, passes } from "./pipeline.ts";

const levels: readonly Level[] = ["before", "after"];
/** Unrelaxed identities aside, numbers may lose the sign of a zero. */
const comparable = (value: unknown): string =>
  JSON.stringify(value, (_key, v: unknown) => (typeof v === "number" ? (Number.isFinite(v) ? v + 0 : String(v)) : v));

describe("optimize", () => {
  it.each(levels)("keeps results and final contents of random programs (%s)", (level) => {
    fc.assert(
      fc.property(arbitraryProgram(), arbitraryNumbers(), ({ module, entry, makeArgs }, numbers) => {
        const better = optimize(module, entry, level);
        verifyModule(better);
        const [before, after] = [makeArgs(numbers), makeArgs(numbers)];
        const expected = interpret(module, entry, before);
        expect(comparable(interpret(better, entry, after))).toBe(comparable(expected));
        expect(comparable(after)).toBe(comparable(before));
      }),
      { numRuns: 300 },
    );
  });

  it.each(levels)("walks long programs in a time that grows with their length (%s)", (level) => {
    const long = buildFunc("f", [{ type: t.number }], (b, x) => {
      let sum = x as Value;
      for (let i = 0; i < 20_000; i++) sum = b.apply(i % 2 ? p.sin : p.add, i % 2 ? [sum] : [sum, x as Value]);
      return [sum];
    });
    const module: Module = { functions: new Map([["f", long]]), globals: new Map() };
    expect(optimize(module, "f", level).functions.get("f")?.body.body).toHaveLength(20_001);
  });

  it("ends every level by taking away what the passes before it left unused", () => {
    for (const level of levels) expect(passes[level].at(-1)?.name).toBe("dropDead");
  });
});
