/**
 * The package installed in an empty folder, beside each TypeScript that people have: their `tsc` stays what it was, its
 * types hold in their project, and every way in works.
 */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { fitForBrowsers, folderFacts } from "./support/bundle.ts";
import { makeProject, type Project, pinned, repository } from "./support/project.ts";

const model = `
const weights = [0.5, 2];

/** A weighted sum of squares, with its weights private. */
export function loss(x: Float64Array, scale: number): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += weights[i % 2]! * x[i]! * x[i]!;
  return scale * sum;
}

export function area(size: { width: number; height: number; unit: string }): number {
  return size.width * size.height;
}
`;

/** Type-checks only if the types of the verbs' results are these exactly. */
const types = `
import {
  type CheckReport, checkDerivatives, type CotangentError, grad, gradInto, hessian, hvp, jacobian, jvp, linearize,
  stopGradient, valueAndGrad, valueAndGradInto, vjp,
} from "cotangent";
import { type Derivative, openProgram } from "cotangent/compiler";
import { takeTape } from "cotangent/runtime";
import { area, loss } from "./model.js";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function expectType<T>() {
  return { of: <V>(_value: V, ..._same: Same<V, T> extends true ? [] : [never]): void => {} };
}

const x = Float64Array.of(1, 2);
type Size = { width: number; height: number; unit: null };

expectType<Float64Array>().of(grad(loss)(x, 1));
expectType<number>().of(grad(loss, { argnums: 1 })(x, 1));
expectType<[Float64Array, number]>().of(grad(loss, { argnums: [0, 1] })(x, 1));
expectType<[number, Float64Array]>().of(valueAndGrad(loss)(x, 1));
expectType<Size>().of(grad(area)({ width: 2, height: 3, unit: "m" }));
expectType<[number, number]>().of(jvp(loss)([x, 1], [x, 0]));
expectType<[Float64Array, number]>().of(vjp(loss)(x, 1)[1](1));
expectType<number>().of(linearize(loss)(x, 1)[1]([x, 0]));
expectType<Float64Array>().of(jacobian(loss)(x, 1));
expectType<Float64Array>().of(hvp(loss)([x, 1], x));
expectType<number>().of(stopGradient(1));
expectType<CheckReport>().of(checkDerivatives(loss, [x, 1]));
gradInto(loss)(Float64Array.of(0, 0), x, 1);
valueAndGradInto(loss)([0, Float64Array.of(0, 0)], x, 1);
export const rows: readonly ArrayLike<number>[] = hessian(loss)(x, 1);
export const tape: { readonly values: Float64Array } = takeTape();
export const derived: Derivative = openProgram().derive("model.ts#loss", { operator: "grad" });
export const codeOf = (error: CotangentError): string => error.code;

// @ts-expect-error: the arguments are those of the function
grad(loss)(x);
// @ts-expect-error: a gradient is of a number
grad((size: number) => [size]);
`;

const app = `
import { grad, jvp } from "cotangent";
import { area, loss } from "./model.js";

console.log(JSON.stringify([
  Array.from(grad(loss)(Float64Array.of(1, 3), 2)),
  jvp(loss)([Float64Array.of(1, 3), 2], [Float64Array.of(1, 0), 0]),
  grad(area)({ width: 2, height: 3, unit: "m" }),
]));
`;

const program = `
import { CotangentError, openProgram } from "cotangent/compiler";

const program = openProgram();
const { text } = program.derive("model.ts#loss", { operator: "valueAndGrad" });
try {
  program.derive("model.ts#nothing", { operator: "grad" });
} catch (error) {
  console.log(error instanceof CotangentError && error.code, /^export function \\w+\\(/m.test(text));
}
`;

const bundle = `
import cotangent from "cotangent/plugin";
import { build } from "esbuild";

await build({ entryPoints: ["app.ts"], bundle: true, format: "esm", outfile: "bundled/app.js", plugins: [cotangent.esbuild()] });
`;

const configurations = {
  bundler: { module: "esnext", moduleResolution: "bundler" },
  node16: { module: "node16", moduleResolution: "node16" },
};

const versions = [
  ["typescript@~5.9.0", /^Version 5\.9\./],
  ["typescript@6.0.3", /^Version 6\.0\.3/],
  ["typescript@^7.0.0", /^Version 7\./],
] as const;

describe.each(versions)("beside %s", (typescript, version) => {
  let project: Project;
  beforeAll(async () => {
    const tsconfigs = Object.entries(configurations).map(([name, options]) => {
      // No library is skipped: what the package declares is checked too.
      const common = { target: "es2022", strict: true, noUncheckedIndexedAccess: true, skipLibCheck: false };
      const compilerOptions = { ...common, ...options, types: [], noEmit: true };
      return [`tsconfig.${name}.json`, JSON.stringify({ compilerOptions, files: ["types.ts"] })] as const;
    });
    const written = { "model.ts": model, "types.ts": types, "app.ts": app, "program.js": program, "bundle.js": bundle };
    project = makeProject({ ...written, ...Object.fromEntries(tsconfigs) });
    await project.install(typescript);
    expect(await project.must("npx tsc -v")).toMatch(version);
    await project.install(inject("tarball"), pinned("esbuild"));
  });
  afterAll(() => project.remove());

  test("tsc is what it was", async () => {
    expect(await project.must("npx tsc -v")).toMatch(version);
    const installed = JSON.parse(await project.must("npm ls typescript --all --json")) as {
      readonly dependencies: object;
    };
    expect(Object.keys(installed.dependencies)).toEqual(["typescript"]);
  });

  test.each(Object.keys(configurations))("types hold with moduleResolution %s", async (name) => {
    expect(await project.run(`npx tsc -p tsconfig.${name}.json`)).toEqual({ status: 0, stdout: "", stderr: "" });
  });

  test("the command evaluates, and refuses with place and page", async () => {
    const evaluated = await project.must("npx cotangent eval model.ts#loss --at '[[1,3],2]' --json");
    expect(JSON.parse(evaluated)).toMatchObject({ value: 37, derivative: [2, 24], engine: "source" });

    project.write({ "refused.ts": "export function f(x: number): number {\n  return x * Math.random();\n}\n" });
    const { status, stdout, stderr } = await project.run("npx cotangent grad refused.ts#f", {
      env: { FORCE_COLOR: "1" },
    });
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain("\x1b[31merror\x1b[39m");
    const [, page, heading] = /See: (cotangent\/docs\/\S+?)#([\w-]+)/.exec(stderr)!;
    expect(project.read(`node_modules/${page}`)).toContain(`### ${heading}\n`);
    const colourless = await project.run("npx cotangent grad refused.ts#f", {
      env: { FORCE_COLOR: "1", NO_COLOR: "1" },
    });
    expect(colourless.stderr).toMatch(/^refused\.ts:2:14 - error math-random: /);
  });

  test("the hook runs a program", async () => {
    const printed = await project.must("node --import cotangent/register app.ts");
    expect(JSON.parse(printed)).toEqual([[2, 24], [37, 2], { width: 3, height: 2, unit: null }]);
  });

  test("the plugin bundles a program, and no compiler with it", async () => {
    await project.must("node bundle.js");
    expect(folderFacts(join(project.folder, "bundled"))).toEqual(fitForBrowsers);
    const printed = await project.must("node bundled/app.js");
    expect(printed).toBe(await project.must("node --import cotangent/register app.ts"));
  });

  test("the compiler opens programs", async () => {
    expect(await project.must("node program.js")).toBe("function-not-found true\n");
  });
});

describe("the tarball", () => {
  test("is what publint and attw take for well made", async () => {
    const ours = join(repository, "node_modules/.bin");
    const project = makeProject();
    try {
      expect(await project.must(`'${ours}/publint' '${inject("tarball")}' --strict`)).toMatch(/All good/);
      await project.must(`'${ours}/attw' '${inject("tarball")}' --profile esm-only`);
    } finally {
      project.remove();
    }
  });
});
