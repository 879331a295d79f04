import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryNumbers, arbitraryProgram } from "../../test/support/arbitrary-ir.ts";
import { runGenerated, typeErrors } from "../../test/support/generated.ts";
import { interpret } from "../ir/interpret.ts";
import { printTypeScript } from "./typescript.ts";

describe("printTypeScript on random programs", () => {
  it("keeps the meaning, of results and of what arguments hold afterwards", () => {
    fc.assert(
      fc.property(arbitraryProgram(), arbitraryNumbers(), ({ module, entry, makeArgs }, numbers) => {
        const { text } = printTypeScript(module, [{ func: entry, name: "f" }]);
        const [expectedArgs, actualArgs] = [makeArgs(numbers), makeArgs(numbers)];
        const [expected] = interpret(module, entry, expectedArgs);
        const actual = runGenerated(text).f?.(...actualArgs);
        expect(actual, text).toBe(expected);
        expect(actualArgs, text).toEqual(expectedArgs);
      }),
      { numRuns: Number(process.env.RUNS ?? 300) },
    );
  });

  it("passes the type checker", () => {
    const texts = fc
      .sample(arbitraryProgram(), 60)
      .map(({ module, entry }) => printTypeScript(module, [{ func: entry, name: "f" }]).text);
    expect(typeErrors(texts)).toEqual([]);
  });
});
