/**
 * The plugin where no page is needed: other bundlers by the same adapter, the test runner that goes by Vite's
 * configuration, and the maps of bundles, which lead through the derivative to the program's own lines.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { makeProject, type Project, pinned } from "./support/project.ts";

const model = `const table = [1, 2, 3].map((x) => x / 2);

function square(x: number): number {
  return x * x;
}

export function loss(x: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    sum += (i + 1) * square(x[i]! - table[i % 3]!);
  }
  return sum;
}
`;

const main = `import { grad } from "cotangent";
import { loss } from "./model";

const make = (k: number) => grad((x: number): number => k * x ** 3);
console.log(JSON.stringify([Array.from(grad(loss)(Float64Array.of(1, 2, 3))), make(2)(2)]));
`;

let project: Project;

beforeAll(async () => {
  project = makeProject({ "src/model.ts": model, "src/main.ts": main });
  await project.install(inject("tarball"), ...["rolldown", "esbuild", "vitest", "vite"].map(pinned));
});
afterAll(() => project?.remove());

/** The line of the model that a piece of a bundle's text comes from. */
function lineOf(bundle: string, piece: RegExp): number | null {
  const lines = readFileSync(bundle, "utf8").split("\n");
  const line = lines.findIndex((text) => piece.test(text));
  const column = piece.exec(lines[line] ?? "")?.index ?? 0;
  const found = originalPositionFor(new TraceMap(readFileSync(`${bundle}.map`, "utf8")), { line: line + 1, column });
  expect(found.source).toMatch(/src\/model\.ts$/);
  return found.line;
}

test.each([
  ["Rolldown", "rolldown.mjs", "dist-rolldown/main.js"],
  ["esbuild", "esbuild.mjs", "dist-esbuild/main.js"],
])("%s: the gradient, and a map to the user's lines", async (_, script, bundle) => {
  project.write({
    "rolldown.mjs": `import cotangent from "cotangent/plugin";
import { rolldown } from "rolldown";
const bundle = await rolldown({ input: "src/main.ts", plugins: [cotangent.rolldown()] });
await bundle.write({ dir: "dist-rolldown", sourcemap: true });
`,
    "esbuild.mjs": `import cotangent from "cotangent/plugin";
import { build } from "esbuild";
await build({ entryPoints: ["src/main.ts"], bundle: true, format: "esm", outfile: "dist-esbuild/main.js", sourcemap: true, plugins: [cotangent.esbuild()] });
`,
  });
  await project.must(`node ${script}`);
  expect(JSON.parse(await project.must(`node ${bundle}`))).toEqual([[1, 4, 9], 24]);
  // Forward and reverse sweep come from the same line of the loop.
  expect(lineOf(join(project.folder, bundle), /\w+ \+= \(i \+ 1\) \*/)).toBe(10);
  expect(lineOf(join(project.folder, bundle), /xBar\[i\] \+=/)).toBe(10);
});

test("vitest, by Vite's configuration", async () => {
  project.write({
    "vitest.config.ts": `import cotangent from "cotangent/plugin";
import { defineConfig } from "vitest/config";
export default defineConfig({ plugins: [cotangent.vite()] });
`,
    "src/model.test.ts": `import { grad } from "cotangent";
import { expect, test } from "vitest";
import { loss } from "./model";
test("the gradient, compiled ahead", () => {
  expect(Array.from(grad(loss)(Float64Array.of(1, 2, 3)))).toEqual([1, 4, 9]);
  expect(grad(loss).name).toBe("lossGrad");
});
`,
  });
  expect(await project.must("npx vitest run")).toContain("1 passed");
});
