/** Long rows of branches: `else if`, clauses, early returns with variables between them, in loops and under `try`. */
import { describe, expect, test } from "vitest";
import { evaluateText } from "../src/api/evaluate.ts";
import { openProgram } from "../src/compiler.ts";

const long = 135;
const row = (make: (i: number) => string, separator = "\n"): string =>
  Array.from({ length: long }, (_, i) => make(i)).join(separator);

const sources: Readonly<Record<string, string>> = {
  elseIfs: `let y = x; ${row((i) => `if (k === ${i}) y = y * x + ${i};`, " else ")} else y *= 3; return y * y;`,
  clauses: `switch (k) { ${row((i) => `case ${i}: return x * x + ${i} * x;`)} default: return Math.sin(x); }`,
  fallingThrough: `let y = x; switch (k) { ${row((i) => `case ${i}: y *= 1.01; ${i % 3 ? "break;" : ""}`)} default: y += x; } return y * x;`,
  returns: `let y = x; ${row((i) => `const t${i} = y * 0.9 + ${i === 0 ? "x" : `t${i - 1}`} * 0.1; if (k === ${i}) return t${i} * x; y = t${i} + 0.01;`)} return y * t0 * t${long - 1};`,
  both: `let y = x; ${row((i) => `if (k < ${i}) { if (y > 9) return y; y += 0.1 * x; } else if (k === ${i}) return y * ${i};`)} return y * x;`,
  continued: `let s = 0; for (let j = 0; j < 3; j++) { const z = x * (j + 1); ${row((i) => `if ((k + j) % ${long + 7} === ${i}) continue; const u${i} = z * 1.01; if (u${i} > 1e9) break; s += u${i} * 1e-3;`)} s *= z; } return s;`,
  thrown: `let y = x; try { ${row((i) => `if (k === ${i}) throw new Error("${i}"); y *= 1.002;`)} y *= x; } catch { y *= y; } return y + x;`,
  functions: `let y = x; ${row((i) => (i === 70 ? "const twice = (z: number): number => 2 * z * x; y = twice(y);" : `if (k === ${i}) return y * 3; y += x * 1e-3;`))} return twice(y) + y;`,
};
const text = Object.entries(sources)
  .map(([name, body]) => `export function ${name}(x: number, k: number): number { ${body} }`)
  .join("\n");
const program = openProgram({ sources: { "/rows/rows.ts": text } });

describe.each(Object.keys(sources))("%s", (name) => {
  test.each(["forward", "reverse"] as const)("%s", async (mode) => {
    const plain = (await evaluateText(text)).get(name) as (x: number, k: number) => number;
    const derived = program.derive(`/rows/rows.ts#${name}`, { operator: "valueAndGrad", mode });
    const both = (await evaluateText(derived.text)).get(derived.name) as (x: number, k: number) => [number, number];
    for (const k of [-1, 0, 1, 63, 64, 65, 66, 69, 71, 129, 130, 131, long - 1, long]) {
      const [value, slope] = both(1.3, k);
      expect(value).toBe(plain(1.3, k));
      const h = 1e-5;
      expect(slope).toBeCloseTo((plain(1.3 + h, k) - plain(1.3 - h, k)) / (2 * h), 4);
    }
  });
});
