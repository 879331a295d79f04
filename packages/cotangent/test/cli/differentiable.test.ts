/**
 * A published optimiser, which was compiled without the function that it minimises: `examples/packages/descent`, in
 * Node, from its JavaScript and its declaration files.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ensureBuilt, makeProject, packageFolder, runNode } from "./built.ts";

const descent = join(packageFolder, "../../examples/packages/descent");
const projects: string[] = [];

beforeAll(() => {
  ensureBuilt();
  const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");
  execFileSync(process.execPath, [tsc], { cwd: descent });
}, 180_000);
afterAll(() => {
  for (const folder of projects) rmSync(folder, { recursive: true });
});

function run(main: string): unknown {
  const folder = makeProject({ "package.json": '{ "type": "module" }', "main.ts": main });
  projects.push(folder);
  mkdirSync(join(folder, "node_modules/@cotangent-examples"));
  symlinkSync(descent, join(folder, "node_modules/@cotangent-examples/descent"));
  const { stdout, stderr } = runNode(folder, ["--import", "cotangent/register", "main.ts"]);
  try {
    return JSON.parse(stdout);
  } catch {
    throw new Error(`printed ${stdout}\n${stderr}`);
  }
}

test("it minimises a function that carries its derivatives", { timeout: 60_000 }, () => {
  const main = `
    import { minimize } from "@cotangent-examples/descent";
    import { jvp, valueAndGrad, vjp } from "cotangent";
    import { registerDerivatives } from "cotangent/runtime";

    function rosenbrock(x: number[]): number {
      let sum = 0;
      for (let i = 0; i + 1 < x.length; i++) sum += 100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2;
      return sum;
    }
    registerDerivatives(rosenbrock, {
      valueAndGrad: valueAndGrad(rosenbrock),
      jvp: jvp(rosenbrock),
      vjp: vjp(rosenbrock),
    });
    const x0 = [-1.2, 1, -0.5, 2];
    const { x, value, converged, evaluations } = minimize(rosenbrock, x0);
    console.log(JSON.stringify({ x: Array.from(x), x0, value, converged, evaluations }));`;
  const one = expect.closeTo(1, 6);
  expect(run(main)).toMatchObject({ x: [one, one, one, one], x0: [-1.2, 1, -0.5, 2], converged: true });
});

test("what it publishes declares the parameter, and imports nothing but the package", () => {
  expect(readFileSync(join(descent, "dist/index.d.ts"), "utf8")).toContain(
    "minimize(f: Differentiable<(x: number[]) => number>, x0: readonly number[], options?: MinimizeOptions): Minimum;",
  );
  expect(readFileSync(join(descent, "dist/index.js"), "utf8").match(/from ".*"/g)).toEqual([
    'from "cotangent"',
    'from "./lbfgs.js"',
    'from "./lbfgs.js"',
  ]);
});
