/**
 * Mutants are told by what differs from the original, so with no mutation on, a source with all its mutations in it must be
 * the original; and each mutation that is on must be that change and no other.
 */
import { transformSync } from "esbuild";
import { expect, test } from "vitest";
import { mutationsOf } from "./mutate/mutations.ts";
import { preamble, withMutations } from "./mutate/schemata.ts";

const source = `
const log = [];
const note = (x) => log.push(x);
export function run(a, b) {
  if (a > 1) note("first");
  else if (b > 1) note("second");
  else note("third");
  if (a > 1) note("alone");
  for (const x of [1, 2, 3]) {
    if (x === a) continue;
    if (x < b) { note(x + 1); } else note(-x);
  }
  return [...log, a && b, { a }, a - b];
}
`;
const points = [
  [0, 0],
  [1, 2],
  [2, 1],
  [3, 3],
] as const;
const mutations = mutationsOf("elementals/none.ts", source);

function resultsOf(text: string): string {
  const { code } = transformSync(text, { loader: "ts", format: "cjs", target: "es2022" });
  const made = points.map(([a, b]) => {
    const module = { exports: {} as { run?: (a: number, b: number) => unknown } };
    new Function("module", "exports", code)(module, module.exports);
    return module.exports.run?.(a, b);
  });
  return JSON.stringify(made);
}

/** The source as text with one mutation done by hand. */
function edited(n: number): string {
  const { start, end, by, kind } = mutations[n - 1] as (typeof mutations)[number];
  return `${source.slice(0, start)}${kind === "statement" ? ";" : `(${by})`}${source.slice(end)}`;
}

test("with no mutation on, or one, the text with all of them does as the source does, or the source with that change", () => {
  const shared = globalThis as { $mutation?: { on: number } };
  const before = shared.$mutation;
  try {
    const switched = `${preamble}\n${withMutations("elementals/none.ts", source, mutations, 1)}`;
    shared.$mutation = { on: 0 };
    expect(resultsOf(switched)).toBe(resultsOf(source));
    expect(mutations.length).toBeGreaterThan(20);
    for (let n = 1; n <= mutations.length; n++) {
      // In shorthand `{ a }` the name stays.
      if (/^\{ a \}$/.test(source.slice(mutations[n - 1]?.start, mutations[n - 1]?.end))) continue;
      shared.$mutation = { on: n };
      expect(resultsOf(switched), JSON.stringify(mutations[n - 1])).toBe(resultsOf(edited(n)));
    }
  } finally {
    shared.$mutation = before as { on: number };
  }
});
