/** Constants from files of data, under the hook and by the command. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ensureBuilt, makeProject, packageFolder, runNode } from "./built.ts";

const folders: string[] = [];
beforeAll(ensureBuilt, 120_000);
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function project(files: Readonly<Record<string, string>>): string {
  const folder = makeProject({ "package.json": '{ "type": "module" }', ...files });
  folders.push(folder);
  return folder;
}

test("are read as they are when they are asked", { timeout: 120_000 }, () => {
  const main = `
    import { grad } from "cotangent";
    import fit from "./fit.json" with { type: "json" };
    const f = (x: number): number => fit.rows.reduce((sum, [a, b]) => sum + a! * x ** 2 + b!, fit.rate * x);
    const before = grad(f)(2);
    fit.rate = 7;
    console.log(JSON.stringify([before, grad(f)(2)]));
  `;
  const folder = project({ "main.ts": main, "fit.json": '{ "rate": 3, "rows": [[1, 2], [0.5, 4]], "name": "first" }' });
  const { stdout, stderr } = runNode(folder, ["--import", "cotangent/register", "main.ts"]);
  expect({ stdout, stderr }).toEqual({ stdout: "[9,13]\n", stderr: expect.any(String) });
});

test("by the command", { timeout: 120_000 }, () => {
  const folder = project({
    "model.ts":
      'import table from "./table.json" with { type: "json" };\nexport const f = (x: number): number => table[1]! * x * x;\n',
    "table.json": "[2, 0.5]",
  });
  const command = join(packageFolder, "bin/cotangent.js");
  const { stdout } = runNode(folder, [command, "eval", "model.ts#f", "--at", "[3]"]);
  expect(stdout).toBe("value     4.5\ngrad      3\n");
});
